package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/proof"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"golang.org/x/mod/sumdb/tlog"
)

// consulted is what the tests look at of a line that the auditor is shown.
type consulted struct {
	Line      int64  `json:"line"`
	Subject   string `json:"subject"`
	What      string `json:"what"`
	Operation string `json:"operation"`
}

func (b *browser) who(query url.Values) (lines []consulted) {
	b.t.Helper()
	return get[struct{ Lines []consulted }](b, "/api/v1/audit/consultations?"+query.Encode()).Lines
}

// TestTheAuditorsStory: people look at a place in several ways, or do not; the auditor is told exactly who saw it, what one
// person saw, how many operations there were, and checks the proof of it with nothing but the key.
func TestTheAuditorsStory(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "200")
	cross, pn, gn, auditor := p.as("cross13"), p.as("pn"), p.as("gn"), p.as("auditeur")
	at := orb.Point{5.4012, 43.2701}
	point := cross.add("Passage du Lavoir", at[0], at[1])
	reference := point.Properties.Reference
	get[feature](pn, "/api/v1/deal-points/"+reference)
	if !gn.tileHas(maptile.At(at, 14), "", reference) {
		t.Fatal("the point is not in the tile")
	}
	if gn.tileHas(maptile.At(at, 14), "status=closed", reference) {
		t.Fatal("the filter lets the point through")
	}
	gn.tile(maptile.At(orb.Point{5.9, 43.1}, 14), "")
	// A tile's line is on the disk a little later.
	var gns []consulted
	for began := time.Now(); len(gns) < 3 && time.Since(began) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		gns = auditor.who(url.Values{"subject": {"gn"}})
	}
	if len(gns) != 3 {
		t.Errorf("gn saw %+v", gns)
	}
	saw := map[string]int{}
	for _, line := range auditor.who(url.Values{"place": {reference}}) {
		saw[line.Subject+" "+line.What]++
	}
	if saw["pn sheet"] != 1 || saw["gn tile"] != 1 || saw["auditeur sheet"] > 0 {
		t.Errorf("who saw %s: %v", reference, saw)
	}
	summary := get[struct {
		Operations map[string]int64
		Services   map[string]int64
		People     int
	}](auditor, "/api/v1/audit/summary")
	if summary.Operations["consultation"] < 4 || summary.Services["GN"] != 3 || summary.People < 3 || summary.Operations["collection"] == 0 {
		t.Errorf("summary: %+v", summary)
	}
	changes := get[struct {
		Entries []struct{ Subject, Kind string }
	}](auditor, "/api/v1/audit/journal?"+url.Values{"place": {reference}}.Encode())
	if len(changes.Entries) != 1 || changes.Entries[0].Subject != "cross13" {
		t.Errorf("who changed %s: %+v", reference, changes)
	}
	for _, b := range []*browser{cross, pn} {
		if status, _ := b.send("GET", "/api/v1/audit/consultations", nil, nil); status != http.StatusForbidden {
			t.Errorf("somebody else asks the log: %d", status)
		}
	}
	if status, _ := auditor.send("GET", "/api/v1/deal-points/"+reference, nil, nil); status != http.StatusNotFound {
		t.Errorf("the auditor sees the point: %d", status)
	}
	auditor.checkProofs()
	if status, body := auditor.send("POST", "/api/v1/audit/verification", nil, nil); status != http.StatusAccepted {
		t.Fatalf("verification: %d %s", status, body)
	}
	type finding struct {
		Log      string
		Lines    int64
		Problems []string
	}
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		state := get[struct {
			Running  bool
			Problem  string
			Findings []finding
		}](auditor, "/api/v1/audit/verification")
		if state.Running && time.Since(began) < time.Minute {
			continue
		}
		if state.Problem != "" || len(state.Findings) != 2 || state.Findings[0].Lines < 200 || state.Findings[1].Lines < 5 ||
			len(state.Findings[0].Problems)+len(state.Findings[1].Problems) > 0 {
			t.Errorf("verification: %+v", state)
		}
		break
	}
}

// checkProofs has the first and the third line of both logs proven and checks that as another program would.
func (b *browser) checkProofs() {
	b.t.Helper()
	attested := get[struct {
		Key         string
		Checkpoints []struct{ Note string }
	}](b, "/api/v1/audit/checkpoints")
	if len(attested.Checkpoints) != 2 {
		b.t.Fatalf("checkpoints: %+v", attested)
	}
	for _, c := range attested.Checkpoints {
		checkpoint, err := proof.Open([]byte(c.Note), attested.Key)
		if err != nil {
			b.t.Fatal(err)
		}
		log := strings.TrimPrefix(checkpoint.Origin, "dealmap/")
		for _, line := range []int64{1, 3} {
			p := get[struct {
				Leaf   string
				Hashes []string
			}](b, fmt.Sprintf("/api/v1/audit/proofs/inclusion?log=%s&line=%d&size=%d", log, line, checkpoint.Size))
			var hashes tlog.RecordProof
			for _, text := range p.Hashes {
				hashes = append(hashes, b.hash(text))
			}
			if err := tlog.CheckRecord(hashes, checkpoint.Size, checkpoint.Root, line-1, b.hash(p.Leaf)); err != nil {
				b.t.Errorf("%s, line %d: %v", log, line, err)
			}
		}
		p := get[struct {
			OldRoot string `json:"old_root"`
			Hashes  []string
		}](b, fmt.Sprintf("/api/v1/audit/proofs/consistency?log=%s&old=2&size=%d", log, checkpoint.Size))
		var hashes tlog.TreeProof
		for _, text := range p.Hashes {
			hashes = append(hashes, b.hash(text))
		}
		if err := tlog.CheckTree(hashes, checkpoint.Size, checkpoint.Root, 2, b.hash(p.OldRoot)); err != nil {
			b.t.Errorf("%s grown from 2 lines: %v", log, err)
		}
	}
}

func (b *browser) hash(text string) tlog.Hash {
	b.t.Helper()
	h, err := tlog.ParseHash(text)
	if err != nil {
		b.t.Fatalf("%q: %v", text, err)
	}
	return h
}
