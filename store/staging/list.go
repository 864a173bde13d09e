package staging

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/mesure5/dealmap"
	listfile "github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/paulmach/orb"
	bolt "go.etcd.io/bbolt"
)

const (
	listFile = "list"
	rowsFile = "rows.db"

	metaBucket   = "meta"
	rowsBucket   = "rows"
	statesBucket = "states"
)

var metaKey = []byte("list")

// meta is what is known of a list as a whole.
type meta struct {
	ID      dealmap.ID          `json:"id"`
	Name    string              `json:"name"`
	Size    int64               `json:"size"`
	Digest  dealmap.Hash        `json:"digest"`
	Created time.Time           `json:"created"`
	Touched time.Time           `json:"touched"`
	Author  dealmap.Author      `json:"author"`
	ByName  string              `json:"by_name"`
	Motive  string              `json:"motive"`
	Case    string              `json:"case,omitempty"`
	Stage   dealmap.ImportStage `json:"stage"`
	Error   string              `json:"error,omitempty"`

	Options    listfile.Options    `json:"options"`
	Findings   listfile.Findings   `json:"findings"`
	Header     []string            `json:"header"`
	Sample     []dealmap.SampleRow `json:"sample"`
	Suggestion mapping.Suggestion  `json:"suggestion"`
	Profile    *mapping.Profile    `json:"profile,omitempty"`
	Threshold  float64             `json:"threshold,omitempty"`

	Counts      map[dealmap.RowState]int `json:"counts"`
	Rows        int                      `json:"rows"`
	ByAddress   int                      `json:"by_address"`
	CommuneOnly int                      `json:"commune_only"`
	Bounds      *orb.Bound               `json:"bounds,omitempty"`
	Outcome     dealmap.ImportCounts     `json:"outcome"`
}

// stored is a row as it is kept: with what it was before it was mended, and what a wish does not say of itself.
type stored struct {
	dealmap.StagedRow
	Original []string
	Hash     dealmap.RowHash
	ID       dealmap.ID // of the place that it becomes
	Draw     [16]byte
}

// list is one list that is open.
type list struct {
	dir string
	db  *bolt.DB

	// hands is held by whoever changes the list for a person, or begins a long task on it: one at a time.
	hands sync.Mutex

	mu   sync.Mutex // of meta
	meta meta
}

func openList(dir string) (*list, error) {
	db, err := boltfile.Open(filepath.Join(dir, rowsFile), boltfile.Options{
		Format: "import", Version: 1, Buckets: []string{metaBucket, rowsBucket, statesBucket},
	})
	if err != nil {
		return nil, err
	}
	l := &list{dir: dir, db: db}
	err = boltfile.Guard(func() error {
		return db.View(func(tx *bolt.Tx) error {
			data := tx.Bucket([]byte(metaBucket)).Get(metaKey)
			if data == nil {
				return nil
			}
			return json.Unmarshal(data, &l.meta)
		})
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", dir, err), db.Close())
	}
	return l, nil
}

func (l *list) close() error { return l.db.Close() }

func (l *list) file() string { return filepath.Join(l.dir, listFile) }

func (l *list) author() dealmap.Author {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.meta.Author
}

// now returns what is known of the list as a whole.
func (l *list) now() meta {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.meta
}

// change changes what is known of the list as a whole, and rows with it where the function writes some.
func (l *list) change(do func(*meta, *bolt.Tx) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	after := l.meta
	after.Counts = cloneCounts(l.meta.Counts)
	err := boltfile.Guard(func() error {
		return l.db.Update(func(tx *bolt.Tx) error {
			if err := do(&after, tx); err != nil {
				return err
			}
			after.Touched = time.Now().UTC()
			data, err := json.Marshal(after)
			if err != nil {
				return err
			}
			return tx.Bucket([]byte(metaBucket)).Put(metaKey, data)
		})
	})
	if err != nil {
		return err
	}
	l.meta = after
	return nil
}

func cloneCounts(counts map[dealmap.RowState]int) map[dealmap.RowState]int {
	out := map[dealmap.RowState]int{}
	for state, n := range counts {
		out[state] = n
	}
	return out
}

// describe says of the list what people see.
func (l *list) describe() dealmap.StagedList {
	m := l.now()
	return dealmap.StagedList{
		ID: m.ID, Name: m.Name, Size: m.Size, Stage: m.Stage, Created: m.Created, ByName: m.ByName,
		By: dealmap.Owner{Service: m.Author.Service, Unit: m.Author.Unit}, Error: m.Error,
		Reading: asJSON(m.Findings), Header: m.Header, Sample: m.Sample, Suggestion: suggestionJSON(m.Suggestion), Mapping: mappingJSON(m.Profile),
		Counts: m.Counts, Rows: m.Rows, ByAddress: m.ByAddress, CommuneOnly: m.CommuneOnly, Bounds: m.Bounds,
	}
}

func asJSON(value any) json.RawMessage {
	data, err := json.Marshal(value)
	if err != nil {
		return nil // strings, numbers, lists and maps of them: cannot fail
	}
	return data
}

func mappingJSON(p *mapping.Profile) json.RawMessage {
	if p == nil {
		return nil
	}
	return asJSON(p)
}

// suggestionJSON is a suggestion in the form of the contract: the profile under a name of its own.
func suggestionJSON(s mapping.Suggestion) json.RawMessage {
	out := map[string]any{
		"mapping": s.Profile, "why": s.Why, "unmapped": s.Unmapped, "unknown_values": s.UnknownValues,
	}
	if s.Profile.Columns == nil {
		out["mapping"] = map[string]any{"columns": map[string]string{}}
	}
	if s.Why == nil {
		out["why"] = map[string]string{}
	}
	if s.Unmapped == nil {
		out["unmapped"] = []string{}
	}
	if s.UnknownValues == nil {
		out["unknown_values"] = map[string][]string{}
	}
	return asJSON(out)
}

var (
	encoder = must(cbor.EncOptions{Time: cbor.TimeRFC3339Nano, TextMarshaler: cbor.TextMarshalerTextString}.EncMode())
	decoder = must(cbor.DecOptions{TextUnmarshaler: cbor.TextUnmarshalerTextString}.DecMode())
)

func must[T any](mode T, err error) T {
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}

func lineKey(line int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(line)) }

func stateKey(state dealmap.RowState, line int) []byte {
	return append(append([]byte(state), 0), lineKey(line)...)
}

// put writes a row, and follows it from one state to another.
func put(tx *bolt.Tx, m *meta, row *stored) error {
	rows, states := tx.Bucket([]byte(rowsBucket)), tx.Bucket([]byte(statesBucket))
	key := lineKey(row.Line)
	if old := rows.Get(key); old != nil {
		var before stored
		if err := decoder.Unmarshal(old, &before); err != nil {
			return fmt.Errorf("row of line %d: %w", row.Line, err)
		}
		m.Counts[before.State]--
		if err := states.Delete(stateKey(before.State, row.Line)); err != nil {
			return err
		}
	}
	data, err := encoder.Marshal(row)
	if err != nil {
		return fmt.Errorf("row of line %d: %w", row.Line, err)
	}
	m.Counts[row.State]++
	return errors.Join(rows.Put(key, data), states.Put(stateKey(row.State, row.Line), nil))
}

func get(tx *bolt.Tx, line int) (*stored, error) {
	data := tx.Bucket([]byte(rowsBucket)).Get(lineKey(line))
	if data == nil {
		return nil, dealmap.NotFound()
	}
	row := new(stored)
	if err := decoder.Unmarshal(data, row); err != nil {
		return nil, fmt.Errorf("row of line %d: %w", line, err)
	}
	return row, nil
}

// row returns the row of a line.
func (l *list) row(line int) (row *stored, err error) {
	err = boltfile.Guard(func() error {
		return l.db.View(func(tx *bolt.Tx) error {
			row, err = get(tx, line)
			return err
		})
	})
	return row, err
}

// rows returns at most limit rows after a line, in the order of the file, of some states (none: of all), and whether there are
// more.
func (l *list) rows(states []dealmap.RowState, after, limit int) (found []*stored, more bool, err error) {
	err = boltfile.Guard(func() error {
		return l.db.View(func(tx *bolt.Tx) error {
			lines, err := l.lines(tx, states, after, limit+1)
			if err != nil {
				return err
			}
			if more = len(lines) > limit; more {
				lines = lines[:limit]
			}
			for _, line := range lines {
				row, err := get(tx, line)
				if err != nil {
					return err
				}
				found = append(found, row)
			}
			return nil
		})
	})
	return found, more, err
}

func (l *list) lines(tx *bolt.Tx, states []dealmap.RowState, after, limit int) (lines []int, err error) {
	if len(states) == 0 {
		c := tx.Bucket([]byte(rowsBucket)).Cursor()
		for k, _ := c.Seek(lineKey(after + 1)); k != nil && len(lines) < limit; k, _ = c.Next() {
			lines = append(lines, int(binary.BigEndian.Uint64(k)))
		}
		return lines, nil
	}
	for _, state := range states {
		c, n := tx.Bucket([]byte(statesBucket)).Cursor(), 0
		prefix := append([]byte(state), 0)
		for k, _ := c.Seek(stateKey(state, after+1)); k != nil && len(k) == len(prefix)+8 && string(k[:len(prefix)]) == string(prefix) && n < limit; k, _ = c.Next() {
			lines = append(lines, int(binary.BigEndian.Uint64(k[len(prefix):])))
			n++
		}
	}
	slices.Sort(lines)
	return lines[:min(len(lines), limit)], nil
}
