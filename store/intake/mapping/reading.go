package mapping

import (
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/list"
)

// reading is a row on its way to a Result.
type reading struct {
	m       *Mapper
	row     list.Row
	result  *Result
	field   string // that is being read
	column  int    // from which; -1 when from none
	parts   parts
	closing dealmap.Closing
	implied dealmap.ClosingReason // by the word for the status
	scheme  string
	grade   string
}

// parts are cells that mean something only together.
type parts struct {
	whole, number, street, postcode   string
	commune, communeName, departement string
	x, y, position, hours             string
}

func part(of func(*parts) *string) func(*reading, string) {
	return func(r *reading, cell string) { *of(&r.parts) = oneLine(cell) }
}

func line(of func(*dealmap.AddPlace) *string) func(*reading, string) {
	return func(r *reading, cell string) { *of(&r.result.Place) = oneLine(cell) }
}

// oneLine makes one line of a cell of several: addresses and names come so out of workbooks.
func oneLine(cell string) string {
	if !strings.ContainsAny(cell, "\n\r\t") {
		return cell
	}
	var b strings.Builder
	for line := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")); line == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strings.TrimRight(line, " ,"))
	}
	return b.String()
}

func (r *reading) readNote(cell string) {
	r.result.Place.Facts.Note = manyLines.Replace(cell)
}

var manyLines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ")

// date reads a day into where it belongs.
func date(of func(*reading) *dealmap.Date) func(*reading, string) {
	return func(r *reading, cell string) {
		if len(cell) > maxWord {
			r.fail("n’est pas une date : trop long")
			return
		}
		read := r.m.dates.get(cell, func() day { return parseDay(cell, r.m.profile.MonthFirst) })
		if read.wrong != "" {
			r.fail(read.wrong)
			return
		}
		*of(r) = read.date
	}
}

// word reads one word of the field's vocabulary.
func word(set func(r *reading, value string)) func(*reading, string) {
	return func(r *reading, cell string) {
		if value, ok := r.one(cell); ok && value != "" {
			set(r, value)
		}
	}
}

// one returns what a cell means, or notes that it has no meaning yet.
func (r *reading) one(cell string) (value string, ok bool) {
	lexicon := r.m.words[r.field]
	read := lexicon.meaning(cell)
	if len(read.values) == 1 {
		return read.values[0], true
	}
	if read.known {
		return "", true
	}
	r.failWord(shown(cell)+" n’a pas de sens connu ("+lexicon.labels+") : donnez-lui-en un dans la correspondance des colonnes", clipped(cell, maxWord))
	return "", false
}

func flag(of func(*dealmap.Facts) *bool) func(*reading, string) {
	return word(func(r *reading, value string) { *of(&r.result.Place.Facts) = value == "true" })
}

// readStatus reads the status, and the reason for closing that some words for it say as well (« démantelé »).
func (r *reading) readStatus(cell string) {
	value, ok := r.one(cell)
	if !ok || value == "" {
		return
	}
	r.result.Place.Status = dealmap.Status(value)
	if value == string(dealmap.Closed) {
		if reasons := r.m.words["closing_reason"].meaning(cell).values; len(reasons) == 1 {
			r.implied = dealmap.ClosingReason(reasons[0])
		}
	}
}

// productsRead is what a cell says of products, with the words in it that mean none.
type productsRead struct {
	products []dealmap.Product
	unknown  []string
}

// readProducts reads several at once, whatever parts them.
func (r *reading) readProducts(cell string) {
	lexicon := r.m.words[r.field]
	if len(cell) > maxWord {
		r.fail("trop long pour une liste de produits")
		return
	}
	read := r.m.products.get(cell, func() productsRead { return parseProducts(lexicon, strings.Clone(cell)) })
	for _, word := range read.unknown {
		r.failWord(shown(word)+" n’est pas un produit connu ("+lexicon.labels+") : donnez-lui un sens dans la correspondance des colonnes", word)
	}
	if len(read.products) > 0 {
		r.result.Place.Facts.Products = read.products
	}
}

func parseProducts(lexicon *lexicon, cell string) (read productsRead) {
	add := func(values []string) {
		for _, v := range values {
			if p := dealmap.Product(v); !slices.Contains(read.products, p) {
				read.products = append(read.products, p)
			}
		}
	}
	if whole := lexicon.exact(cell); whole.known {
		add(whole.values)
		return read
	}
	for piece := range piecesOf(cell) {
		if isBlank(piece) {
			continue
		}
		if meant := lexicon.meaning(piece); meant.known {
			add(meant.values)
		} else if !slices.Contains(read.unknown, piece) {
			read.unknown = append(read.unknown, piece)
		}
	}
	read.products = slices.Clip(read.products)
	return read
}

// piecesOf yields the members of a list in a cell.
func piecesOf(cell string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for piece := range strings.FieldsFuncSeq(cell, func(c rune) bool { return strings.ContainsRune(",;/|+&\n\r\t•·", c) }) {
			for _, conjunction := range []string{" et ", " ET ", " Et ", " and ", " ou ", " - ", " – "} {
				piece = strings.ReplaceAll(piece, conjunction, ",")
			}
			for one := range strings.SplitSeq(piece, ",") {
				if one = strings.TrimSpace(one); one != "" && !yield(one) {
					return
				}
			}
		}
	}
}

// codes reads a list of opaque codes.
func codes(separators string, of func(*dealmap.Facts) *[]string) func(*reading, string) {
	return func(r *reading, cell string) {
		var all []string
		for code := range strings.FieldsFuncSeq(clipped(cell, maxValue), func(c rune) bool { return strings.ContainsRune(separators, c) }) {
			if code = strings.TrimSpace(code); code != "" {
				all = append(all, code)
			}
		}
		if len(all) > 0 {
			*of(&r.result.Place.Facts) = all
		}
	}
}

func (r *reading) readNetworks(cell string) {
	codes(",;|/+&\n", func(f *dealmap.Facts) *[]string { return &f.Networks })(r, strings.ToUpper(clipped(cell, maxValue)))
}

func (r *reading) readService(cell string) {
	value, ok := r.one(cell)
	if !ok || value == "" {
		return
	}
	owner := &r.result.Place.Facts.Owner
	owner.Service = dealmap.Service(value)
	if _, mapped := r.m.columns["owner_unit"]; !mapped && r.m.profile.Defaults["owner_unit"] == "" {
		owner.Unit = oneLine(cell)
	}
}

// readGrading keeps letter and digit; the scheme comes with the other columns.
func (r *reading) readGrading(cell string) {
	compact := strings.ToUpper(strings.Map(func(c rune) rune {
		if strings.ContainsRune(" -/.()_", c) {
			return -1
		}
		return c
	}, clipped(cell, maxWord)))
	for name, scheme := range map[string]string{"EUROPOL": "europol", "AMIRAUTÉ": "admiralty", "AMIRAUTE": "admiralty", "ADMIRALTY": "admiralty"} {
		if rest := strings.Replace(compact, name, "", 1); rest != compact {
			compact, r.scheme = rest, scheme
		}
	}
	if len(compact) != 2 || compact[0] < 'A' || compact[0] > 'Z' || compact[1] < '0' || compact[1] > '9' {
		r.fail(shown(cell) + " n’est pas une cotation (une lettre et un chiffre, par exemple B2)")
		return
	}
	r.grade = compact
}

func (r *reading) readHours(cell string) {
	if len(cell) <= maxWord {
		read := r.m.hours.get(cell, func() schedule { return parseHours(cell) })
		if read.ok {
			r.result.Place.Facts.Hours = read.hours
			if read.note != "" {
				r.note(read.note)
			}
			return
		}
	}
	r.parts.hours = manyLines.Replace(cell)
	r.note("horaires illisibles, mis dans les observations : " + shown(cell))
}

func (r *reading) readPostcode(cell string) {
	code := digitsOf(clipped(cell, maxWord))
	if len(code) == 4 {
		code = "0" + code
	}
	if len(code) != 5 {
		r.fail(shown(cell) + " n’est pas un code postal (cinq chiffres)")
		return
	}
	r.parts.postcode = code
}

// digitsOf returns the digits of a code that a workbook may have made a number of: "1001.0", "13 013"; empty when other
// characters stand in it.
func digitsOf(cell string) string {
	cell = strings.TrimSpace(cell)
	for _, tail := range []string{".0", ",0", ".00", ",00"} {
		cell = strings.TrimSuffix(cell, tail)
	}
	var b strings.Builder
	for _, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == ' ' || c == '\u00a0' || c == '\u202f' || c == '\'' || c == '’':
		default:
			return ""
		}
	}
	return b.String()
}
