package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/proof"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
	"golang.org/x/mod/sumdb/tlog"
)

// standing is a node that serves its consultation log to the auditor.
type standing struct {
	*process
	machine *machine
	keeper  *audit.Keeper
	mirrors *ship.Mirrors
}

// stand makes a node: the map of m, a consultation log of its own, and copies of those of the others through the engine.
func stand(t *testing.T, m *machine, name, dsn string) *standing {
	t.Helper()
	ctx := t.Context()
	s, err := m.Store(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := demoAccounts(ctx, s, m.vault); err != nil {
		t.Fatal(err)
	}
	key, err := m.Key()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	log, err := consultations.Open(filepath.Join(data, consultations.FileName))
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := audit.Open(ctx, data, m.journal, log, audit.Options{Key: key, Every: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(ctx, dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := db.Consultations(m.vault.Key("consultations"))
	if err != nil {
		t.Fatal(err)
	}
	options := ship.Options{Every: 20 * time.Millisecond}
	shipper, err := ship.Start(name, log, keeper, engine, options)
	if err != nil {
		t.Fatal(err)
	}
	mirrors, err := ship.Follow(data, name, log, engine, []string{key.Verifier()}, options)
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := m.Sessions()
	if err != nil {
		t.Fatal(err)
	}
	server, err := web.New(web.Options{
		Map: webMap{s}, Territories: m.territories, Accounts: accounts{m.vault}, Sessions: sessions, Consultations: log, PlainHTTP: true,
		Drawer: tiles.NewDrawer(func() *geo.Territories { return m.territories }, tiles.Basemap{}), Secret: m.vault.Key("web"), Log: slog.New(slog.DiscardHandler),
		Audit: auditor{log: log, keeper: keeper, node: name, others: mirrors, engine: engine},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server.HTTP().Handler)
	t.Cleanup(func() {
		server.Close()
		listener.Close()
		for _, c := range []io.Closer{mirrors, shipper, keeper, log, db} {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return &standing{process: &process{t: t, base: listener.URL}, machine: m, keeper: keeper, mirrors: mirrors}
}

// TestTheAuditorAsksOneNode: people look at a point on two nodes; the auditor of either is told of both, page by page, has lines of either proven,
// and verifies all logs.
func TestTheAuditorAsksOneNode(t *testing.T) {
	t.Parallel()
	postgresql := pgtest.Start(t)
	database := postgresql.Database(t)
	dsn := postgresql.DSN(database)
	m := &machine{globals: &Globals{Data: t.TempDir(), Quiet: true}, out: &output{stdout: io.Discard, stderr: io.Discard}}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	paris, lyon := stand(t, m, "paris", dsn), stand(t, m, "lyon", dsn)
	point := paris.as("cross13").add("Passage du Lavoir", 5.4012, 43.2701)
	path := "/api/v1/deal-points/" + point.Properties.Reference
	pn, gn := paris.as("pn"), lyon.as("gn")
	for range 3 {
		get[feature](pn, path)
		get[feature](gn, path)
	}
	type page struct {
		Lines []struct {
			Node    string
			Line    int64
			Subject string
		}
		NextCursor string `json:"next_cursor"`
	}
	for _, node := range []*standing{paris, lyon} {
		auditor := node.as("auditeur")
		ask := func(query url.Values) page {
			query.Set("place", point.Properties.Reference)
			query.Set("what", dealmap.WhatSheet)
			return get[page](auditor, "/api/v1/audit/consultations?"+query.Encode())
		}
		var saw []string
		for began := time.Now(); len(saw) < 6 && time.Since(began) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
			saw = nil
			for _, line := range ask(url.Values{}).Lines {
				saw = append(saw, line.Subject+" on "+line.Node)
			}
		}
		if want := []string{"gn on lyon", "pn on paris", "gn on lyon", "pn on paris", "gn on lyon", "pn on paris"}; !slices.Equal(saw, want) {
			t.Errorf("who saw the point: %v", saw)
		}
		paged := 0
		for query := (url.Values{"limit": {"1"}}); ; paged++ {
			p := ask(query)
			if len(p.Lines) != 1 || p.Lines[0].Subject+" on "+p.Lines[0].Node != saw[paged] {
				t.Fatalf("page %d: %+v, want %s", paged, p, saw[paged])
			}
			if p.NextCursor == "" {
				break
			}
			query.Set("cursor", p.NextCursor)
		}
		if paged != 5 {
			t.Errorf("%d pages", paged+1)
		}
		summary := get[struct {
			Whats  map[string]int64
			People int
		}](auditor, "/api/v1/audit/summary")
		if summary.Whats[dealmap.WhatSheet] != 6 || summary.People < 3 {
			t.Errorf("summary: %+v", summary)
		}
		auditor.checkNodes(2)
	}
	auditor := paris.as("auditeur")
	if state := auditor.verified(); state.wrong(0)+state.wrong(1)+state.wrong(2) > 0 || state.Findings[2].Lines < 4 {
		t.Errorf("verification: %+v", state)
	}
	// Copied long ago, changed in the database since.
	postgresql.Exec(t, database, "UPDATE dealmap_consultation SET data = set_byte(data, 30, get_byte(data, 30) # 1) WHERE node = 'lyon' AND line = 2")
	if state := auditor.verified(); state.wrong(0)+state.wrong(1) > 0 || state.wrong(2) != 1 || !strings.Contains(state.Findings[2].Problems[0], "ligne 2") {
		t.Errorf("verification of a changed line: %+v", state)
	}
}

// verification is how a verification of the logs of two nodes ended.
type verification struct {
	Running  bool
	Problem  string
	Findings []struct {
		Log, Node string
		Lines     int64
		Problems  []string
	}
}

func (v *verification) wrong(log int) int { return len(v.Findings[log].Problems) }

// verified verifies the journal and the logs of paris and lyon.
func (b *browser) verified() (state verification) {
	b.t.Helper()
	if status, body := b.send("POST", "/api/v1/audit/verification", nil, nil); status != http.StatusAccepted {
		b.t.Fatalf("verification: %d %s", status, body)
	}
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(50 * time.Millisecond) {
		if state = get[verification](b, "/api/v1/audit/verification"); !state.Running {
			break
		}
	}
	if f := state.Findings; state.Running || state.Problem != "" || len(f) != 3 || f[1].Node != "paris" || f[2].Node != "lyon" {
		b.t.Fatalf("verification: %+v", state)
	}
	return state
}

// checkNodes has a line of the log of every node proven and checks that as another program would.
func (b *browser) checkNodes(nodes int) {
	b.t.Helper()
	type checkpoints struct {
		Key         string
		Checkpoints []struct{ Log, Node, Note string }
	}
	told := get[checkpoints](b, "/api/v1/audit/checkpoints")
	for began := time.Now(); len(told.Checkpoints) < nodes+1 && time.Since(began) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
		told = get[checkpoints](b, "/api/v1/audit/checkpoints")
	}
	if len(told.Checkpoints) != nodes+1 {
		b.t.Fatalf("checkpoints: %+v", told)
	}
	for _, c := range told.Checkpoints[1:] {
		checkpoint, err := proof.Open([]byte(c.Note), told.Key)
		if err != nil {
			b.t.Fatal(err)
		}
		p := get[struct {
			Leaf, Node string
			Hashes     []string
		}](b, fmt.Sprintf("/api/v1/audit/proofs/inclusion?log=consultations&node=%s&line=2&size=%d", c.Node, checkpoint.Size))
		var hashes tlog.RecordProof
		for _, text := range p.Hashes {
			hashes = append(hashes, b.hash(text))
		}
		if err := tlog.CheckRecord(hashes, checkpoint.Size, checkpoint.Root, 1, b.hash(p.Leaf)); err != nil || p.Node != c.Node {
			b.t.Errorf("line 2 of %s: %v", c.Node, err)
		}
	}
}
