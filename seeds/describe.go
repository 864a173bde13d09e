package seeds

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/mesure5/dealmap"
)

// The shares by which synthetic places differ, in a hundred. They are plausible, not measured.
var (
	kinds = []weighted[dealmap.Kind]{
		{48, dealmap.Street}, {26, dealmap.Four}, {8, dealmap.Drive}, {6, dealmap.Delivery}, {5, dealmap.StashFlat},
		{2, dealmap.Warehouse}, {2, dealmap.Business}, {1, dealmap.GrowingSite}, {1, dealmap.Growshop}, {1, dealmap.EntryPoint},
	}
	// accuracies by whether the place is a deal point; an occupant must not be found from a support site.
	accuracies = map[bool][]weighted[dealmap.Accuracy]{
		true: {{18, dealmap.AccuracyDoor}, {27, dealmap.AccuracyBuilding}, {26, dealmap.AccuracyEstate}, {28, dealmap.AccuracyStreet},
			{1, dealmap.AccuracyCommune}},
		false: {{70, dealmap.AccuracyBuilding}, {20, dealmap.AccuracyEstate}, {8, dealmap.AccuracyStreet}, {2, dealmap.AccuracyCommune}},
	}
	baskets = []weighted[[]dealmap.Product]{
		{46, []dealmap.Product{"cannabis"}}, {26, []dealmap.Product{"cannabis", "cocaine"}}, {9, []dealmap.Product{"cocaine"}},
		{5, []dealmap.Product{"cocaine", "crack"}}, {4, []dealmap.Product{"heroin"}}, {4, []dealmap.Product{"cocaine", "heroin"}},
		{3, []dealmap.Product{"cannabis", "mdma"}}, {2, []dealmap.Product{"ketamine", "mdma"}}, {1, []dealmap.Product{"nps"}},
	}
	hours = []weighted[string]{
		{24, "Mo-Su 12:00-22:00"}, {16, "Mo-Su 11:00-24:00"}, {14, "Mo-Sa 14:00-23:00"}, {10, "Mo-Fr 16:00-22:00; Sa-Su 12:00-24:00"},
		{8, "Mo-Su 10:00-02:00"}, {6, "Th-Sa 18:00-03:00"}, {4, "24/7"}, {18, ""},
	}
	intensities = []weighted[int]{{18, 1}, {30, 2}, {28, 3}, {16, 4}, {8, 5}}
	landlords   = []string{"Habitat Fictif", "Office exemple de l’habitat", "Logis Modèle", "Syndicat de copropriété fictif"}
	notes       = []string{
		"Affluence plus forte en fin de semaine.", "Entrée par l’arrière du bâtiment.", "Activité réduite par temps de pluie.",
		"Signalé par plusieurs riverains.", "Éclairage public hors service.", "Déplacement possible vers le bâtiment voisin.",
		"Caméra municipale à moins de 100 m.", "Reprise constatée après opération.",
	}
)

// describe fills in what the place is and looks like.
func (w *writer) describe(f *dealmap.Facts, e estate, rng *rand.Rand) {
	number := 1 + rng.IntN(98)
	f.Address = strconv.Itoa(number) + " " + e.street
	switch f.Kind {
	case dealmap.Four:
		f.Name = fmt.Sprintf("%s, hall %d", e.name, 1+rng.IntN(12))
	case dealmap.Street:
		f.Name = fmt.Sprintf("%s, bâtiment %c", e.name, 'A'+rune(rng.IntN(8)))
	case dealmap.Drive:
		f.Name = fictional(parkings, rng)
	case dealmap.Delivery:
		f.Name = "Livraison, secteur " + e.name
	case dealmap.StashFlat:
		f.Name = fmt.Sprintf("Nourrice, %s, bâtiment %c", e.name, 'A'+rune(rng.IntN(8)))
	case dealmap.Warehouse:
		f.Name = "Dépôt, " + e.street
	case dealmap.EntryPoint:
		f.Name = "Point d’entrée, " + e.street
	case dealmap.GrowingSite:
		f.Name = "Culture sous abri, " + e.street
	case dealmap.Growshop:
		f.Name = "Growshop, " + e.street
	default:
		f.Name = "Commerce, " + e.street
	}
	f.Landlord = e.landlord
	if rng.IntN(100) < 12 {
		f.Note = pick(rng, notes)
	}
	if e.network != "" {
		f.Networks = []string{e.network}
		if second := w.network(rng.IntN(w.networks)); rng.IntN(100) < 6 && second != e.network {
			f.Networks = append(f.Networks, second)
		}
	}
	f.Products = slices.Clone(pickShare(rng, baskets))
	if f.Kind == dealmap.Growshop || f.Kind == dealmap.GrowingSite {
		f.Products = []dealmap.Product{"cannabis"}
	}
	if !f.Kind.IsDealPoint() {
		return
	}
	f.Hours = pickShare(rng, hours)
	f.Intensity = pickShare(rng, intensities)
	if f.Kind != dealmap.Delivery {
		f.Lookouts = rng.IntN(100) < 15*f.Intensity
		f.Obstacles = rng.IntN(100) < 7*f.Intensity
		f.Cameras = rng.IntN(100) < 4*f.Intensity
	}
}

// townsOf are the towns after which units of a région are called.
var townsOf = map[string]string{
	"01": "Pointe-à-Pitre", "02": "Fort-de-France", "03": "Cayenne", "04": "Saint-Denis", "06": "Mamoudzou", "11": "Paris",
	"24": "Orléans", "27": "Dijon", "28": "Rouen", "32": "Lille", "44": "Metz", "52": "Nantes", "53": "Rennes", "75": "Bordeaux",
	"76": "Toulouse", "84": "Lyon", "93": "Marseille", "94": "Ajaccio",
}

// own gives the record to a service and a unit: the Préfecture de police in Paris and around it, elsewhere the police in
// towns and the gendarmerie in the country; customs have few, mostly support sites.
func (w *writer) own(f *dealmap.Facts, population int, rng *rand.Rand) {
	code := w.departement.Code.ID()
	town := townsOf[w.departement.Parent.ID()]
	if town == "" {
		town = w.departement.Name
	}
	customs, rural := 2, 90
	if !f.Kind.IsDealPoint() {
		customs = 15
	}
	if population >= 20_000 {
		rural = 4
	}
	switch {
	case rng.IntN(100) < customs:
		f.Owner = dealmap.Owner{Service: dealmap.ServiceDGDDI, Unit: "DR " + town}
	case code == "75" || code == "92" || code == "93" || code == "94":
		f.Owner = dealmap.Owner{Service: dealmap.ServicePP, Unit: "DTSP " + code}
	case rng.IntN(100) < rural:
		f.Owner = dealmap.Owner{Service: dealmap.ServiceGN, Unit: "GGD " + code}
		if rng.IntN(3) == 0 {
			f.Owner.Unit = "SR " + town
		}
	default:
		f.Owner = dealmap.Owner{Service: dealmap.ServicePN, Unit: "DIPN " + code}
	}
}
