package intake_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake"
	"github.com/paulmach/orb"
)

func territories(t *testing.T) *geo.Territories {
	t.Helper()
	square := orb.MultiPolygon{{{{-5, 42}, {8, 42}, {8, 51}, {-5, 51}, {-5, 42}}}}
	made, err := geo.NewTerritories([]geo.Territory{
		{Code: "zone:sud", Name: "Sud"}, {Code: "reg:93", Name: "PACA", Parent: "zone:sud"},
		{Code: "dep:13", Name: "Bouches-du-Rhône", Parent: "reg:93", Outline: square},
		{Code: "com:13055", Name: "Marseille", Parent: "dep:13", Year: 2025},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

type outcome struct {
	places []dealmap.AddPlace
	bad    []intake.Rejection
	keys   []string
	report intake.Report
}

func run(t *testing.T, list string, columns, defaults map[string]string, epsg int) (outcome, error) {
	t.Helper()
	var o outcome
	rows, err := intake.Read(strings.NewReader(list), 0)
	if err != nil {
		return o, err
	}
	mapping, err := intake.NewMapping(rows.Header, columns, defaults, epsg)
	if err != nil {
		return o, err
	}
	n := uint64(0)
	job := intake.Job{
		Source: "liste.csv", Mapping: mapping, Viewer: dealmap.Console("test", dealmap.RoleOfast),
		Env: dealmap.Env{Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Gazetteer: territories(t)},
		NewID: func() (id dealmap.ID) {
			n++
			binary.BigEndian.PutUint64(id[8:], n)
			return id
		},
		NewDraw: func() [16]byte { return [16]byte{1} },
		Sink: func(_ context.Context, places dealmap.ImportPlaces, key string) (bool, error) {
			o.places = append(o.places, places.Places...)
			o.keys = append(o.keys, key)
			return false, nil
		},
		Reject:  func(r intake.Rejection) { o.bad = append(o.bad, r) },
		Advance: func(int, int) {},
	}
	o.report, err = job.Run(t.Context(), rows)
	return o, err
}

var lambert = map[string]string{"x": "X", "y": "Y", "name": "Nom"}

func TestLambertRowsAreReprojected(t *testing.T) {
	t.Parallel()
	o, err := run(t, "\ufeffNom;X;Y\nPassage du Lavoir;649242,57;6 861 355.85\n", lambert, nil, 2154)
	if err != nil || len(o.places) != 1 || len(o.bad) != 0 {
		t.Fatalf("%+v, %v", o, err)
	}
	p := *o.places[0].Facts.Position
	if math.Abs(p[0]-2.308310) > 1e-6 || math.Abs(p[1]-48.850244) > 1e-6 {
		t.Errorf("the golden point is at %v", p)
	}
	if o.places[0].Facts.SourceRecord != "liste.csv:2" || o.places[0].Facts.Kind != dealmap.Street {
		t.Errorf("facts %+v", o.places[0].Facts)
	}
}

func TestBadRowsAreSetAsideAndTheRestIsKept(t *testing.T) {
	t.Parallel()
	list := "Nom;X;Y\nA;649242;6861355\nB;#N/A;#N/A\nC;649242\n;649242;6861355\nM. Dupont;649242;6861355\nD;6861355;649242\n\"E\nF\";649242;6861355\nG\xff;1;2\n\"H\";649242;6861355\n"
	o, err := run(t, list, lambert, nil, 2154)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		line   int
		column string
		says   string
	}{
		{3, "X", "nombre"}, {4, "", "colonnes"}, {5, "Nom", "manque"}, {6, "Nom", "données personnelles"}, {7, "X, Y", ""}, {10, "Nom", "UTF-8"},
	}
	if len(o.bad) != len(want) || len(o.places) != 3 || o.report != (intake.Report{Rows: 9, Imported: 3, Rejected: 6}) {
		t.Fatalf("report %+v, set aside %+v", o.report, o.bad)
	}
	for i, w := range want {
		if got := o.bad[i]; got.Line != w.line || got.Column != w.column || !strings.Contains(got.Reason, w.says) || got.Reason == "" {
			t.Errorf("row set aside %+v, want line %d, column %q, reason with %q", got, w.line, w.column, w.says)
		}
	}
	if o.places[1].Facts.SourceRecord != "liste.csv:8" || o.places[2].Facts.SourceRecord != "liste.csv:11" {
		t.Errorf("lines after a quoted newline: %q, %q", o.places[1].Facts.SourceRecord, o.places[2].Facts.SourceRecord)
	}
}

func TestMappingsAreChecked(t *testing.T) {
	t.Parallel()
	for says, columns := range map[string]map[string]string{
		"inconnu":        {"x": "X", "y": "Y", "name": "Nom", "colour": "Nom"},
		"en-tête":        {"x": "X", "y": "Z", "name": "Nom"},
		"x et y vont":    {"x": "X", "name": "Nom"},
		"ou commune":     {"name": "Nom"},
		"colonne pour n": {"x": "X", "y": "Y"},
	} {
		if _, err := run(t, "Nom;X;Y\nA;1;2\n", columns, nil, 2154); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("mapping %v: error %v does not say %q", columns, err, says)
		}
	}
	for _, list := range []string{"", "   \n", "PK\x03\x04zip", "a;b\x00c\n", "a;a\n1;2\n", strings.Repeat("c;", 2000) + "\n"} {
		if _, err := run(t, list, lambert, nil, 2154); err == nil {
			t.Errorf("list %.20q is accepted", list)
		}
	}
	if _, err := run(t, "Nom;X;Y\n", lambert, nil, 99999); err == nil {
		t.Error("an unknown system is accepted")
	}
}

func TestEveryFieldIsMapped(t *testing.T) {
	t.Parallel()
	list := "nom,lon,lat,statut,produits,vu,force\nA,5.37,43.3,active,cannabis|crack,23/10/2026,4\nB,,,active,,,\n"
	columns := map[string]string{"name": "nom", "x": "lon", "y": "lat", "status": "statut", "products": "produits", "last_confirmed": "vu", "intensity": "force"}
	o, err := run(t, list, columns, map[string]string{"kind": "four", "commune": "13055", "owner_service": "GN", "owner_unit": "SR"}, 4326)
	if err != nil || len(o.places) != 2 || len(o.bad) != 0 {
		t.Fatalf("%+v, %v", o, err)
	}
	a, b := o.places[0], o.places[1]
	if a.Status != dealmap.Active || a.Facts.Kind != dealmap.Four || len(a.Facts.Products) != 2 || a.Facts.Intensity != 4 ||
		a.Facts.LastSeen.String() != "2026-10-23" || a.Facts.Owner.Unit != "SR" {
		t.Errorf("place %+v", a)
	}
	if b.Facts.Position != nil || b.Facts.Accuracy != dealmap.AccuracyCommune {
		t.Errorf("a row with a commune only: %+v", b.Facts)
	}
}

func TestKeysNameTheRows(t *testing.T) {
	t.Parallel()
	list := "Nom;X;Y\n" + strings.Repeat("A;649242;6861355\n", 1500)
	first, err := run(t, list, lambert, nil, 2154)
	if err != nil || len(first.keys) != 2 {
		t.Fatalf("%d batches, %v", len(first.keys), err)
	}
	again, err := run(t, list, lambert, nil, 2154)
	if err != nil || again.keys[0] != first.keys[0] || again.keys[1] != first.keys[1] || first.keys[0] == first.keys[1] {
		t.Errorf("keys %v and %v", first.keys, again.keys)
	}
	other, err := run(t, strings.Replace(list, "A;", "B;", 1), lambert, nil, 2154)
	if err != nil || other.keys[0] == first.keys[0] {
		t.Error("another list has the same key")
	}
}

// TestOtherOptionsForTheSameRows: the store refuses the key of the first import, and the person is told why.
func TestOtherOptionsForTheSameRows(t *testing.T) {
	t.Parallel()
	rows, err := intake.Read(strings.NewReader("Nom;X;Y\nA;649242;6861355\n"), 0)
	if err != nil {
		t.Fatal(err)
	}
	mapping, err := intake.NewMapping(rows.Header, lambert, nil, 2154)
	if err != nil {
		t.Fatal(err)
	}
	job := intake.Job{
		Source: "liste.csv", Mapping: mapping, Viewer: dealmap.Console("test", dealmap.RoleOfast),
		Env:     dealmap.Env{Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Gazetteer: territories(t)},
		NewID:   func() dealmap.ID { return dealmap.ID{1} },
		NewDraw: func() [16]byte { return [16]byte{1} },
		Sink: func(context.Context, dealmap.ImportPlaces, string) (bool, error) {
			return false, &dealmap.Error{Kind: dealmap.KindKeyReused, Message: "clé"}
		},
		Reject: func(intake.Rejection) {}, Advance: func(int, int) {},
	}
	if _, err := job.Run(t.Context(), rows); err == nil || !strings.Contains(err.Error(), "autres options") {
		t.Errorf("error %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, list := range []string{"Nom;X;Y\nA;1;2\n", "a,b\n\"c\nd\",e\n", "\ufeffx\ty\n1\t2", "\"", ";;;\n\n\n", "a;b\n\xff;\"\n"} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		rows, err := intake.Read(strings.NewReader(list), 0)
		if err != nil {
			return
		}
		last := 0
		for {
			row, err := rows.Next()
			if err == io.EOF {
				return
			}
			if bad, ok := errors.AsType[*intake.RowError](err); ok {
				if bad.Reason == "" {
					t.Fatal("no reason")
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Line < last || len(row.Cells) != len(rows.Header) {
				t.Fatalf("row %+v after line %d", row, last)
			}
			last = row.Line
		}
	})
}
