package mapping

import (
	"strings"

	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/list"
)

// content is what the cells of a column look like: how many of the filled ones can be read as what.
type content struct {
	filled, distinct                   int
	numbers, coordinates, pairs        int
	dates, serials, dayOnly, monthOnly int // dayOnly: of the dates, those that can only be day first
	insee, fiveDigits, postal, names   int
	gradings, hours, networks, letters int
	houseNumbers, long                 int
	words                              map[string]int // field → cells that its vocabulary knows
	counting                           bool           // 1, 2, 3 …
	decimal                            string         // "," where points part thousands, and the reverse
	values                             []string       // the filled cells
}

// Bounds of what is looked at of a sample, so that no list makes a suggestion slow.
const (
	maxSampleRows  = 300
	maxSampleCells = 40000
)

// inspect looks at one column of the sample.
func inspect(sample []list.Row, column int, m *Mapper) content {
	c := content{words: map[string]int{}, counting: true}
	distinct := map[string]bool{}
	previous := 0.0
	for _, row := range sample {
		cell := strings.TrimSpace(bounded(cellAt(row, column)))
		if cell == "" || isBlank(cell) {
			continue
		}
		c.filled++
		c.values = append(c.values, cell)
		number, isNumber := parseNumber(cell, "")
		if isNumber {
			c.numbers++
		}
		c.counting = c.counting && isNumber && (c.filled == 1 || number == previous+1)
		previous = number
		distinct[cell] = true
	}
	c.distinct = len(distinct)
	for _, cell := range c.values {
		c.look(cell, m)
	}
	c.counting = c.counting && c.filled > 1
	return c
}

func (c *content) look(cell string, m *Mapper) {
	number, isNumber := parseNumber(cell, "")
	if _, _, ok := parseCoordinate(cell, ""); ok {
		c.coordinates++
	}
	if !isNumber {
		if _, ok := parsePair(cell, ""); ok {
			c.pairs++
		}
	}
	if isNumber && number >= firstSerial && number <= lastSerial {
		c.serials++
	} else {
		first, swapped := parseDay(cell, false), parseDay(cell, true)
		if first.wrong == "" || swapped.wrong == "" {
			c.dates++
		}
		if first.swapped {
			c.monthOnly++
		}
		if swapped.swapped {
			c.dayOnly++
		}
	}
	if code, ok := inseeCode(cell); ok {
		if len(code) == 5 {
			c.fiveDigits++
		}
		if m.communes.byCode(cell, code).code != "" {
			c.insee++
		}
		if len(m.communes.byPostcode[code]) > 0 {
			c.postal++
		}
	} else if name, _ := splitName(cell); len(m.communes.lookup(name)) > 0 {
		c.names++
	}
	if points, commas := strings.Contains(cell, "."), strings.Contains(cell, ","); isNumber && points && commas {
		c.decimal = "."
		if strings.LastIndexByte(cell, ',') > strings.LastIndexByte(cell, '.') {
			c.decimal = ","
		}
	}
	if strings.ContainsFunc(cell, isLetter) {
		c.letters++
	}
	if len(cell) > 40 {
		c.long++
	}
	if len(cell) <= 9 && cell[0] >= '0' && cell[0] <= '9' {
		c.houseNumbers++
	}
	if len(cell) <= 12 {
		trial := reading{m: m, result: &Result{}, column: -1}
		if trial.readGrading(cell); trial.grade != "" {
			c.gradings++
		}
	}
	if !isNumber && parseHours(cell).ok {
		c.hours++
	}
	if upper := strings.ToUpper(cell); strings.HasPrefix(upper, "R-") && len(upper) >= 7 {
		c.networks++
	}
	c.lookUpWords(cell, m)
}

func (c *content) lookUpWords(cell string, m *Mapper) {
	for field, lexicon := range m.words {
		switch {
		case field == "products":
			all, some := true, false
			for piece := range piecesOf(cell) {
				known := lexicon.meaning(piece).known
				all, some = all && known, some || known
			}
			if all && some {
				c.words[field]++
			}
		case lexicon.meaning(cell).known:
			c.words[field]++
		}
	}
}

func isLetter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c > 127 && geo.Fold(string(c)) != ""
}

// share is how many of a hundred filled cells; 0 of an empty column.
func (c *content) share(count int) int {
	if c.filled == 0 {
		return 0
	}
	return 100 * count / c.filled
}

// never keeps a field off a column whatever its header says.
const never = -1000

// fits rates how well the cells of a column suit a field: added to what its header says. Empty columns suit everything.
func (c *content) fits(field string, s *spec) int {
	if c.filled == 0 {
		return -20
	}
	need := func(count, bonus int) int {
		if c.share(count) < 50 {
			return never
		}
		return bonus * c.share(count) / 100
	}
	switch field {
	case "first_seen", "last_confirmed", "next_review", "closing_date", "embargo":
		return need(c.dates+c.serials, 20)
	case "x", "y":
		return need(c.coordinates, 10)
	case "position":
		return need(c.pairs, 40)
	case "commune":
		if c.share(c.insee) < 30 {
			return never
		}
		return 20*c.share(c.insee)/100 - 10*c.share(c.postal)/100
	case "commune_name":
		if c.share(c.letters) < 50 {
			return never
		}
		return 25*c.share(c.names)/100 - 5
	case "postcode":
		return need(c.fiveDigits, 20*c.share(c.postal)/100)
	case "departement":
		if c.share(c.long) > 0 {
			return never
		}
		return 0
	case "number":
		if c.counting {
			return never
		}
		return need(c.houseNumbers, 10)
	case "grading":
		return need(c.gradings, 25)
	case "networks":
		return need(c.networks, 25)
	case "hours":
		return 20*c.share(c.hours)/100 - 5
	case "note":
		if c.share(c.dates+c.serials) > 50 {
			return never
		}
		return min(10, c.share(c.long)/5)
	case "name":
		if c.share(c.dates) > 50 || c.share(c.pairs) > 50 {
			return never
		}
		return 10*c.share(c.letters)/100 - 30*c.share(c.numbers)/100 - 15*c.share(c.names)/100
	case "street", "address", "landlord", "owner_unit":
		if c.share(c.letters) < 50 {
			return never
		}
		return 5
	case "source_id":
		if c.share(c.distinct) < 90 {
			return -40
		}
		return 5
	case "case_references":
		if c.share(c.dates) > 50 {
			return never
		}
		return 0
	}
	if s.Terms != nil {
		known := c.share(c.words[field])
		if known == 0 {
			return -25
		}
		return 30 * known / 100
	}
	return 0
}

// speaks rates a column that no header names by its cells alone: only what cannot be much else.
func (c *content) speaks(field string) int {
	if c.filled < 3 {
		return 0
	}
	sure := func(count, score int) int {
		if c.share(count) < 90 {
			return 0
		}
		return score
	}
	switch field {
	case "position":
		return sure(c.pairs, 62)
	case "products", "kind", "status":
		if c.distinct > 40 || c.share(c.letters) < 90 {
			return 0
		}
		return sure(c.words[field], 64)
	case "commune":
		if c.share(c.postal) >= c.share(c.insee) {
			return 0
		}
		return sure(c.insee, 63)
	case "postcode":
		if c.share(c.insee) >= c.share(c.postal) {
			return 0
		}
		return sure(c.postal, 62)
	case "commune_name":
		return sure(c.names, 62)
	case "last_confirmed":
		return sure(c.dates, 61)
	case "grading":
		return sure(c.gradings, 62)
	}
	return 0
}
