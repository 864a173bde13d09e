package list

import (
	"regexp"
	"strings"
	"unicode"
)

// dataLike is a number, a date, a time, a percentage or an error value: what stands in rows and seldom in a header.
var dataLike = regexp.MustCompile(`^([-+]?\d[\d\s\x{a0}\x{202f}]*([.,]\d*)?([eE][-+]?\d+)?\s*[%€°]?|` +
	`\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d.*)?|\d{1,2}[:hH]\d{0,2}(:\d{2})?|#N/[AD]|VRAI|FAUX|\d[\dAB]\d{3})$`)

// nameLike are words that begin the names of columns in French and English lists.
var nameLike = regexp.MustCompile(`^(x|y|id|n°|no|num|numéro|numero|réf|ref|référence|reference|nom|name|libellé|libelle|label|titre|` +
	`adresse|address|adr|voie|rue|lieu|location|place|commune|ville|city|insee|code|cp|dept|dep|dpt|département|departement|région|region|quartier|` +
	`lat|latitude|lon|lng|long|longitude|coord|coordonnées|coordonnees|géométrie|geometry|geom|wkt|date|jour|mois|année|annee|month|year|` +
	`type|nature|catégorie|categorie|category|statut|état|etat|status|produit|produits|stupéfiants|réseau|reseau|service|unité|unite|` +
	`observations|observation|commentaire|commentaires|remarque|remarques|description|notes|horaires|source|précision|precision)s?([ _.\-(:/].*)?$`)

// headerIn finds the row that names the columns in a sample without empty rows: the first that is about as full as the
// fullest. -1 says that this row is data already.
func headerIn(sample []queued) int {
	most := 0
	for _, q := range sample {
		most = max(most, filled(q.row.Cells))
	}
	for i, q := range sample {
		if q.err != nil && most == 0 {
			return i
		}
		n := filled(q.row.Cells)
		if n == 0 || n*2 < most || n == 1 && most > 1 {
			continue
		}
		if isHeader(q.row.Cells, sample[i+1:]) {
			return i
		}
		return -1
	}
	return -1
}

// isHeader weighs, column by column, whether a row differs from those below as a name differs from data.
func isHeader(cells []string, below []queued) bool {
	yes, no := 0, 0
	for column, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(cell))
		if name == "" {
			continue
		}
		if nameLike.MatchString(name) {
			yes += 3
			continue
		}
		same, data, texts := 0, 0, 0
		for _, q := range below {
			if column >= len(q.row.Cells) || q.row.Cells[column] == "" {
				continue
			}
			switch value := strings.TrimSpace(q.row.Cells[column]); {
			case strings.EqualFold(value, name):
				same++
			case dataLike.MatchString(value):
				data++
			default:
				texts++
			}
		}
		switch is := dataLike.MatchString(strings.ToUpper(name)); {
		case is && !year(name):
			no += 2
		case same > 0:
			no++
		case !is && data > texts:
			yes += 2
		}
	}
	if no == 0 {
		return true
	}
	return yes > no
}

// year tells a year, which may well name a column.
func year(name string) bool {
	return len(name) == 4 && (strings.HasPrefix(name, "19") || strings.HasPrefix(name, "20")) && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsDigit(r) })
}
