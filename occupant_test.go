package dealmap

import (
	"encoding/json"
	"errors"
	"testing"
)

func stashFlat() Facts {
	f := marseille()
	f.Kind, f.Accuracy, f.Hours, f.Intensity = StashFlat, AccuracyBuilding, "", 0
	return f
}

// TestAStashFlatDoesNotNameWhoLivesThere: no finer than its building, neither by position nor in words.
func TestAStashFlatDoesNotNameWhoLivesThere(t *testing.T) {
	t.Parallel()
	spans := map[string]string{
		"Nourrice, bâtiment B, 3e étage": "3e étage", "au 2ème étage gauche": "2ème étage", "1er Étage": "1er Étage", "dernier étage": "dernier étage", "au 4 étage": "4 étage", "1er et 2e étages": "2e étages",
		"étage 4": "étage 4", "Étage n° 4, à droite": "Étage n° 4", "appartement 12": "appartement 12", "Appt n° 12": "Appt n° 12", "apt. B12, bâtiment C": "apt. B12",
		"bâtiment A porte 7": "porte 7", "la porte de gauche": "porte de gauche", "3\u00a0e étage ou \u00a0porte 5": "porte 5", "12 rue des Lilas, APPT 4": "APPT 4",
		"au rez-de-chaussée": "rez-de-chaussée", "logement n°3": "logement n°3",
	}
	for _, field := range []string{"name", "address", "note"} {
		for text, span := range spans {
			facts := stashFlat()
			*map[string]*string{"name": &facts.Name, "address": &facts.Address, "note": &facts.Note}[field] = text
			err := newWorld().do(t, cross13, AddPlace{ID: id(1), Facts: facts})
			wantField(t, err, field)
			e, ok := errors.AsType[*Error](err)
			if !ok || len(e.Fields) == 0 {
				t.Fatalf("%s %q: %v", field, text, err)
			}
			if last := e.Fields[len(e.Fields)-1]; text[last.Start:last.End] != span {
				t.Errorf("%s %q: the span is %q, want %q", field, text, text[last.Start:last.End], span)
			}
			facts.Kind = Warehouse
			if err := newWorld().do(t, cross13, AddPlace{ID: id(1), Facts: facts}); err != nil {
				t.Errorf("%s %q of a warehouse: %v", field, text, err)
			}
		}
		for _, text := range []string{
			"Nourrice, Résidence des Tilleuls, bâtiment B", "appartement nourrice", "Porte d’Aix", "12 rue de la Porte", "reporte 3 fois",
			"immeuble de 12 étages", "bâtiment B12, hall 3", "apporte 2 sacs", "3 rue du Logement",
		} {
			facts := stashFlat()
			*map[string]*string{"name": &facts.Name, "address": &facts.Address, "note": &facts.Note}[field] = text
			if err := newWorld().do(t, cross13, AddPlace{ID: id(1), Facts: facts}); err != nil {
				t.Errorf("%s %q is refused: %v", field, text, err)
			}
		}
	}
	w := newWorld()
	facts := stashFlat()
	facts.Accuracy = AccuracyDoor
	wantField(t, w.do(t, cross13, AddPlace{ID: id(1), Facts: facts}), "accuracy")
	wantField(t, w.do(t, ofast, ImportPlaces{Places: []AddPlace{{ID: id(1), Facts: facts}}}), "accuracy")
	facts.Kind = Warehouse
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: facts}); err != nil {
		t.Fatal(err)
	}
	wantField(t, w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"kind":"stash_flat"}`)}), "accuracy")
	for _, patch := range []string{`{"kind":"stash_flat","accuracy":"building"}`, `{"kind":"business"}`} {
		if err := w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(patch)}); err != nil {
			t.Errorf("%s: %v", patch, err)
		}
	}
	if err := w.do(t, cross13, AddPlace{ID: id(2), Facts: stashFlat(), AcceptDuplicates: true}); err != nil {
		t.Fatal(err)
	}
	wantField(t, w.do(t, cross13, ChangePlace{ID: id(2), Patch: json.RawMessage(`{"accuracy":"door"}`)}), "accuracy")
	wantField(t, w.do(t, cross13, ChangePlace{ID: id(2), Patch: json.RawMessage(`{"note":"porte 3"}`)}), "note")
}

// TestAKindStaysInItsFamily: what is known of a place of sale is not what is known of a site, and each has its own outputs.
func TestAKindStaysInItsFamily(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for n, facts := range []Facts{marseille(), stashFlat()} {
		if err := w.do(t, cross13, AddPlace{ID: id(n + 1), Facts: facts, AcceptDuplicates: true}); err != nil {
			t.Fatal(err)
		}
	}
	for n, kinds := range [][2]string{{"drive", "warehouse"}, {"growshop", "street"}} {
		place := id(n + 1)
		if err := w.do(t, cross13, ChangePlace{ID: place, Patch: json.RawMessage(`{"kind":"` + kinds[0] + `"}`)}); err != nil {
			t.Errorf("%s: %v", kinds[0], err)
		}
		wantField(t, w.do(t, ofast, ChangePlace{ID: place, Patch: json.RawMessage(`{"kind":"` + kinds[1] + `"}`)}), "kind")
		wantField(t, w.do(t, ofast, ChangePlace{ID: place, Patch: json.RawMessage(`{"kind":"kiosk"}`)}), "kind")
	}
}
