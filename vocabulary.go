package dealmap

import (
	"slices"
	"strings"
)

// Term is one word of a vocabulary: the value stored and sent, and its French label.
type Term struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Kind says what a place is. Deal points come first, support sites after.
type Kind string

// Status is where a place stands in its life.
type Status string

// Product is a drug or a family of drugs.
type Product string

// Service is the administration that owns a record or employs a viewer.
type Service string

// Accuracy is how exactly a position is known.
type Accuracy string

// ClosingReason says why a place was closed.
type ClosingReason string

// The values that rules refer to by name.
const (
	Street   Kind = "street"
	Four     Kind = "four"
	Drive    Kind = "drive"
	Delivery Kind = "delivery"

	StashFlat   Kind = "stash_flat"
	Warehouse   Kind = "warehouse"
	EntryPoint  Kind = "entry_point"
	GrowingSite Kind = "growing_site"
	Growshop    Kind = "growshop"
	Business    Kind = "business"

	Reported  Status = "reported"
	Active    Status = "active"
	Disrupted Status = "disrupted"
	Dormant   Status = "dormant"
	Closed    Status = "closed"

	ServicePN    Service = "PN"
	ServicePP    Service = "PP"
	ServiceGN    Service = "GN"
	ServiceDGDDI Service = "DGDDI"
	ServiceOfast Service = "OFAST"

	AccuracyDoor     Accuracy = "door"
	AccuracyBuilding Accuracy = "building"
	AccuracyEstate   Accuracy = "estate"
	AccuracyStreet   Accuracy = "street"
	AccuracyCommune  Accuracy = "commune"

	Dismantled ClosingReason = "dismantled"
	Displaced  ClosingReason = "displaced"
	Faded      ClosingReason = "faded"
	Duplicate  ClosingReason = "duplicate"
	Mistake    ClosingReason = "error"
)

// Kinds returns the kinds of place with their labels.
func Kinds() []Term {
	return []Term{
		{"street", "Point de deal de rue"}, {"four", "Four (hall d’immeuble)"}, {"drive", "Drive"}, {"delivery", "Livraison"},
		{"stash_flat", "Nourrice"}, {"warehouse", "Dépôt"}, {"entry_point", "Point d’entrée"}, {"growing_site", "Culture"},
		{"growshop", "Growshop"}, {"business", "Commerce"},
	}
}

// Statuses returns the statuses with their labels, in the order of a place's life.
func Statuses() []Term {
	return []Term{
		{"reported", "Signalé"}, {"active", "Actif"}, {"disrupted", "Perturbé"}, {"dormant", "En sommeil"}, {"closed", "Fermé"},
	}
}

// Products returns the products with their labels.
func Products() []Term {
	return []Term{
		{"cannabis", "Cannabis"}, {"cocaine", "Cocaïne"}, {"crack", "Crack"}, {"heroin", "Héroïne"}, {"mdma", "MDMA"},
		{"ketamine", "Kétamine"}, {"nps", "Nouveaux produits de synthèse"}, {"other", "Autre"},
	}
}

// Services returns the services with their labels.
func Services() []Term {
	return []Term{
		{"PN", "Police nationale"}, {"PP", "Préfecture de police"}, {"GN", "Gendarmerie nationale"}, {"DGDDI", "Douanes"},
		{"OFAST", "Ofast"},
	}
}

// Accuracies returns the classes of accuracy with their labels, the finest first.
func Accuracies() []Term {
	return []Term{
		{"door", "Entrée ou hall"}, {"building", "Bâtiment"}, {"estate", "Résidence ou cité"}, {"street", "Rue"},
		{"commune", "Commune seulement"},
	}
}

// ClosingReasons returns the reasons for closing with their labels.
func ClosingReasons() []Term {
	return []Term{
		{"dismantled", "Démantelé"}, {"displaced", "Déplacé"}, {"faded", "Éteint de lui-même"}, {"duplicate", "Doublon"},
		{"error", "Erreur de saisie"},
	}
}

// Intensities returns the written scale of intensity, 1 to 5.
func Intensities() []Term {
	return []Term{
		{"1", "1 · ventes occasionnelles, quelques clients par jour"}, {"2", "2 · ventes régulières à certaines heures"},
		{"3", "3 · ventes quotidiennes organisées"}, {"4", "4 · vente continue, guetteurs en place"},
		{"5", "5 · forte affluence, site tenu et obstrué"},
	}
}

// Radius is the uncertainty in metres that goes with the accuracy; 0 for a commune, which is never drawn as a point.
func (a Accuracy) Radius() float64 {
	switch a {
	case AccuracyDoor:
		return 10
	case AccuracyBuilding:
		return 25
	case AccuracyStreet:
		return 60
	case AccuracyEstate:
		return 120
	}
	return 0
}

// IsDealPoint reports whether places of this kind sell, as opposed to support sites.
func (k Kind) IsDealPoint() bool {
	return k == Street || k == Four || k == Drive || k == Delivery
}

// onTheWay reports whether places of this kind sell on the public way, where a patrol passes.
func (k Kind) onTheWay() bool { return k == Street || k == Four || k == Drive }

// onTheGround reports whether this reason is about the place, where one can go and look, and not about its record.
func (r ClosingReason) onTheGround() bool { return r != Duplicate && r != Mistake }

// Label returns the French label of a value, the value itself when it is unknown.
func Label(terms []Term, value string) string {
	if i := slices.IndexFunc(terms, func(t Term) bool { return t.Value == value }); i >= 0 {
		return terms[i].Label
	}
	return value
}

func known(terms []Term, value string) bool {
	return slices.ContainsFunc(terms, func(t Term) bool { return t.Value == value })
}

func oneOf(terms []Term) string {
	values := make([]string, len(terms))
	for i, t := range terms {
		values[i] = t.Value
	}
	return strings.Join(values, ", ")
}
