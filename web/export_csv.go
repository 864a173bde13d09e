package web

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

// csvExport writes RFC 4180 as spreadsheets in French open it: UTF-8 with its mark, semicolons, decimal commas. The handling
// mention is a column, so that no row loses it when rows are sorted, filtered or copied; it is in the heading too, which an
// empty file has.
type csvExport struct {
	out  io.Writer
	rows *csv.Writer
	s    *Server
	v    *visit
	last []string // the columns that say whose export it is
}

func newCSVExport(out io.Writer, s *Server, v *visit, e *export) *csvExport {
	rows := csv.NewWriter(out)
	rows.Comma, rows.UseCRLF = ';', true
	return &csvExport{out: out, rows: rows, s: s, v: v, last: []string{
		guarded(strings.Trim(e.by+", "+e.service, ", ")), "exporté le " + e.at.In(s.zone).Format(time.DateTime), guarded(strings.Join(e.Recipients, " ; ")), guarded(e.Purpose),
	}}
}

var csvHeading = []string{
	"Mention : " + restricted, "Référence", "Code de traitement", "Usage permis", "Diffusion", "Vu comme", "Statut", "Nature", "Nom du lieu",
	"Adresse", "Commune", "Code Insee", "Département", "Longitude", "Latitude", "Précision", "Produits", "Horaires", "Intensité",
	"Guetteurs", "Obstacles", "Caméras", "Bailleur", "Remarques", "Service", "Unité", "Cotation", "Réseaux", "Références de procédure",
	"Première vue", "Dernière confirmation", "Prochaine revue", "Fermé le", "Motif de fermeture", "Champs retenus", "Donnée fictive",
	"Exporté par", "Export", "Destinataires", "Objet de la communication",
}

func (c *csvExport) begin() error {
	if _, err := io.WriteString(c.out, "\ufeff"); err != nil {
		return err
	}
	return c.rows.Write(csvHeading)
}

func (c *csvExport) place(p dealmap.Sight) error {
	handling, grading := p.Handling(), p.Grading()
	longitude, latitude := "", ""
	if at, ok := p.Position(); ok {
		longitude, latitude = decimal(at[0]), decimal(at[1])
	}
	closed, reason := "", ""
	if closing := p.Closing(); closing != nil {
		closed, reason = closing.Date.String(), dealmap.Label(dealmap.ClosingReasons(), string(closing.Reason))
	}
	var products []string
	for _, product := range p.Products() {
		products = append(products, dealmap.Label(dealmap.Products(), string(product)))
	}
	withheld := p.Withheld()
	lookouts, obstacles, cameras := "", "", ""
	if !slices.Contains(withheld, "lookouts") {
		lookouts, obstacles, cameras = yesNo(p.Lookouts()), yesNo(p.Obstacles()), yesNo(p.Cameras())
	}
	intensity := ""
	if p.Intensity() > 0 {
		intensity = strconv.Itoa(p.Intensity())
	}
	fictive := ""
	if p.Synthetic() {
		fictive = yesNo(true)
	}
	row := []string{
		restricted, p.Reference(), handling.Code, dealmap.Label(dealmap.HandlingCodes(), handling.Code),
		dealmap.Label(dealmap.Reaches(), string(handling.Reach)), detailLabels[p.Detail()], dealmap.Label(dealmap.Statuses(), string(p.Status())),
		dealmap.Label(dealmap.Kinds(), string(p.Kind())), p.Name(), p.Address(), c.s.communeName(p.Commune()), p.Commune(), p.Departement(),
		longitude, latitude, dealmap.Label(dealmap.Accuracies(), string(p.Accuracy())), strings.Join(products, ", "), p.Hours(), intensity,
		lookouts, obstacles, cameras, p.Landlord(), p.Note(), string(p.Owner().Service), p.Owner().Unit, grading.Source + grading.Information,
		strings.Join(p.Networks(), ", "), strings.Join(p.CaseRefs(), ", "), p.FirstSeen().String(), p.LastConfirmed().String(),
		p.NextReview().String(), closed, reason, strings.Join(inFrench(withheld), ", "), fictive,
	}
	for i := range row {
		if i != longitudeColumn && i != latitudeColumn { // numbers of ours, which may begin with a minus
			row[i] = guarded(row[i])
		}
	}
	return c.rows.Write(append(row, c.last...))
}

func (c *csvExport) end() error {
	c.rows.Flush()
	return c.rows.Error()
}

const longitudeColumn, latitudeColumn = 13, 14

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

// guarded is a cell that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe before it.
func guarded(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

// decimal is a number with the decimal comma of French spreadsheets.
func decimal(n float64) string {
	return strings.Replace(strconv.FormatFloat(n, 'f', -1, 64), ".", ",", 1)
}

func yesNo(is bool) string {
	if is {
		return "oui"
	}
	return "non"
}
