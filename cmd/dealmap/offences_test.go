package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/offences"
)

const someOffences = `{"meta":{},"records":[
{"codeDepartement":"13","annee":2024,"indicateur":"Trafic de stupéfiants","uniteDeCompte":"Mis en cause","nombre":4000,"tauxPourMille":2,"inseePop":2000000}]}`

func TestOffencesImport(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "données")
	file := func(name, text string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	says := func(want int, wantOut, wantErr string, files ...string) {
		t.Helper()
		out, errs, status := command(t, append([]string{"offences", "import", "--data", data, "--quiet"}, files...)...)
		if status != want || !strings.Contains(out, wantOut) || !strings.Contains(errs, wantErr) {
			t.Errorf("%v: %d %s%s", files, status, out, errs)
		}
	}
	good := file("infractions.json", someOffences)
	says(0, "1 territoires (niveau dep), 1 indicateurs, de 2024 à 2024", "", good)
	kept, err := os.ReadFile(filepath.Join(data, offences.FileName))
	if err != nil {
		t.Fatal(err)
	}
	unchanged := func() {
		t.Helper()
		if now, err := os.ReadFile(filepath.Join(data, offences.FileName)); err != nil || string(now) != string(kept) {
			t.Errorf("the file has changed: %v", err)
		}
	}
	says(0, "1 territoires", "", good)
	unchanged()
	says(1, "", "faux.json : enregistrement 1, champ « nombre » : -4000", file("faux.json", strings.Replace(someOffences, "4000", "-4000", 1)))
	says(1, "", "« 99 » est un département inconnu", good, file("faux.json", strings.Replace(someOffences, `"13"`, `"99"`, 1)))
	says(1, "", "du même niveau", good, file("autre.json", someOffences))
	unchanged()

	s := serve(t, data, "--demo", "--places", "50")
	a := get[struct {
		Indicators []struct{ Years []struct{ Number int } }
	}](s.as("prefet13"), "/api/v1/territories/dep:13/offences")
	if len(a.Indicators) != 1 || a.Indicators[0].Years[0].Number != 4000 {
		t.Errorf("the server says %+v", a)
	}
}
