package seeds

import (
	"math/rand/v2"
	"strings"
)

// The names of synthetic estates and streets: a noun and an adjective that agree, after a generic word. The pairs were chosen
// for not being found on French maps; a test compares them with the labels of the priority districts.
var (
	masculine = []string{
		"le Loriot", "le Bouvreuil", "le Chamois", "le Castor", "le Gypaète", "l’Isard", "le Lérot", "le Pouillot", "le Sureau",
		"le Fusain", "le Cornouiller", "l’Alisier", "le Lavoir", "le Sextant", "le Sémaphore", "le Métronome", "le Cadran", "l’Astrolabe",
		"le Moulinet", "le Tamis", "le Fuseau", "le Rouet", "le Diapason", "le Grelot",
	}
	feminine = []string{
		"la Loutre", "la Sittelle", "la Fauvette", "l’Alouette", "la Libellule", "l’Hermine", "la Bergeronnette", "la Genette",
		"la Rainette", "la Salamandre", "la Viorne", "la Bourdaine", "la Myrtille", "la Navette", "la Girouette", "la Boussole",
		"la Lanterne", "la Clepsydre", "la Crémone", "la Margelle", "la Poulie", "la Tabatière", "l’Ardoise", "la Marelle",
	}
	adjectives = [][2]string{
		{"moiré", "moirée"}, {"cendré", "cendrée"}, {"ambré", "ambrée"}, {"argenté", "argentée"}, {"étoilé", "étoilée"},
		{"lointain", "lointaine"}, {"songeur", "songeuse"}, {"tranquille", "tranquille"}, {"agile", "agile"}, {"discret", "discrète"},
		{"matinal", "matinale"}, {"boréal", "boréale"}, {"azuré", "azurée"}, {"pourpre", "pourpre"}, {"rieur", "rieuse"},
		{"voyageur", "voyageuse"}, {"patient", "patiente"}, {"écarlate", "écarlate"},
	}
	estateWords = []string{
		"Résidence", "Clos", "Terrasses", "Cour", "Square", "Passage", "Îlot", "Jardins", "Galerie", "Mail", "Esplanade", "Placette",
	}
	streetWords = []string{"rue", "avenue", "allée", "impasse", "chemin", "boulevard", "sente", "montée"}
	parkings    = []string{"Parking", "Contre-allée", "Aire", "Rond-point"}
)

// fictional draws a name that ends "de la Loutre moirée" or "du Loriot moiré".
func fictional(words []string, rng *rand.Rand) string {
	nouns, gender := masculine, 0
	if rng.IntN(2) == 1 {
		nouns, gender = feminine, 1
	}
	return pick(rng, words) + " " + genitive(pick(rng, nouns)) + " " + pick(rng, adjectives)[gender]
}

func genitive(noun string) string {
	if rest, ok := strings.CutPrefix(noun, "le "); ok {
		return "du " + rest
	}
	return "de " + noun
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// weighted is a value and its share in a hundred.
type weighted[T any] struct {
	share int
	value T
}

// pickShare draws from shares that sum to 100.
func pickShare[T any](rng *rand.Rand, list []weighted[T]) T {
	at := rng.IntN(100)
	for _, w := range list {
		if at -= w.share; at < 0 {
			return w.value
		}
	}
	return list[len(list)-1].value
}
