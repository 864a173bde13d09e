package dealmap

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestGuardFindsPersonalData(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, span, what string }{
		{"guetteur joignable au 06 12 34 56 78 le soir", "06 12 34 56 78", "téléphone"},
		{"06.12.34.56.78", "06.12.34.56.78", "téléphone"},
		{"tél. 0612345678", "0612345678", "téléphone"},
		{"appeler 06-12-34-56-78", "06-12-34-56-78", "téléphone"},
		{"commande au +33 6 12 34 56 78", "+33 6 12 34 56 78", "téléphone"},
		{"commande au +33612345678", "+33612345678", "téléphone"},
		{"commande au 0033 7 12 34 56 78", "0033 7 12 34 56 78", "téléphone"},
		{"fixe 04 91 12 34 56", "04 91 12 34 56", "téléphone"},
		{"numéro belge +32 475 12 34 56", "+32 475 12 34 56", "téléphone"},
		{"Clio grise AB-123-CD", "AB-123-CD", "plaque"},
		{"Clio grise AB 123 CD devant le hall", "AB 123 CD", "plaque"},
		{"Clio grise AB123CD", "AB123CD", "plaque"},
		{"clio ab-123-cd", "ab-123-cd", "plaque"},
		{"vieille 205 1234 AB 13", "1234 AB 13", "plaque"},
		{"scooter 456 XYZ 75", "456 XYZ 75", "plaque"},
		{"écrire à jean.dupont@example.org", "jean.dupont@example.org", "électronique"},
		{"snap @zaza_du_13", "@zaza_du_13", "pseudonyme"},
		{"IBAN FR76 3000 6000 0112 3456 7890 189", "FR76 3000 6000 0112 3456 7890 189", "IBAN"},
		{"FR1420041010050500013M02606", "FR1420041010050500013M02606", "IBAN"},
		{"GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32", "IBAN"},
		{"NIR 1 85 05 78 006 084 36", "1 85 05 78 006 084 36", "sécurité sociale"},
		{"tenu par M. Dupont", "M. Dupont", "personne"},
		{"chez Mme Martin-Leroy, 3e étage", "Mme Martin-Leroy", "personne"},
		{"chez Monsieur de La Tour", "Monsieur de La", "personne"},
		{"vu avec Mlle Élodie BERNARD", "Mlle Élodie BERNARD", "personne"},
		{"gardien: Monsieur Bâ", "Monsieur Bâ", "personne"},
		{"MONSIEUR DURAND loge au 4e", "MONSIEUR DURAND", "personne"},
		{"le chef, surnommé Le Grand", "surnommé Le Grand", "surnom"},
		{"alias « Zizou »", "alias « Zizou »", "surnom"},
		{"un nommé Karim", "nommé Karim", "surnom"},
	} {
		hits := Guard(c.text)
		if len(hits) != 1 {
			t.Errorf("Guard(%q) = %v, want one hit", c.text, hits)
			continue
		}
		got := c.text[hits[0].Start:hits[0].End]
		if !strings.HasPrefix(got, c.span) || !strings.Contains(hits[0].What, c.what) {
			t.Errorf("Guard(%q) found %q as %s, want %q as %s", c.text, got, hits[0].What, c.span, c.what)
		}
	}
}

func TestGuardLetsPassWhatDescribesPlaces(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Mo-Su 12:00-22:00", "Mo-Fr 10:00-12:00,14:00-23:30; Sa 10:00-02:00", "12h-22h, 7 jours sur 7", "de 10 h 00 à 23 h 30",
		"13055", "commune 2A004", "93008 Bobigny", "13013 Marseille", "97105 Basse-Terre", "code 75056",
		"12 rue des Lilas", "12 bis rue du 11 Novembre 1918", "1 RUE 13 JUIN 1940", "4 BIS 13 rue du Port", "134 ZAC 13",
		"12 AVENUE DU 8 MAI 1945", "bât. B3, escalier 12, hall 4", "Bâtiment M. hall 3", "tour A, 06", "lot 0612",
		"SIRET 552 100 554 00013", "SIRET 73282932000074", "SIREN 732 829 320", "RN 113 PK 12", "sortie D 906 km 34",
		"rue du Docteur Calmette", "avenue du Dr Heckel", "place Monsieur le Prince", "rue Monsieur-le-Prince", "boulevard Madame de Sévigné",
		"rue de Monsieur Vincent", "école Maître Albert", "hôpital du Docteur Schaffner",
		"lieu-dit Les Pins", "lieu dit Le Moulin", "on dit le soir", "parking silo P2, niveau -1", "R-13-7KQ", "13-K7QF",
		"48.850244, 2.308310", "x=649242.57 y=6861355.85", "EPSG:2154", "procédure 2026/001234", "PV 00612/2026/001234",
		"10-12 gr, 20 €", "5 à 10 guetteurs, 2 rabatteurs", "3 450 € par jour", "depuis le 01/02/2026", "du 01.02.2026 au 03.04.2026",
		"Résidence Les Tilleuls", "Cité Émile Zola", "Hall 1-3-5-7-9", "bus 21 22 23 24", "arrêt M. Pagnol", "Me", "M.", "le 8 mars",
		"dit", "Immeuble « Le Mistral »", "près du collège Jean Moulin", "HLM 13 Habitat", "1000 logements", "AB 12", "CF. 4",
	} {
		if hits := Guard(text); len(hits) != 0 {
			t.Errorf("Guard(%q) refused %q as %s", text, text[hits[0].Start:hits[0].End], hits[0].What)
		}
	}
}

// TestNoRuleIsPassedOver puts texts together from what the rules look for, in any case, and checks that a rule whose pattern
// matches is never passed over.
func TestNoRuleIsPassedOver(t *testing.T) {
	t.Parallel()
	r := seed(t)
	parts := []string{
		"@", "jean", "zaza.fr", "06 12 34 56 78", "AB-123-CD", "1234 AB 13", "FR76 3000 6000 0112", "M.", "MM.", "Mr", "MR.", "Mme", "MME",
		"Mlle", "MLLE", "monsieur", "Monsieur", "Madame", "mademoiselle", "MONSIEUR", "MADAME", "Maître", "Me", "Dr", "Dr.", "docteur",
		"surnommé", "ſurnommée", "alias", "aliaſ", "dit", "dite", "prénommé", "prenomme", "nommé", "nommee", "pseudonyme", "pseudo",
		"surnom", "aka", "a\u212aa", " ", " ", " ", "\u00a0", "Dupont", "Élodie", "« Zizou »", "de ", "d’", ":",
	}
	matched := 0
	for range 20_000 {
		var text string
		for range 1 + r.IntN(6) {
			part := parts[r.IntN(len(parts))]
			switch r.IntN(4) {
			case 0:
				part = strings.ToUpper(part)
			case 1:
				part = strings.ToLower(part)
			}
			text += part
		}
		for _, rule := range guardRules {
			if !rule.pattern.MatchString(text) {
				continue
			}
			if matched++; !rule.needs(text) {
				t.Fatalf("%q holds %s, and the rule is passed over", text, rule.what)
			}
		}
	}
	if matched < 1000 {
		t.Fatalf("%d matches: too few to say", matched)
	}
}

func FuzzGuard(f *testing.F) {
	for _, text := range []string{"06 12 34 56 78", "M. Dupont", "@a.b", "FR76 3000", "\xff\xfe", "é@é.é", "12 RUE 75"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, rule := range guardRules {
			if rule.pattern.MatchString(text) && !rule.needs(text) {
				t.Fatalf("%q holds %s, and the rule is passed over", text, rule.what)
			}
		}
		last := 0
		for _, hit := range Guard(text) {
			if hit.Start < last || hit.End <= hit.Start || hit.End > len(text) {
				t.Fatalf("Guard(%q): span %d-%d after %d", text, hit.Start, hit.End, last)
			}
			last = hit.End
			if utf8.ValidString(text) && !utf8.ValidString(text[hit.Start:hit.End]) {
				t.Fatalf("Guard(%q): span %d-%d cuts a character", text, hit.Start, hit.End)
			}
		}
	})
}
