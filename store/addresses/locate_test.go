package addresses_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/addresses"
)

func TestLocate(t *testing.T) {
	t.Parallel()
	g := open(t)
	load(t, g, marseille(), marseillePlaces())
	const (
		door, building, street, estate = dealmap.AccuracyDoor, dealmap.AccuracyBuilding, dealmap.AccuracyStreet, dealmap.AccuracyEstate
		republique1, republique2       = "Rue de la République 13001 Marseille 1er Arrondissement", "Rue de la République 13002 Marseille 2e Arrondissement"
		leclerc                        = "Avenue du Général Leclerc 13003 Marseille 3e Arrondissement"
	)
	text := func(s string) addresses.Query { return addresses.Query{Text: s} }
	for _, c := range []struct {
		q        addresses.Query
		label    string // "" when nothing may be taken
		accuracy dealmap.Accuracy
		why      string
	}{
		{text("12 rue de la République 13001 Marseille"), "12 " + republique1, door, "numéro trouvé"},
		{text("12 BIS, R. de la republique - 13001 MARSEILLE"), "12 bis " + republique1, building, "numéro trouvé"},
		{text("12B rue de la République, 13001 Marseille"), "12 bis " + republique1, building, "numéro 12 bis trouvé pour « 12 b »"},
		{text("14 ter rue de la République 13001 Marseille"), republique1, street, "rue trouvée, numéro 14 ter absent : position du 14"},
		{text("13 rue de la République 13001 Marseille"), republique1, street, "rue trouvée, numéro 13 absent : position de la rue"},
		{text("12-14 rue de la République 13001 Marseille"), "12 " + republique1, door, "numéro trouvé"},
		{text("10 à 14 rue de la République 13001 Marseille"), "14 " + republique1, door, "numéro 14 trouvé pour « 10 »"},
		{text("rue de la République 13001 Marseille"), republique1, street, "sans numéro"},
		{text("République (rue de la), 13002 Marseille"), republique2, street, "sans numéro"},
		{text("42 rue de la République, Marseille"), "42 " + republique2, building, "numéro trouvé"},
		{text("42 rue de la République Marseille 2e"), "42 " + republique2, building, "numéro trouvé"},
		{text("12 rue de la République Aix en Provence"), "12 Rue de la République 13100 Aix-en-Provence", door, "numéro trouvé"},
		{text("13100 Aix-en-Provence, 12 rue de la République"), "12 Rue de la République 13100 Aix-en-Provence", door, "numéro trouvé"},
		{text("12 rue de la République 13233 MARSEILLE CEDEX 20"), "12 " + republique1, door, "numéro trouvé"},
		{text("12 rue de la République"), "", "", ""}, // Marseille or Aix
		{text("42 rue de la République"), "", "", ""}, // that Aix has no 42 does not tell that Marseille is meant
		{text("12 rue de la République, esc. 3, 2e étage, Aix-en-Provence"), "12 Rue de la République 13100 Aix-en-Provence", door, "numéro trouvé"},
		{text("3, passage de la Porte d’Aix, porte D, 13002 Marseille"), "3 Passage de la Porte d’Aix 13002 Marseille 2e Arrondissement", door, "numéro trouvé"},
		{text("Cité Félix-Pyat, bât. B3, 13003 Marseille"), "Cité Félix Pyat 13003 Marseille 3e Arrondissement", estate, "ensemble trouvé"},
		{text("Résidence Felix Pyat 13003"), "Cité Félix Pyat 13003 Marseille 3e Arrondissement", estate, "ensemble trouvé"},
		{text("3 boulevard Bail 13005 Marseille"), "3 Boulevard Baille 13005 Marseille 5e Arrondissement", building, ""},
		{text("3 bd Ballie 13005 Marseille"), "", "", ""},
		{text("3 bd Baile 13005 Marseile"), "3 Boulevard Baille 13005 Marseille 5e Arrondissement", building, "nom approché"},
		{text("3 bvd. Baille, Marseile"), "3 Boulevard Baille 13005 Marseille 5e Arrondissement", building, "numéro trouvé"},
		{text("2 av gal leclerc 13003"), "2 " + leclerc, building, "numéro trouvé"},
		{text("2 avenue Leclerc 13003 Marseille"), "2 " + leclerc, building, "nom approché"},
		{text("2 bd du Général Leclerc 13003 Marseille"), "2 " + leclerc, street, "type de voie autre"},
		{text("2 avenue du Maréchal Leclerc 13003 Marseille"), "", "", ""},
		{text("1 rue Jaurès 13004 Marseille"), "1 Rue Jean Jaurès 13004 Marseille 4e Arrondissement", door, "numéro trouvé"},
		{text("1 r. J. Jaurès 13004 Marseille"), "1 Rue Jean Jaurès 13004 Marseille 4e Arrondissement", door, "numéro trouvé"},
		{text("1 rue Pierre Curie 13004 Marseille"), "", "", ""},
		{text("10 rue du 8 mai 1945 13003 Marseille"), "10 Rue du 8 Mai 1945 13003 Marseille 3e Arrondissement", building, "numéro trouvé"},
		{text("rue du huit mai 13003 Marseille"), "Rue du 8 Mai 1945 13003 Marseille 3e Arrondissement", street, "sans numéro"},
		{text("5B trav. de l'Estaque, 13016"), "5 b Traverse de l’Estaque 13016 Marseille 16e Arrondissement", building, "numéro trouvé"},
		{text("6 pl. N.D. du Mont 13006"), "6 Place Notre Dame du Mont 13006 Marseille 6e Arrondissement", building, "numéro trouvé"},
		{text("15 rue de la République 13 002 Marseille"), republique2, street, "numéro 15 absent"},
		{text("La Canebière 13001"), "La Canebière 13001 Marseille 1er Arrondissement", street, "sans numéro"},
		{text("Les Oliviers, 13014 Marseille"), "Les Oliviers 13014 Marseille 14e Arrondissement", estate, "lieu-dit"},
		{text("cité des Oliviers 13014 Marseille"), "Les Oliviers 13014 Marseille 14e Arrondissement", estate, "lieu-dit"},
		{text("rue des Oliviers 13014 Marseille"), "Les Oliviers 13014 Marseille 14e Arrondissement", estate, "lieu-dit"},
		{text("Les Oliviers"), "", "", ""},
		{text("La Castellane"), "La Castellane 13015 Marseille 15e Arrondissement", estate, "commune non dite"},
		{text("La Castelane"), "", "", ""}, // without a commune, only the very name
		{text("Bât. 4, La Castellane, Marseille"), "La Castellane 13015 Marseille 15e Arrondissement", estate, "lieu-dit"},
		{text("Les Platanes, 13100 Aix-en-Provence"), "Les Platanes 13100 Aix-en-Provence", estate, "lieu-dit"},
		{text("7 chemin de Puyricard, 13100 Aix"), "7 Route des Alpes 13100 Aix-en-Provence", building, "numéro trouvé"},
		{addresses.Query{Street: "Route des Alpes", Number: "7", Commune: "13999"}, "7 Route des Alpes 13100 Aix-en-Provence", building, "numéro trouvé"},
		{text("7 route des Alpes, Puyricard"), "7 Route des Alpes 13100 Aix-en-Provence", building, "numéro trouvé"},
		{addresses.Query{Text: "12 rue de la République", Commune: "13055"}, "12 " + republique1, door, "numéro trouvé"},
		{addresses.Query{Text: "12 rue de la République Marseille", Commune: "13201"}, "12 " + republique1, door, "numéro trouvé"},
		{addresses.Query{Street: "rue de la République", Number: "42", CommuneName: "Marseille (13)"}, "42 " + republique2, building, "numéro trouvé"},
		{addresses.Query{Street: "12 rue de la République", CommuneName: "13001 MARSEILLE"}, "12 " + republique1, door, "numéro trouvé"},
		{addresses.Query{Street: "12 rue de la République", Postcode: "13001", CommuneName: "Marseille Centre"}, "12 " + republique1, door, "numéro trouvé"},
		// What is stated is never crossed.
		{addresses.Query{Text: "1 boulevard Baille", Commune: "13001"}, "", "", ""},
		{addresses.Query{Text: "1 boulevard Baille", Postcode: "13100"}, "", "", ""},
		{addresses.Query{Text: "1 boulevard Baille", Commune: "13205", Postcode: "13100"}, "", "", ""},
		{addresses.Query{Text: "1 boulevard Baille 13005 Marseille", Commune: "13001"}, "", "", ""},
		{addresses.Query{Text: "1 boulevard Baille", CommuneName: "Lille"}, "", "", ""},
		{addresses.Query{Text: "1 boulevard Baille", Postcode: "13005", CommuneName: "Lille"}, "", "", ""},
		{addresses.Query{Text: "1 boulevard Baille", Commune: "Marseille"}, "", "", ""},
		{text("1 boulevard Baille 59000 Lille"), "", "", ""},
		{text(""), "", "", ""},
		{text("12"), "", "", ""},
		{text("rue"), "", "", ""},
	} {
		hits := locate(t, g, c.q)
		best, ok := addresses.Best(hits)
		if !ok {
			best = addresses.Hit{}
		}
		if best.Label != c.label || best.Accuracy != c.accuracy || !strings.Contains(best.Why, c.why) {
			t.Errorf("%+v: %s", c.q, list(hits))
		}
	}
}

func list(hits []addresses.Hit) string {
	var b strings.Builder
	for _, h := range hits {
		fmt.Fprintf(&b, "\n\t%.2f %-9s %s (%s) %v: %s", h.Score, h.Accuracy, h.Label, h.Commune, h.Position, h.Why)
	}
	return b.String()
}
