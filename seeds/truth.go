package seeds

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// RecordKey names a record: its list, and its line in the file, from 1 with the header as the first.
type RecordKey struct {
	List string
	Line int
}

// TruthRow is what is true of one record, and what befell it on its way into the list.
type TruthRow struct {
	List   string
	Line   int
	Point  string    // the true point; two records with the same one are of one place
	Estate string    // the estate it lies in
	At     orb.Point // the true position, WGS 84
	// Neighbour says that another true point lies within 60 metres.
	Neighbour bool
	Position  string   // one of the position classes
	Metres    float64  // from the true position to the one in the list
	Name      []string // name classes
	Address   string   // one of the address classes
	Kind      string   // of place, as the record has it
	// Called is the own name of estate, car park or other that the record's name still goes by, without its typing errors; empty where
	// it has none or goes by the street.
	Called string
	// What the record still says of what tells neighbours apart, be it true or mistaken; empty where it says nothing.
	Building, Hall, Number, Network string
	Missing                         []string // fields left out
	Past                            bool     // the record is of an earlier life of the point
	Again                           bool     // the list has the point already
}

// Key names the record.
func (r *TruthRow) Key() RecordKey { return RecordKey{r.List, r.Line} }

var truthHeader = []string{"liste", "ligne", "point", "cité", "longitude vraie", "latitude vraie", "voisin", "position", "écart en mètres", "nom",
	"adresse", "type écrit", "nommé", "bâtiment écrit", "hall écrit", "numéro écrit", "réseau écrit", "manque", "vie antérieure", "encore"}

func yes(b bool) string {
	if b {
		return "oui"
	}
	return "non"
}

func (r *TruthRow) cells() []string {
	degrees := func(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }
	return []string{r.List, strconv.Itoa(r.Line), r.Point, r.Estate, degrees(r.At[0]), degrees(r.At[1]), yes(r.Neighbour), r.Position,
		strconv.FormatFloat(r.Metres, 'f', 1, 64), strings.Join(r.Name, "+"), r.Address, r.Kind, r.Called, r.Building, r.Hall, r.Number, r.Network,
		strings.Join(r.Missing, "+"), yes(r.Past), yes(r.Again)}
}

// Truth is the truth of a set of lists.
type Truth struct {
	rows   map[RecordKey]*TruthRow
	points map[string][]*TruthRow
}

// NewTruth gathers the rows; two rows of one record are an error.
func NewTruth(rows []TruthRow) (*Truth, error) {
	t := &Truth{rows: make(map[RecordKey]*TruthRow, len(rows)), points: map[string][]*TruthRow{}}
	for i := range rows {
		r := &rows[i]
		if t.rows[r.Key()] != nil {
			return nil, fmt.Errorf("seeds: the truth of line %d of %s stands twice", r.Line, r.List)
		}
		t.rows[r.Key()] = r
		t.points[r.Point] = append(t.points[r.Point], r)
	}
	return t, nil
}

// TruthOf returns the truth of lists.
func TruthOf(lists []ServiceList) *Truth {
	var rows []TruthRow
	for _, l := range lists {
		for i := range l.Records {
			rows = append(rows, l.Records[i].Truth)
		}
	}
	t, err := NewTruth(rows)
	if err != nil {
		panic(err) // Services numbers the lines of each list
	}
	return t
}

// Row returns the truth of a record, nil when the lists do not have it.
func (t *Truth) Row(key RecordKey) *TruthRow { return t.rows[key] }

// Len is the number of records.
func (t *Truth) Len() int { return len(t.rows) }

func writeTruth(w io.Writer, lists []ServiceList) error {
	out := csv.NewWriter(w)
	if err := out.Write(truthHeader); err != nil {
		return err
	}
	for _, l := range lists {
		for i := range l.Records {
			if err := out.Write(l.Records[i].Truth.cells()); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// ReadTruth reads the truth.csv that [WriteServices] wrote.
func ReadTruth(r io.Reader) (*Truth, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("seeds: truth: %w", err)
	}
	if !slices.Equal(header, truthHeader) {
		return nil, fmt.Errorf("seeds: truth: the columns are %q", header)
	}
	var rows []TruthRow
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return NewTruth(rows)
		}
		if err != nil {
			return nil, fmt.Errorf("seeds: truth: %w", err)
		}
		row, err := parseTruth(cells)
		if err != nil {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("seeds: truth, line %d: %w", line, err)
		}
		rows = append(rows, row)
	}
}

func parseTruth(c []string) (TruthRow, error) {
	line, err := strconv.Atoi(c[1])
	lon, err1 := strconv.ParseFloat(c[4], 64)
	lat, err2 := strconv.ParseFloat(c[5], 64)
	metres, err3 := strconv.ParseFloat(c[8], 64)
	split := func(cell string) []string {
		if cell == "" {
			return nil
		}
		return strings.Split(cell, "+")
	}
	return TruthRow{
		List: c[0], Line: line, Point: c[2], Estate: c[3], At: orb.Point{lon, lat}, Neighbour: c[6] == "oui", Position: c[7], Metres: metres,
		Name: split(c[9]), Address: c[10], Kind: c[11], Called: c[12], Building: c[13], Hall: c[14], Number: c[15], Network: c[16], Missing: split(c[17]),
		Past: c[18] == "oui", Again: c[19] == "oui",
	}, errors.Join(err, err1, err2, err3)
}
