package dealmap

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// seed prints what makes a random test replayable: SEED=… go test.
func seed(t *testing.T) *rand.Rand {
	t.Helper()
	n := uint64(20261123)
	if text := os.Getenv("SEED"); text != "" {
		parsed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n = parsed
	}
	t.Logf("SEED=%d", n)
	return rand.New(rand.NewPCG(n, 0))
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// atlas is a gazetteer of three communes in two départements of one zone and one of another.
type atlas struct{}

var chains = map[TerritoryCode][]TerritoryCode{
	"com:13055": {"com:13055", "arr:133", "dep:13", "reg:93", "zone:sud"},
	"com:13001": {"com:13001", "arr:131", "dep:13", "reg:93", "zone:sud"},
	"com:84007": {"com:84007", "arr:842", "dep:84", "reg:93", "zone:sud"},
	"com:59350": {"com:59350", "arr:595", "dep:59", "reg:32", "zone:nord"},
	"dep:13":    {"dep:13", "reg:93", "zone:sud"},
	"dep:84":    {"dep:84", "reg:93", "zone:sud"},
	"dep:59":    {"dep:59", "reg:32", "zone:nord"},
	"zone:sud":  {"zone:sud"},
}

func (atlas) Chain(code TerritoryCode) ([]TerritoryCode, bool) { c, ok := chains[code]; return c, ok }
func (atlas) Year(TerritoryCode) int                           { return 2025 }

func (atlas) Locate(p orb.Point) []TerritoryCode {
	switch {
	case p[1] > 50:
		return chains["com:59350"]
	case p[0] < 4.7:
		return nil
	case p[1] > 43.8:
		return chains["com:84007"]
	}
	return chains["dep:13"]
}

func (a atlas) Distance(code TerritoryCode, p orb.Point) (float64, bool) {
	if chainHolds(a.Locate(p), code) {
		return 0, true
	}
	if p[1] > 50 {
		return 800_000, true
	}
	return 5_000, true
}

// world is a State over maps that folds what commands decide.
type world struct {
	places     map[ID]*Place
	grants     map[ID]*Grant
	tokens     map[ID]*Token
	reports    map[ID]*Report
	pairs      map[ID]*Pair
	imports    map[ID]*Import
	operations map[ID]*FieldOperation
	meetings   map[ID]*Meeting
	links      map[ID]*Link
	networks   map[ID]*Network
	entries    map[ID][]Seq
	seq        Seq
}

func newWorld() *world {
	return &world{places: map[ID]*Place{}, reports: map[ID]*Report{}, pairs: map[ID]*Pair{}, imports: map[ID]*Import{},
		operations: map[ID]*FieldOperation{}, meetings: map[ID]*Meeting{}, links: map[ID]*Link{}, networks: map[ID]*Network{}, entries: map[ID][]Seq{}}
}

func (w *world) Place(id ID) *Place { return w.places[id] }
func (w *world) Grant(id ID) *Grant { return w.grants[id] }

func (w *world) GrantsOf(subject string) (list []*Grant) {
	for _, g := range w.grants {
		if g.Subject == subject {
			list = append(list, g)
		}
	}
	return list
}

func (w *world) Token(id ID) *Token { return w.tokens[id] }

func (w *world) TokensOf(subject string) (list []*Token) {
	for _, t := range w.tokens {
		if t.Subject == subject {
			list = append(list, t)
		}
	}
	return list
}

func (w *world) Report(id ID) *Report            { return w.reports[id] }
func (w *world) Pair(id ID) *Pair                { return w.pairs[id] }
func (w *world) Import(id ID) *Import            { return w.imports[id] }
func (w *world) Operation(id ID) *FieldOperation { return w.operations[id] }
func (w *world) Meeting(id ID) *Meeting          { return w.meetings[id] }
func (w *world) Link(id ID) *Link                { return w.links[id] }
func (w *world) Network(id ID) *Network          { return w.networks[id] }

func (w *world) LinksOf(place ID) (list []*Link) {
	for _, l := range w.links {
		if l.Facts.From == place || l.Facts.To == place {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b *Link) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return list
}

func (w *world) LinksBetween(a, b ID) []*Link {
	return slices.DeleteFunc(w.LinksOf(a), func(l *Link) bool { return l.Facts.From != b && l.Facts.To != b })
}

func (w *world) NetworksCoded(code string) (list []*Network) {
	for _, n := range w.networks {
		if n.Code == code {
			list = append(list, n)
		}
	}
	slices.SortFunc(list, func(a, b *Network) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return list
}

func (w *world) Row(row RowHash) (ID, bool) {
	for _, p := range w.places {
		if p != nil && p.Origin != nil && p.Origin.Row == row && (p.Cluster == nil || !p.Cluster.Withdrawn) {
			return p.ID, true
		}
	}
	return ID{}, false
}

func (w *world) EntriesOf(id ID) []Seq { return w.entries[id] }

func (w *world) ByReference(reference string) *Place {
	for _, p := range w.places {
		if p != nil && p.Reference == reference {
			return p
		}
	}
	return nil
}

func (w *world) Near(at orb.Point, metres float64, yield func(*Place, float64) bool) {
	for _, p := range w.places {
		if p == nil || !p.Stands() {
			continue
		}
		const metresPerDegree = 111_320
		dx, dy := (p.Position()[0]-at[0])*metresPerDegree*0.7, (p.Position()[1]-at[1])*metresPerDegree
		if d := max(dx, -dx) + max(dy, -dy); p.HasPosition() && d <= metres && !yield(p, d) {
			return
		}
	}
}

func (w *world) InCommune(commune string, words []string, yield func(*Place) bool) {
	for _, p := range w.places {
		key := ""
		if p != nil {
			key = SearchKey(p.Facts.Name + " " + p.Facts.Address + " " + p.Reference)
		}
		held := len(words) == 0 || slices.ContainsFunc(words, func(word string) bool { return strings.Contains(key, word) })
		if p != nil && p.Facts.Commune == commune && held && !yield(p) {
			return
		}
	}
}

func (w *world) Unplaced(commune string, yield func(*Place) bool) {
	w.InCommune(commune, nil, func(p *Place) bool { return p.HasPosition() || yield(p) })
}

func (w *world) env() Env { return Env{Now: noon, Gazetteer: atlas{}} }

func (w *world) Taken(reference string) bool {
	for _, p := range w.places {
		if p != nil && p.Reference == reference {
			return true
		}
	}
	for _, o := range w.operations {
		if o.Reference == reference {
			return true
		}
	}
	for _, n := range w.networks {
		if n.Code == reference {
			return true
		}
	}
	return false
}

// must returns what carries commands of a viewer out, none of which may fail.
func (w *world) must(t *testing.T, v Viewer) func(Command) {
	return func(c Command) {
		t.Helper()
		if err := w.do(t, v, c); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) do(t *testing.T, v Viewer, c Command) error {
	t.Helper()
	events, err := c.Decide(w, v, w.env())
	if err != nil {
		return err
	}
	for _, e := range events {
		w.seq++
		e.Seq = w.seq
		w.entries[e.Subject] = append(w.entries[e.Subject], e.Seq)
		w.grants, w.tokens = FoldGrants(w.grants, e), FoldTokens(w.tokens, e)
		switch e.Kind.Concerns() {
		case ConcernsPlace:
			w.places[e.Subject], err = Fold(w.places[e.Subject], e)
		case ConcernsReport:
			w.reports[e.Subject], err = FoldReport(w.reports[e.Subject], e)
		case ConcernsPair:
			w.pairs[e.Subject], err = FoldPair(w.pairs[e.Subject], e)
		case ConcernsImport:
			w.imports[e.Subject], err = FoldImport(w.imports[e.Subject], e)
		case ConcernsOperation:
			w.operations[e.Subject], err = FoldOperation(w.operations[e.Subject], e)
		case ConcernsMeeting:
			w.meetings[e.Subject], err = FoldMeeting(w.meetings[e.Subject], e)
		case ConcernsLink:
			if w.links[e.Subject], err = FoldLink(w.links[e.Subject], e); w.links[e.Subject] == nil {
				delete(w.links, e.Subject)
			}
		case ConcernsNetwork:
			w.networks[e.Subject], err = FoldNetwork(w.networks[e.Subject], e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return nil
}

func id(n int) ID { return ID{0: 0xde, 6: 0x40, 8: 0x80, 14: byte(n >> 8), 15: byte(n)} }

func point(lon, lat float64) *orb.Point { return &orb.Point{lon, lat} }

func marseille() Facts {
	return Facts{
		Kind: Street, Name: "Passage du Lavoir", Commune: "13055", Position: point(5.37, 43.3), Accuracy: AccuracyStreet,
		Products: []Product{"cocaine", "cannabis"}, Hours: "Mo-Su 12:00-22:00", Intensity: 3,
		CaseRefs: []string{"PV-2026-001"}, Networks: []string{"R-13-7KQ"},
	}
}

func viewer(role Role, service Service, unit string, territories ...TerritoryCode) Viewer {
	v := Viewer{Subject: unit, Role: role, Service: service, Unit: unit, Territories: territories, Motive: "test"}
	for _, code := range territories {
		if chain, ok := chains[code]; ok {
			v.Chains = append(v.Chains, chain)
		}
	}
	return v
}

var (
	cross13  = viewer(RoleCross, ServicePN, "Cross 13", "dep:13")
	cross84  = viewer(RoleCross, ServicePN, "Cross 84", "dep:84")
	ofast    = viewer(RoleOfast, ServiceOfast, "Ofast", France)
	gn13     = viewer(RoleInvestigator, ServiceGN, "SR Marseille", "dep:13")
	gn59     = viewer(RoleInvestigator, ServiceGN, "SR Lille", "dep:59")
	pn59     = viewer(RoleInvestigator, ServicePN, "DIPN 59", "dep:59")
	prefet13 = viewer(RolePrefet, "", "Préfecture 13", "dep:13")
	parquet  = viewer(RoleProcureur, "", "TJ Marseille", "dep:13")
	partner  = viewer(RolePartner, "", "Bailleur", "dep:13")
	auditor  = viewer(RoleAuditor, "", "IGPN")
	admin    = viewer(RoleAdmin, "", "DSI")
)

func everyone() []Viewer {
	return []Viewer{cross13, cross84, ofast, gn13, gn59, pn59, prefet13, parquet, partner, auditor, admin, {}}
}

func wantKind(t *testing.T, err error, kind ErrorKind, what string) {
	t.Helper()
	if KindOf(err) != kind {
		t.Errorf("%s: error %v is of kind %q, want %q", what, err, KindOf(err), kind)
	}
}

func wantField(t *testing.T, err error, field string) {
	t.Helper()
	wantKind(t, err, KindInvalid, field)
	e, ok := err.(*Error)
	if !ok {
		return
	}
	for _, f := range e.Fields {
		if f.Field == field && f.Message != "" {
			return
		}
	}
	t.Errorf("error %v does not name the field %q", fmt.Sprintf("%+v", e.Fields), field)
}
