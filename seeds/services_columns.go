package seeds

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
)

// policeColumns are those of police.csv.
var policeColumns = []column[string]{
	{"Référence", func(r *ServiceRecord) string { return fmt.Sprintf("PN-%06d", r.Truth.Line-1) }},
	{"Dénomination", func(r *ServiceRecord) string { return r.Add.Facts.Name }},
	{"Adresse", func(r *ServiceRecord) string { return r.Add.Facts.Address }},
	{"Code INSEE", func(r *ServiceRecord) string { return r.code }},
	{"Commune", func(r *ServiceRecord) string { return r.town }},
	{"Longitude", func(r *ServiceRecord) string { return r.degrees(0) }},
	{"Latitude", func(r *ServiceRecord) string { return r.degrees(1) }},
	{"Précision", func(r *ServiceRecord) string { return r.stated(r.Add.Facts.Accuracy) }},
	{"Type", func(r *ServiceRecord) string { return dealmap.Label(dealmap.Kinds(), string(r.Add.Facts.Kind)) }},
	{"Statut", func(r *ServiceRecord) string { return dealmap.Label(dealmap.Statuses(), string(r.Add.Status)) }},
	{"Produits", func(r *ServiceRecord) string {
		return listed(r.Add.Facts.Products, ", ", func(p dealmap.Product) string { return dealmap.Label(dealmap.Products(), string(p)) })
	}},
	{"Horaires", func(r *ServiceRecord) string { return r.Add.Facts.Hours }},
	{"Première constatation", func(r *ServiceRecord) string { return day(r.Add.Facts.FirstSeen, "02/01/2006") }},
	{"Dernière constatation", func(r *ServiceRecord) string { return day(r.Add.Facts.LastSeen, "02/01/2006") }},
	{"Date de fermeture", func(r *ServiceRecord) string { return day(r.closed(), "02/01/2006") }},
	{"Motif de fermeture", (*ServiceRecord).why},
	{"Réseau", func(r *ServiceRecord) string { return strings.Join(r.Add.Facts.Networks, ", ") }},
	{"Cotation", func(r *ServiceRecord) string { return r.Add.Facts.Grading.Source + r.Add.Facts.Grading.Information }},
	{"Service", func(r *ServiceRecord) string { return string(r.Add.Facts.Owner.Service) }},
	{"Unité", func(r *ServiceRecord) string { return r.Add.Facts.Owner.Unit }},
	{"Observations", func(r *ServiceRecord) string { return r.Add.Facts.Note }},
	{"Fictif", func(*ServiceRecord) string { return "oui" }},
}

// gendarmerieColumns are those of gendarmerie.csv.
var gendarmerieColumns = []column[string]{
	{"N° FICHE", func(r *ServiceRecord) string { return strconv.Itoa(100_000 + r.Truth.Line) }},
	{"LIBELLE", func(r *ServiceRecord) string { return r.Add.Facts.Name }},
	{"VOIE", func(r *ServiceRecord) string { return r.Add.Facts.Address }},
	{"INSEE", func(r *ServiceRecord) string { return strings.TrimPrefix(r.code, "0") }},
	{"COMMUNE", func(r *ServiceRecord) string { return strings.ToUpper(r.town) }},
	{"X_L93", func(r *ServiceRecord) string { return r.metres(0) }},
	{"Y_L93", func(r *ServiceRecord) string { return r.metres(1) }},
	{"PRECISION", func(r *ServiceRecord) string { return strings.ToUpper(plain(r.stated(r.Add.Facts.Accuracy))) }},
	{"NATURE", func(r *ServiceRecord) string {
		return strings.ToUpper(plain(dealmap.Label(dealmap.Kinds(), string(r.Add.Facts.Kind))))
	}},
	{"ETAT", func(r *ServiceRecord) string {
		return strings.ToUpper(plain(dealmap.Label(dealmap.Statuses(), string(r.Add.Status))))
	}},
	{"STUPEFIANTS", func(r *ServiceRecord) string {
		return listed(r.Add.Facts.Products, "/", func(p dealmap.Product) string { return r.word(capitals, p) })
	}},
	{"HORAIRES", func(r *ServiceRecord) string { return r.Add.Facts.Hours }},
	{"DEBUT", func(r *ServiceRecord) string { return day(r.Add.Facts.FirstSeen, "02/01/06") }},
	{"DERNIERE CONSTATATION", func(r *ServiceRecord) string { return day(r.Add.Facts.LastSeen, "02/01/06") }},
	{"DATE FERMETURE", func(r *ServiceRecord) string { return day(r.closed(), "02/01/06") }},
	{"MOTIF", func(r *ServiceRecord) string { return strings.ToUpper(plain(r.why())) }},
	{"RESEAU", func(r *ServiceRecord) string { return strings.Join(r.Add.Facts.Networks, "/") }},
	{"UNITE", func(r *ServiceRecord) string { return r.Add.Facts.Owner.Unit }},
	{"OBSERVATIONS", func(r *ServiceRecord) string { return r.Add.Facts.Note }},
	{"FICTIF", func(*ServiceRecord) string { return "OUI" }},
}

// capitals and slang are words for products; the first is the usual one.
var (
	capitals = map[dealmap.Product][]string{
		"cannabis": {"CANNABIS", "RESINE", "HERBE"}, "cocaine": {"COCAINE"}, "crack": {"CRACK"}, "heroin": {"HEROINE"},
		"mdma": {"MDMA", "ECSTASY"}, "ketamine": {"KETAMINE"}, "nps": {"NPS"}, "other": {"AUTRE"},
	}
	slang = map[dealmap.Product][]string{
		"cannabis": {"shit", "beuh", "cannabis", "weed"}, "cocaine": {"coke", "cocaïne", "C"}, "crack": {"crack", "caillou"},
		"heroin": {"héro", "héroïne", "brown"}, "mdma": {"ecsta", "MDMA", "taz"}, "ketamine": {"kéta", "K"}, "nps": {"NPS"}, "other": {"autre"},
	}
)

// word draws how this row calls a product.
func (r *ServiceRecord) word(words map[dealmap.Product][]string, p dealmap.Product) string {
	known := words[p]
	return known[r.style%uint64(len(known))]
}

// stated is the accuracy as the row says it: nothing where street is but what a list that says nothing is taken for.
func (r *ServiceRecord) stated(a dealmap.Accuracy) string {
	if a == dealmap.AccuracyStreet && r.style>>32%2 == 0 {
		return ""
	}
	return dealmap.Label(dealmap.Accuracies(), string(a))
}

func (r *ServiceRecord) degrees(axis int) string {
	if r.Add.Facts.Position == nil {
		return ""
	}
	return strings.Replace(strconv.FormatFloat(r.Add.Facts.Position[axis], 'f', 6, 64), ".", ",", 1)
}

func (r *ServiceRecord) metres(axis int) string {
	if r.Add.Facts.Position == nil {
		return ""
	}
	x, y := toLambert(*r.Add.Facts.Position)
	return strconv.FormatFloat([]float64{x, y}[axis], 'f', -1, 64)
}

func (r *ServiceRecord) closed() dealmap.Date {
	if r.Add.Closing == nil {
		return dealmap.Date{}
	}
	return r.Add.Closing.Date
}

func (r *ServiceRecord) why() string {
	if r.Add.Closing == nil {
		return ""
	}
	return dealmap.Label(dealmap.ClosingReasons(), string(r.Add.Closing.Reason))
}

func day(d dealmap.Date, layout string) string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(layout)
}
