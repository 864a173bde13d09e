package mapping

import (
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/list"
)

// Result is what a row says.
type Result struct {
	// Place is the wish to add it, without an id; it is whole only when there are no problems, and may lack a position or a
	// commune that the address gives.
	Place dealmap.AddPlace
	// Accuracy is what the list states of the position, also where there is none yet; empty when it states nothing.
	Accuracy dealmap.Accuracy
	Address  Address
	SourceID string // the list's own name of the record
	Skipped  bool   // by Profile.Only
	// Notes say in French what was understood otherwise than it is written.
	Notes    []string
	Problems []Problem
}

// Address is where the list says that the place is, for whoever looks addresses up.
type Address struct {
	Whole    string // as one text, empty when the list gives none
	Number   string
	Street   string
	Postcode string
	Commune  string // name, as the list gives it
	Code     string // INSEE code of today, of the municipal arrondissement where it is known
}

// Problem is why a row is not good.
type Problem struct {
	Line   int    `json:"line"`
	Field  string `json:"field,omitempty"`  // of the profile
	Column string `json:"column,omitempty"` // header
	Value  string `json:"value,omitempty"`  // of the cell, its first 4096 bytes
	Reason string `json:"reason"`           // in French
	// Start and End delimit personal data in Value, in bytes; End is 0 when there are none.
	Start int `json:"start,omitempty"`
	End   int `json:"end,omitempty"`
	// Word is what has no meaning in the vocabulary yet; a profile's vocabulary can give it one.
	Word string `json:"word,omitempty"`
}

// Mapper turns rows into places. It keeps what it has understood, so it is for one goroutine at a time.
type Mapper struct {
	profile    Profile
	header     []string
	columns    map[string]int
	steps      []step
	only       []only
	transform  geo.Transform
	projected  bool
	prototype  reading // what the defaults say
	words      map[string]*lexicon
	communes   *communes
	dates      cache[string, day]
	hours      cache[string, schedule]
	products   cache[string, productsRead]
	localities cache[locality, found]
}

// step is the reading of one column into one field.
type step struct {
	column int
	spec   *spec
	own    bool // no other field reads the column
}

type only struct {
	column int
	values map[string]bool // folded
}

// Row reads a row. It never fails otherwise than by problems.
func (m *Mapper) Row(row list.Row) Result {
	var result Result
	for _, o := range m.only {
		if !o.values[geo.Fold(bounded(cellAt(row, o.column)))] {
			result.Skipped = true
			return result
		}
	}
	r := m.prototype
	result = *m.prototype.result
	r.m, r.row, r.result = m, row, &result
	for _, s := range m.steps {
		cell := strings.TrimSpace(cellAt(row, s.column))
		if cell == "" || isBlank(cell) {
			continue
		}
		r.field, r.column = s.spec.Name, s.column
		s.spec.read(&r, cell)
	}
	r.finish()
	return result
}

func cellAt(row list.Row, column int) string {
	if column < 0 || column >= len(row.Cells) {
		return ""
	}
	return row.Cells[column]
}

// maxWord is how many bytes of a cell are looked at where it should hold a word, a date or a number.
const maxWord = 300

func bounded(cell string) string { return clipped(cell, maxWord) }

// blanks are how lists say that they know nothing.
var blanks = func() map[string]bool {
	all := map[string]bool{}
	for _, word := range []string{
		"-", "--", "---", "/", "//", "?", "??", "???", ".", "..", "...", "…", "_", "*", "–", "—", "n/a", "na", "nan", "null", "none", "nil", "<null>", "(null)", "(vide)",
		"nc", "n.c.", "n.c", "nd", "n.d.", "nr", "n.r.", "so", "s.o.", "s/o", "néant", "neant", "inconnu", "inconnue", "unknown", "sans objet", "à préciser", "à compléter",
		"non renseigné", "non renseignée", "non renseigne", "non connu", "non connue", "non communiqué", "indéterminé", "0000-00-00", "00/00/0000",
		"#n/a", "#ref!", "#value!", "#valeur!", "#nom?", "#name?", "#div/0!", "#num!", "#nombre!", "#null!",
	} {
		all[word] = true
	}
	return all
}()

// blankStarts spares most cells the look.
var blankStarts = func() (starts [256]bool) {
	for word := range blanks {
		starts[word[0]] = true
		starts[strings.ToUpper(word)[0]] = true
	}
	return starts
}()

func isBlank(cell string) bool {
	return len(cell) <= 20 && blankStarts[cell[0]] && blanks[strings.ToLower(cell)]
}

// fail notes a problem of the cell that is being read.
func (r *reading) fail(reason string) { r.failWord(reason, "") }

func (r *reading) failWord(reason, word string) {
	p := Problem{Line: r.row.Line, Field: r.field, Reason: reason, Word: word}
	if r.column >= 0 && r.column < len(r.m.header) {
		p.Column, p.Value = r.m.header[r.column], clipped(cellAt(r.row, r.column), maxValue)
	}
	r.result.Problems = append(r.result.Problems, p)
}

// at says that what follows concerns a field other than the one that was read last.
func (r *reading) at(field string) *reading {
	r.field, r.column = field, -1
	if column, ok := r.m.columns[field]; ok {
		r.column = column
	}
	return r
}

func (r *reading) note(text string) { r.result.Notes = append(slices.Clip(r.result.Notes), text) }

// maxValue is how many bytes of a cell a problem carries.
const maxValue = 4096

// clipped returns at most the first n bytes of text, without cutting a character.
func clipped(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}

// shown is a value as a sentence quotes it.
func shown(text string) string {
	const most = 60
	if short := clipped(text, most); len(short) < len(text) {
		return "« " + strings.ToValidUTF8(short, "�") + "… »"
	}
	return "« " + strings.ToValidUTF8(text, "�") + " »"
}

// cache keeps what cells were understood as; a list repeats itself. It stops growing when it is full.
type cache[K comparable, V any] struct {
	known map[K]V
	clone func(K) K // so that a key does not hold the whole row in memory
}

const cacheSize = 1 << 14

func newCache[K comparable, V any](clone func(K) K) cache[K, V] {
	return cache[K, V]{known: map[K]V{}, clone: clone}
}

func (c cache[K, V]) get(key K, read func() V) V {
	if v, ok := c.known[key]; ok {
		return v
	}
	v := read()
	if len(c.known) < cacheSize {
		c.known[c.clone(key)] = v
	}
	return v
}
