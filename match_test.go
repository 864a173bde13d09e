package dealmap

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// TestTextsAreReadAsPeopleWriteThem: what differs only in writing has the same words, marks and streets.
func TestTextsAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	read := func(f Facts) string {
		d := Describe(&f)
		var parts []string
		for _, w := range d.words.all() {
			if w.weight >= 0.5 {
				parts = append(parts, w.text)
			}
		}
		slices.Sort(parts)
		for _, m := range d.marks.list[:d.marks.n] {
			parts = append(parts, fmt.Sprint(m.class, "=", m.value))
		}
		for _, s := range d.streets.list[:d.streets.n] {
			parts = append(parts, s.kind)
			for _, w := range s.words.all() {
				parts = append(parts, w.text)
			}
			for _, n := range s.numbers[:s.n] {
				parts = append(parts, n.String())
			}
		}
		return strings.Join(parts, " ")
	}
	b, e, s := fmt.Sprint(building, "="), fmt.Sprint(entrance, "="), fmt.Sprint(stairs, "=")
	for want, list := range map[string][]Facts{
		"tilleul": {{Name: "Les Tilleuls"}, {Name: "CITE DES TILLEULS"}, {Name: "Rés. Tilleuls"}, {Name: "LesTilleuls"}, {Name: "Tilleuls (cité des)"}},
		"tilleul " + b + "c": {{Name: "Les Tilleuls, bâtiment C"}, {Name: "TILLEULS BAT.C"}, {Name: "Tilleuls bt C"}, {Name: "Les Tilleuls – Bât. C"},
			{Name: "Les Tilleuls", Address: "Bât C"}, {Name: "Tilleuls, immeuble C"}},
		"tilleul " + b + "a " + e + "3": {{Name: "Tilleuls bât A hall 3"}, {Name: "Tilleuls, Bat. A, entrée n° 03"}, {Name: "Tilleuls batA hall3"}},
		"tilleul " + b + "d " + e + "1": {{Name: "TILLEULS BAT D HALL 1"}, {Name: "Tilleuls bâtiment D, hall 1"}, {Name: "BAT D HALL 1 TILLEULS"}},
		"artagnan":                      {{Name: "TERRASSES D'ARTAGNAN"}, {Name: "Terrasse de l’Artagnan"}},
		"cour":                          {{Name: "COUR DE L"}, {Name: "Cour de la M"}},
		"tilleul " + s + "2":            {{Name: "Tilleuls esc. 2"}, {Name: "Tilleuls, escalier II"}},
		"alize " + b + "12":             {{Name: "Alizé, tour 12"}, {Name: "ALIZÉS TR 12"}},
		"23 jean":                       {{Name: "Jean XXIII"}, {Name: "JEAN XXIII"}, {Name: "Résidence Jean-XXIII"}},
		"coeur oeillet":                 {{Name: "Cœur des Œillets"}, {Name: "COEUR OEILLETS"}},
		"avenue general leclerc 12 bis": {{Address: "12 bis avenue du Général Leclerc"}, {Address: "12B, av. Gal Leclerc"}, {Address: "12bis AV DU GENERAL LECLERC 13014 MARSEILLE"}},
		"boulevard 8 mai 1945 4":        {{Address: "4 boulevard du 8 mai 1945"}, {Address: "4, Bd du 8 Mai 1945, 93000 Bobigny"}, {Address: "bld du 8 mai 1945 n° 4"}},
		"rue lila 12 14":                {{Address: "12-14 rue des Lilas"}, {Address: "12/14, r. des Lilas"}},
		"place marche 3":                {{Address: "3 pl. du Marché"}},
		"chemin saint antoine 7":        {{Address: "7 che Saint-Antoine"}, {Address: "7, chem. St Antoine"}},
		e + "4":                         {{Address: "allée 4"}, {Address: "hall 4"}},
		"allee lila 4":                  {{Address: "4 all. des Lilas"}, {Address: "4 allée Lilas"}},
	} {
		for _, f := range list {
			if got := read(f); got != want {
				t.Errorf("%q, %q reads %q, want %q", f.Name, f.Address, got, want)
			}
		}
	}
}

func compareFacts(a, b Facts) Likeness {
	x, y := Describe(&a), Describe(&b)
	return Compare(&x, &y)
}

func record(name, address string, metres float64, accuracy Accuracy) Facts {
	at := moved(orb.Point{5.37, 43.3}, metres, 0)
	return Facts{Kind: Street, Name: name, Address: address, Commune: "13055", Position: &at, Accuracy: accuracy, Products: []Product{"cannabis"}}
}

func unplacedRecord(name, address, commune string) Facts {
	return Facts{Kind: Street, Name: name, Address: address, Commune: commune, Accuracy: AccuracyCommune}
}

// TestScores says where a score must lie.
func TestScores(t *testing.T) {
	t.Parallel()
	const address = "12 rue des Lilas"
	for what, c := range map[string]struct {
		a, b        Facts
		least, most float64
	}{
		"the same record":                       {record("Les Tilleuls, hall 3", address, 0, AccuracyDoor), record("Les Tilleuls, hall 3", address, 0, AccuracyDoor), AcceptFrom, 1},
		"written otherwise":                     {record("Cité des Tilleuls, Bât. C, hall 3", "", 0, AccuracyBuilding), record("TILLEULS BAT C ENTREE 3", address, 15, AccuracyDoor), AcceptFrom, 1},
		"neighbours by their halls":             {record("Les Tilleuls, hall 3", address, 0, AccuracyBuilding), record("Les Tilleuls, hall 4", address, 25, AccuracyBuilding), 0, 0.3},
		"neighbours by their buildings":         {record("Les Tilleuls, bâtiment A", "", 0, AccuracyBuilding), record("Tilleuls bat C", "", 25, AccuracyBuilding), 0, 0.3},
		"an estate's name, nothing else":        {record("Les Tilleuls", "", 0, AccuracyDoor), record("Les Tilleuls", "", 30, AccuracyDoor), ProposeFrom, AcceptFrom},
		"the same spot, nothing else":           {record("Point de deal", "", 0, AccuracyDoor), record("Sans nom", "", 0, AccuracyDoor), ProposeFrom, AcceptFrom},
		"the same spot, one name":               {record("Les Tilleuls", "", 0, AccuracyDoor), record("Les Tilleuls", "", 0, AccuracyDoor), ProposeFrom, AcceptFrom},
		"80 m apart at the door":                {record("Point de deal", "", 0, AccuracyDoor), record("Sans nom", "", 80, AccuracyDoor), 0, ProposeFrom},
		"80 m apart in one estate":              {record("Les Tilleuls", "", 0, AccuracyEstate), record("Les Tilleuls", "", 80, AccuracyEstate), ProposeFrom, AcceptFrom},
		"a street and a number":                 {record("Rue des Lilas", address, 0, AccuracyDoor), record("12 r. Lilas", "", 8, AccuracyDoor), AcceptFrom, 1},
		"a street and an estate":                {record("Rue du Rouet", address, 0, AccuracyDoor), record("Square du Lérot, hall 3", "", 8, AccuracyDoor), ProposeFrom, AcceptFrom},
		"a name that was cut short":             {record("Galerie fuseau li", "", 0, AccuracyDoor), record("Galerie du Fuseau lilas", "", 8, AccuracyDoor), 0.4, 1},
		"another number":                        {record("Rue des Lilas", "12 rue des Lilas", 0, AccuracyDoor), record("Rue des Lilas", "58 rue des Lilas", 30, AccuracyDoor), 0, 0.2},
		"by words alone":                        {unplacedRecord("Les Tilleuls, hall 3", address, "13055"), record("Tilleuls, entrée 3", address, 0, AccuracyDoor), 0.5, 1},
		"by an estate's name alone":             {unplacedRecord("Les Tilleuls", "", "13055"), record("Cité des Tilleuls", "", 0, AccuracyDoor), ProposeFrom, AcceptFrom},
		"by a generic name alone":               {unplacedRecord("Gare", "", "13055"), record("Gare", "", 0, AccuracyDoor), 0, ProposeFrom},
		"by words, in an arrondissement":        {unplacedRecord("Les Tilleuls", address, "13214"), record("Cité des Tilleuls", address, 0, AccuracyDoor), ProposeFrom, 1},
		"by words, in another commune":          {unplacedRecord("Les Tilleuls", "", "13001"), record("Les Tilleuls", "", 0, AccuracyDoor), 0, ProposeFrom},
		"one estate, two towers by their names": {record("Les Tilleuls, tour Alizé", "", 0, AccuracyDoor), record("Les Tilleuls, tour Mistral", "", 25, AccuracyDoor), 0, 0.3},
	} {
		if l := compareFacts(c.a, c.b); l.Score < c.least || l.Score > c.most {
			t.Errorf("%s: %.3f, want %.2f to %.2f: %v", what, l.Score, c.least, c.most, l.Reasons)
		}
	}
}

// TestReasonsAreInFrench names what was compared.
func TestReasonsAreInFrench(t *testing.T) {
	t.Parallel()
	a, b := record("Les Tilleuls, bâtiment A", "12 rue des Lilas", 0, AccuracyBuilding), record("Tilleuls bat C", "14 rue des Lilas", 18, AccuracyBuilding)
	a.Networks, b.Networks = []string{"R-13-7KQ", "R-13-2AB"}, []string{"R-13-7KQ"}
	l := compareFacts(a, b)
	var texts []string
	for _, r := range l.Reasons {
		texts = append(texts, r.Field+": "+r.Text)
	}
	for _, want := range []string{
		"geometry: à 18 m, pour une précision de 35 m", "name: bâtiments différents : A et C", "networks: même réseau R-13-7KQ",
		"address: même rue, numéros différents : 12 et 14", "products: mêmes produits", "kind: même nature : Point de deal de rue",
	} {
		if !slices.Contains(texts, want) {
			t.Errorf("no reason %q in %q", want, texts)
		}
	}
	if l.Blocked != "" {
		t.Errorf("blocked: %s", l.Blocked)
	}
	b.Networks = []string{"R-13-99X"}
	if l := compareFacts(a, b); l.Blocked != "réseaux différents : R-13-7KQ et R-13-99X" {
		t.Errorf("blocked: %q", l.Blocked)
	}
	b.Networks, b.Kind = nil, StashFlat
	if l := compareFacts(a, b); !strings.Contains(l.Blocked, "site de soutien") {
		t.Errorf("blocked: %q", l.Blocked)
	}
}

// TestCompareIsSymmetric tries random pairs both ways.
func TestCompareIsSymmetric(t *testing.T) {
	t.Parallel()
	r := seed(t)
	all := (country{30, 4, "mixed", false, 20, 60}).make(r)
	for range 1000 {
		x, y := rough.row(r, &all[r.IntN(len(all))]), usual.row(r, &all[r.IntN(len(all))])
		one, other := compareFacts(x, y), compareFacts(y, x)
		if fmt.Sprintf("%.9f %.6f %s", one.Score, one.Metres, one.Blocked) != fmt.Sprintf("%.9f %.6f %s", other.Score, other.Metres, other.Blocked) {
			t.Fatalf("%+v and %+v: %+v, the other way %+v", x, y, one, other)
		}
		for _, reason := range one.Reasons {
			if reason.Text == "" || reason.Field == "" {
				t.Fatalf("an empty reason: %+v", one.Reasons)
			}
		}
	}
}

// FuzzDescribe: whatever the texts, reading ends and comparing with itself finds nothing different.
func FuzzDescribe(f *testing.F) {
	for _, text := range []string{"", "12 bis, rue des Lilas", "bât. A/B hall 3 et 4", "Œ’-,(((", "1 2 3 4 5 6 7 8 9", "\xff\xfe", "allée", "r", "l’", "n°", "XXXIX"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, name, address string) {
		l := compareFacts(record(name, address, 0, AccuracyDoor), record(name, address, 0, AccuracyDoor))
		if !(l.Score >= ProposeFrom && l.Score <= 1) {
			t.Errorf("%q, %q is like itself by %g: %v", name, address, l.Score, l.Reasons)
		}
	})
}
