package addresses

import (
	"fmt"
	"slices"
	"strings"
)

// layer is what an import replaces: the addresses of the BAN and its named places come in files of their own.
type layer string

const (
	layerAddresses layer = "adresses"
	layerPlaces    layer = "lieux-dits"
)

// column is a value that the import uses, whatever a file calls it.
type column int

const (
	colName column = iota
	colCommune
	colCity
	colLon
	colLat
	colNumber
	colSuffix
	colPostcode
	colFormer
	colFormerName
	colAlias
	colPlace
	colPostal
	colPosition
	colX
	colY
	colKey
	columns
)

// layout is one of the forms in which addresses are published.
type layout struct {
	title string
	layer layer
	// marks are the columns by which it is known.
	marks    []string
	required []column
	names    [columns]string
	// whole says that the file has whole départements, and replaces them; otherwise it replaces the communes that it has.
	whole bool
}

// layouts are those of adresse.data.gouv.fr: "csv" of the addresses and of the named places, and the Base adresse locale 1.x, which has no
// postcode and, before 1.3, the commune in cle_interop only.
var layouts = []layout{
	{
		title: "adresses de la BAN", layer: layerAddresses, marks: []string{"nom_voie"}, whole: true,
		required: []column{colName, colCommune, colCity, colLon, colLat, colNumber, colPostcode},
		names: [columns]string{
			colName: "nom_voie", colCommune: "code_insee", colCity: "nom_commune", colLon: "lon", colLat: "lat", colNumber: "numero",
			colSuffix: "rep", colPostcode: "code_postal", colFormer: "code_insee_ancienne_commune", colFormerName: "nom_ancienne_commune",
			colAlias: "alias", colPlace: "nom_ld", colPostal: "libelle_acheminement", colPosition: "type_position", colX: "x", colY: "y",
		},
	},
	{
		title: "lieux-dits de la BAN", layer: layerPlaces, marks: []string{"nom_lieu_dit"}, whole: true,
		required: []column{colName, colCommune, colCity, colLon, colLat},
		names: [columns]string{
			colName: "nom_lieu_dit", colCommune: "code_insee", colCity: "nom_commune", colLon: "lon", colLat: "lat",
			colPostcode: "code_postal", colFormer: "code_insee_ancienne_commune", colFormerName: "nom_ancienne_commune", colX: "x", colY: "y",
		},
	},
	{
		title: "Base adresse locale", layer: layerAddresses, marks: []string{"voie_nom", "cle_interop"},
		required: []column{colName, colKey, colCity, colLon, colLat, colNumber},
		names: [columns]string{
			colName: "voie_nom", colCommune: "commune_insee", colCity: "commune_nom", colLon: "long", colLat: "lat", colNumber: "numero",
			colSuffix: "suffixe", colFormer: "commune_deleguee_insee", colFormerName: "commune_deleguee_nom",
			colPlace: "lieudit_complement_nom", colPosition: "position", colX: "x", colY: "y", colKey: "cle_interop",
		},
	},
}

// reading is a layout with the places of its columns in one file; -1 is a column that the file has not.
type reading struct {
	layout
	at [columns]int
}

// recognise finds the layout of a header, and names the columns that are missing when there is none.
func recognise(header []string) (reading, error) {
	places := map[string]int{}
	for i, cell := range header {
		places[strings.ToLower(strings.TrimSpace(cell))] = i
	}
	best := reading{layout: layouts[0]}
	for _, l := range layouts {
		if slices.ContainsFunc(l.marks, func(mark string) bool { _, ok := places[mark]; return ok }) {
			best.layout = l
			break
		}
	}
	var missing []string
	for c := range columns {
		best.at[c] = -1
		if i, ok := places[best.names[c]]; ok && best.names[c] != "" {
			best.at[c] = i
		} else if slices.Contains(best.required, c) {
			missing = append(missing, best.names[c])
		}
	}
	if len(missing) > 0 {
		return reading{}, fmt.Errorf("ce n’est pas un fichier de la BAN (%s) : il manque %s", best.title, strings.Join(missing, ", "))
	}
	return best, nil
}

// cell returns a value of a line, empty when the file or the line does not have it.
func (r *reading) cell(cells []string, c column) string {
	if at := r.at[c]; at >= 0 && at < len(cells) {
		return strings.TrimSpace(cells[at])
	}
	return ""
}
