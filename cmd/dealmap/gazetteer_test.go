package main

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const banLines = `id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles
13201_8010_00012;13201_8010;12;;Rue de la République;13001;13201;Marseille 1er Arrondissement;;;;;5.3721;43.2971;entrée;;;MARSEILLE;RUE DE LA REPUBLIQUE;commune;commune;1;
13201_8010_00014;13201_8010;14;;Rue de la République;13001;13201;Marseille 1er Arrondissement;;;;;5.3723;43.2973;entrée;;;MARSEILLE;RUE DE LA REPUBLIQUE;commune;commune;1;
13001_7000_00012;13001_7000;12;;Rue de la République;13100;13001;Aix-en-Provence;;;;;5.4502;43.5301;entrée;;;AIX EN PROVENCE;RUE DE LA REPUBLIQUE;commune;commune;1;
13001_7000_00014;13001_7000;quatorze;;Rue de la République;13100;13001;Aix-en-Provence;;;;;5.4502;43.5301;entrée;;;AIX EN PROVENCE;RUE DE LA REPUBLIQUE;commune;commune;1;
`

// banFile writes a packed file of the BAN.
func banFile(t *testing.T, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "adresses-13.csv.gz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(file)
	if _, err := w.Write([]byte(lines)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestGazetteer(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "données")
	says := func(want int, wantOut, wantErr string, args ...string) {
		t.Helper()
		out, errs, status := command(t, append(append([]string{"gazetteer"}, args...), "--data", data, "--quiet")...)
		if status != want || !strings.Contains(out, wantOut) || !strings.Contains(errs, wantErr) {
			t.Errorf("%v: %d %s%s", args, status, out, errs)
		}
	}
	says(1, "", "aucune adresse n’a été importée", "find", "12 rue de la République")
	says(1, "", "aucune adresse n’a été importée", "info")
	file := banFile(t, banLines)
	says(0, "4 lignes, 3 adresses prises, 1 mises de côté.\n  13 : 2 communes, 3 adresses (0 avant)", "ligne 5 : numéro « quatorze » non valable", "import", file)
	says(0, "13         2         3", "", "info")
	says(0, "12 Rue de la République 13001 Marseille 1er Arrondissement  13201    43.297100, 5.372100  Entrée ou hall  numéro trouvé", "",
		"find", "12 rue de la République", "--commune", "13055")
	says(0, "Plusieurs se valent", "", "find", "12 rue de la République")
	says(0, "Rien trouvé", "", "find", "12 rue de la République", "--commune", "13002")
	says(1, "", "il manque nom_voie", "import", banFile(t, "nom;x;y\nA;1;2\n"))
	says(0, "13         2         3", "", "info")

	if err := os.WriteFile(filepath.Join(data, "addresses.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	says(1, "", "à importer de nouveau", "info")
	says(0, "3 adresses prises", "Il est refait", "import", file)
	says(0, "13         2         3", "", "info")
}
