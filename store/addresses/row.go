package addresses

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// row is one line of a file.
type row struct {
	name, alias, place                string // street (or named place), its other name, the place it lies in
	commune, city, former, formerCity string // INSEE codes with the names
	postcode, postal                  string // postal is the name of the post office
	point                             point
}

// maxName is the longest name that is kept, in bytes.
const maxName = 200

// row reads a line; the error says what is wrong with it.
func (r *reading) row(cells []string) (row, error) {
	w := row{
		name: r.cell(cells, colName), alias: r.cell(cells, colAlias), place: r.cell(cells, colPlace),
		commune: inseeCode(r.cell(cells, colCommune)), city: r.cell(cells, colCity),
		former: inseeCode(r.cell(cells, colFormer)), formerCity: r.cell(cells, colFormerName),
		postcode: r.cell(cells, colPostcode), postal: r.cell(cells, colPostal),
	}
	if w.commune == "" {
		key, _, _ := strings.Cut(r.cell(cells, colKey), "_")
		w.commune = inseeCode(key)
	}
	if len(w.postcode) == 4 && digits(w.postcode) {
		w.postcode = "0" + w.postcode
	}
	switch {
	case w.name == "":
		return row{}, badLine{"pas de nom (" + r.names[colName] + ")"}
	case len(words(w.name)) == 0:
		return row{}, badLine{fmt.Sprintf("%s « %s » n’a ni lettre ni chiffre", r.names[colName], w.name)}
	case max(len(w.name), len(w.alias), len(w.place), len(w.city), len(w.formerCity), len(w.postal)) > maxName:
		return row{}, badLine{"un nom est trop long"}
	case !isInsee(w.commune):
		return row{}, badLine{fmt.Sprintf("code de commune « %s » non valable", clip(w.commune))}
	case w.city == "":
		return row{}, badLine{"pas de nom de commune (" + r.names[colCity] + ")"}
	case w.former != "" && !isInsee(w.former):
		return row{}, badLine{fmt.Sprintf("code d’ancienne commune « %s » non valable", clip(w.former))}
	case w.postcode != "" && (len(w.postcode) != 5 || !digits(w.postcode)):
		return row{}, badLine{fmt.Sprintf("code postal « %s » non valable", clip(w.postcode))}
	}
	var err error
	if w.point.at, err = r.position(cells, w.commune); err != nil {
		return row{}, err
	}
	if r.at[colNumber] >= 0 {
		if err := r.number(cells, &w.point); err != nil {
			return row{}, err
		}
	}
	return w, nil
}

func (r *reading) number(cells []string, p *point) error {
	text := r.cell(cells, colNumber)
	n, err := strconv.Atoi(text)
	if text != "" && err != nil || n < 0 {
		return badLine{fmt.Sprintf("numéro « %s » non valable", clip(text))}
	}
	suffix, ok := suffixOf(r.cell(cells, colSuffix))
	if !ok {
		return badLine{fmt.Sprintf("indice de répétition « %s » non valable", clip(r.cell(cells, colSuffix)))}
	}
	if n > 0 && n <= maxNumber {
		p.number = number{n, suffix}
		position := geo.Fold(r.cell(cells, colPosition))
		p.door = position == "entree" || position == "cage d escalier"
	}
	return nil
}

// position reads longitude and latitude, or, when a line lacks them, the coordinates of the legal system of its département.
func (r *reading) position(cells []string, commune string) (orb.Point, error) {
	lon, lat := r.cell(cells, colLon), r.cell(cells, colLat)
	if lon == "" && lat == "" {
		return r.projected(cells, commune)
	}
	at := orb.Point{decimal(lon), decimal(lat)}
	if !(math.Abs(at[0]) <= 180 && math.Abs(at[1]) <= 90) || at == (orb.Point{}) {
		return orb.Point{}, badLine{fmt.Sprintf("position « %s ; %s » non valable", clip(lon), clip(lat))}
	}
	return at, nil
}

func (r *reading) projected(cells []string, commune string) (orb.Point, error) {
	x, y := r.cell(cells, colX), r.cell(cells, colY)
	transform, ok := legal[departementOf(commune)]
	if !ok {
		transform = legal[""]
	}
	if x == "" || y == "" {
		return orb.Point{}, badLine{"pas de position"}
	}
	at, err := transform.WGS84(decimal(x), decimal(y))
	if err != nil {
		return orb.Point{}, badLine{fmt.Sprintf("position « %s ; %s » : %v", clip(x), clip(y), err)}
	}
	return at, nil
}

// legal is the legal projection of each département (decree 2000-1276 as amended), by default Lambert-93.
var legal = func() map[string]geo.Transform {
	all := map[string]geo.Transform{}
	for departement, epsg := range map[string]int{"": 2154, "971": 5490, "972": 5490, "973": 2972, "974": 2975, "975": 4467, "976": 4471, "977": 5490, "978": 5490} {
		t, err := geo.NewTransform(epsg)
		if err != nil {
			panic(err) // geo knows all of these
		}
		all[departement] = t
	}
	return all
}()

// decimal reads a number with a point or a comma; NaN when it is none.
func decimal(text string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// inseeCode gives a commune's code the zero back that spreadsheets take, and 2A and 2B their capitals.
func inseeCode(text string) string {
	text = strings.ToUpper(strings.TrimSpace(text))
	if len(text) == 4 && digits(text) {
		return "0" + text
	}
	return text
}

func isInsee(code string) bool {
	return len(code) == 5 && (digits(code) || (code[:2] == "2A" || code[:2] == "2B") && digits(code[2:]))
}

// departementOf returns the département of a commune: 13 of 13055, 974 of 97411.
func departementOf(commune string) string {
	if strings.HasPrefix(commune, "97") || strings.HasPrefix(commune, "98") {
		return commune[:3]
	}
	return commune[:2]
}

// cityOf returns the commune of a municipal arrondissement of Paris, Lyon or Marseille, and "" for any other.
func cityOf(commune string) string {
	switch {
	case commune >= "75101" && commune <= "75120":
		return "75056"
	case commune >= "69381" && commune <= "69389":
		return "69123"
	case commune >= "13201" && commune <= "13216":
		return "13055"
	}
	return ""
}

// clip shortens what an error cites.
func clip(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}
