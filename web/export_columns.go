package web

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

// columnKind says what the cells of a column are. A cell is of the type that is named, or nil where there is nothing to say.
type columnKind int

const (
	columnText   columnKind = iota // string
	columnWhole                    // int
	columnNumber                   // float64
	columnYesNo                    // bool
	columnDay                      // dealmap.Date
	columnMoment                   // time.Time, in the zone of the server
)

// exportColumn is a column of the files that are tables. The heading is for people; the name is for programs, which stumble over
// accents, capitals and words of SQL.
type exportColumn struct {
	heading, name string
	kind          columnKind
	width         float64 // in characters, in a spreadsheet
}

// exportColumns are the columns of CSV, XLSX and GeoPackage. The first and the last four say whose file it is, so that no row
// loses it when rows are sorted, filtered or copied.
var exportColumns = []exportColumn{
	{"Mention", "mention", columnText, 23}, {"Référence", "reference", columnText, 11}, {"Code de traitement", "code_traitement", columnText, 11},
	{"Usage permis", "usage_permis", columnText, 30}, {"Diffusion", "diffusion", columnText, 16}, {"Vu comme", "vu_comme", columnText, 19},
	{"Statut", "statut", columnText, 12}, {"Nature", "nature", columnText, 22}, {"Nom du lieu", "nom", columnText, 30},
	{"Adresse", "adresse", columnText, 30}, {"Commune", "commune", columnText, 20}, {"Code Insee", "code_insee", columnText, 10},
	{"Département", "departement", columnText, 12}, {"Longitude", "longitude", columnNumber, 12}, {"Latitude", "latitude", columnNumber, 12},
	{"Précision", "precision_position", columnText, 20}, {"Produits", "produits", columnText, 20}, {"Horaires", "horaires", columnText, 18},
	{"Intensité", "intensite", columnWhole, 10}, {"Guetteurs", "guetteurs", columnYesNo, 10}, {"Obstacles", "obstacles", columnYesNo, 10},
	{"Caméras", "cameras", columnYesNo, 10}, {"Bailleur", "bailleur", columnText, 20}, {"Remarques", "remarques", columnText, 40},
	{"Service", "service", columnText, 9}, {"Unité", "unite", columnText, 18}, {"Cotation", "cotation", columnText, 9},
	{"Réseaux", "reseaux", columnText, 16}, {"Références de procédure", "references_procedure", columnText, 24},
	{"Première vue", "premiere_vue", columnDay, 12}, {"Dernière confirmation", "derniere_confirmation", columnDay, 12},
	{"Prochaine revue", "prochaine_revue", columnDay, 12}, {"Fermé le", "ferme_le", columnDay, 12},
	{"Motif de fermeture", "motif_fermeture", columnText, 20}, {"Champs retenus", "champs_retenus", columnText, 30},
	{"Donnée fictive", "donnee_fictive", columnYesNo, 10}, {"Exporté par", "exporte_par", columnText, 30}, {"Export", "exporte_le", columnMoment, 17},
	{"Destinataires", "destinataires", columnText, 30}, {"Objet de la communication", "objet_communication", columnText, 30},
}

// exportRow makes the cells of one place, as many as there are exportColumns.
func (s *Server) exportRow(e *export, p dealmap.Sight) []any {
	handling, grading, withheld := p.Handling(), p.Grading(), p.Withheld()
	var longitude, latitude, closed, intensity, lookouts, obstacles, cameras, fictive any
	if at, ok := p.Position(); ok {
		longitude, latitude = at[0], at[1]
	}
	reason := ""
	if closing := p.Closing(); closing != nil {
		closed, reason = dayCell(closing.Date), dealmap.Label(dealmap.ClosingReasons(), string(closing.Reason))
	}
	products := make([]string, len(p.Products()))
	for i, product := range p.Products() {
		products[i] = dealmap.Label(dealmap.Products(), string(product))
	}
	if !slices.Contains(withheld, "lookouts") { // what is withheld is neither yes nor no
		lookouts, obstacles, cameras = p.Lookouts(), p.Obstacles(), p.Cameras()
	}
	if p.Intensity() > 0 {
		intensity = p.Intensity()
	}
	if p.Synthetic() {
		fictive = true
	}
	row := []any{
		restricted, p.Reference(), handling.Code, dealmap.Label(dealmap.HandlingCodes(), handling.Code),
		dealmap.Label(dealmap.Reaches(), string(handling.Reach)), detailLabels[p.Detail()], dealmap.Label(dealmap.Statuses(), string(p.Status())),
		dealmap.Label(dealmap.Kinds(), string(p.Kind())), p.Name(), p.Address(), s.communeName(p.Commune()), p.Commune(), p.Departement(),
		longitude, latitude, dealmap.Label(dealmap.Accuracies(), string(p.Accuracy())), strings.Join(products, ", "), p.Hours(), intensity,
		lookouts, obstacles, cameras, p.Landlord(), p.Note(), string(p.Owner().Service), p.Owner().Unit, grading.Source + grading.Information,
		strings.Join(p.Networks(), ", "), strings.Join(p.CaseRefs(), ", "), dayCell(p.FirstSeen()), dayCell(p.LastConfirmed()),
		dayCell(p.NextReview()), closed, reason, strings.Join(inFrench(withheld), ", "), fictive,
		e.exporter(), e.at.In(s.zone), e.recipients(), e.Purpose,
	}
	for i, cell := range row {
		if cell == "" {
			row[i] = nil
		}
	}
	return row
}

// exporter is who made the file, with their service.
func (e *export) exporter() string { return strings.Trim(e.by+", "+e.service, ", ") }

func (e *export) recipients() string { return strings.Join(e.Recipients, " ; ") }

func dayCell(day dealmap.Date) any {
	if day.IsZero() {
		return nil
	}
	return day
}

// momentText is a moment as people read it, to the second.
func momentText(at time.Time) string { return at.Format(time.DateTime) }

var detailLabels = map[dealmap.Detail]string{dealmap.Blurred: "flouté à la commune", dealmap.Shown: "montré", dealmap.Whole: "entier"}

// withheldLabels are what policy.md calls the fields that a file may hold back.
var withheldLabels = map[string]string{
	"name": "nom du lieu", "address": "adresse", "geometry": "position exacte", "accuracy": "précision", "products": "produits", "hours": "horaires",
	"intensity": "intensité", "lookouts": "guetteurs", "obstacles": "obstacles", "cameras": "caméras", "landlord": "bailleur", "note": "remarques",
	"grading": "cotation", "handling.groups": "groupes de diffusion", "case_references": "références de procédure", "networks": "réseaux",
	"first_seen": "première vue", "last_confirmed": "dernière confirmation", "next_review": "prochaine revue", "closing": "fermeture",
	"source_record": "ligne de la liste d’origine",
}

func inFrench(fields []string) []string {
	labels := make([]string, len(fields))
	for i, field := range fields {
		labels[i] = cmp.Or(withheldLabels[field], field)
	}
	return labels
}

func yesNo(is bool) string {
	if is {
		return "oui"
	}
	return "non"
}
