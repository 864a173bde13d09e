package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

var (
	drawnIDs     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	drawnCodes   = regexp.MustCompile(`R-13-[0-9A-Z]+`)
	someMoments  = regexp.MustCompile(`\d{4}-\d\d-\d\dT[^"]*`)
	toldElements = []string{"ETag", "Location", "Dealmap-Exported", "Dealmap-Left-Out", "Cache-Control", "Content-Type"}
)

// plainly is an answer without what is drawn or read from the clock, the elements of lists in an order of their own.
func plainly(a *answer) string {
	body := string(a.body)
	var data any
	if json.Unmarshal(a.body, &data) == nil {
		body = inOrder(data)
	} else if kind := a.header.Get("Content-Type"); strings.Contains(kind, "csv") || strings.Contains(kind, "graphml") {
		lines := strings.Split(undrawn(body), "\n")
		slices.Sort(lines)
		body = strings.Join(lines, "\n")
	}
	var b strings.Builder
	fmt.Fprintln(&b, a.status)
	for _, name := range toldElements {
		fmt.Fprintln(&b, name, a.header.Get(name))
	}
	return undrawn(b.String()) + undrawn(body)
}

func undrawn(text string) string {
	text = lasting(someMoments.ReplaceAllString(text, "T"))
	text = drawnCodes.ReplaceAllStringFunc(text, func(code string) string {
		if code == "R-13-7KQ" || code == "R-13-HDN" || code == "R-13-NXN" {
			return code
		}
		return "R"
	})
	return drawnIDs.ReplaceAllStringFunc(text, func(id string) string {
		if id[2:8] == "ee0000" || id[2:8] == "ce0000" {
			return id
		}
		return "id"
	})
}

func inOrder(data any) string {
	switch d := data.(type) {
	case map[string]any:
		var parts []string
		for name, value := range d {
			if name == "milliseconds" || name == "exported_at" {
				continue
			}
			parts = append(parts, name+":"+inOrder(value))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		var parts []string
		for _, value := range d {
			parts = append(parts, inOrder(value))
		}
		slices.SortFunc(parts, func(a, b string) int { return strings.Compare(undrawn(a), undrawn(b)) })
		return "[" + strings.Join(parts, ",") + "]"
	default:
		text, _ := json.Marshal(d)
		return string(text)
	}
}

// TestWhoWritesLearnsNothingOfHiddenTies: whoever may write meets the same answers, whatever is hidden from them.
func TestWhoWritesLearnsNothingOfHiddenTies(t *testing.T) {
	t.Parallel()
	plain, full := newWorld(t), newWorld(t)
	ids := map[int]string{}
	linkID := func(n byte) dealmap.ID { return dealmap.ID{n, 0xce, 6: 0x40, 8: 0x80} }
	placeID := func(n byte) dealmap.ID { return dealmap.ID{n, 0xee, 6: 0x40, 8: 0x80} }
	tie := func(n, from, to byte, change ...func(*dealmap.LinkFacts)) dealmap.RecordLink {
		facts := dealmap.LinkFacts{From: placeID(from), To: placeID(to), Kind: dealmap.Supplies}
		for _, c := range change {
			c(&facts)
		}
		return dealmap.RecordLink{ID: linkID(n), Facts: facts}
	}
	embargo := dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0", EmbargoUntil: dealmap.Date{Year: 2030, Month: 1, Day: 1}}
	kept := func(f *dealmap.LinkFacts) { f.Handling = embargo }
	for _, w := range []*world{plain, full} {
		for i := byte(1); i <= 6; i++ {
			if i == 5 {
				continue
			}
			ids[int(i)] = w.coded(i, "H0", func(f *dealmap.Facts) { f.Networks = []string{"R-13-7KQ"} }).Subject.String()
		}
		w.do(w.viewer("cross13"), tie(1, 1, 2))
		w.do(w.viewer("cross13"), tie(2, 2, 3, func(f *dealmap.LinkFacts) { f.Kind, f.Network = dealmap.StoresFor, "R-13-7KQ" }))
	}
	ids[5] = placeID(5).String()
	a, b := plain.as("ofast"), full.as("ofast")
	gn1, gn2 := plain.as("gn"), full.as("gn")
	streams := [][2]<-chan event{{a.live(""), b.live("")}, {gn1.live(""), gn2.live("")}}
	stir := func() {
		cross := full.viewer("cross13")
		full.coded(5, "H0", func(f *dealmap.Facts) { f.Networks, f.Handling = []string{"R-13-7KQ", "R-13-HDN"}, embargo })
		for _, cmd := range []dealmap.Command{
			tie(11, 2, 5), tie(12, 5, 3), tie(13, 1, 3, kept, func(f *dealmap.LinkFacts) { f.Kind = dealmap.Rival }), tie(14, 3, 4, kept), tie(15, 4, 6, kept, func(f *dealmap.LinkFacts) { f.Network = "R-13-NXN" }),
			tie(16, 1, 5), dealmap.RemoveLink{ID: linkID(16)},
			dealmap.ChangeLink{ID: linkID(13), Patch: json.RawMessage(`{"note":"n","strength":9}`)},
			dealmap.RecordNetwork{ID: dealmap.ID{1, 0xcf, 6: 0x40, 8: 0x80}, Code: "R-13-7KQ", Facts: dealmap.NetworkFacts{Territory: "dep:13", Handling: embargo}},
			dealmap.RecordNetwork{ID: dealmap.ID{2, 0xcf, 6: 0x40, 8: 0x80}, Code: "R-13-HDN", Facts: dealmap.NetworkFacts{Territory: "dep:13", Handling: embargo}},
		} {
			full.do(cross, cmd)
		}
	}
	stir()
	same := func(what string, x, y *answer) {
		t.Helper()
		if p, q := plainly(x), plainly(y); p != q {
			t.Errorf("%s tells of what is hidden:\n%.1500s\n--\n%.1500s", what, p, q)
		}
	}
	written := false
	reads := func() {
		t.Helper()
		for _, pair := range [][2]*user{{a, b}, {gn1, gn2}} {
			for _, path := range []string{
				"/api/v1/links", "/api/v1/links?limit=1", "/api/v1/links?network=R-13-HDN", "/api/v1/links?network=R-13-NXN", "/api/v1/links?place=" + ids[5], "/api/v1/networks", "/api/v1/networks?q=HDN", "/api/v1/networks?status=suspected",
				"/api/v1/networks?territory=dep:13&limit=1", "/api/v1/networks/R-13-7KQ", "/api/v1/networks/R-13-HDN", "/api/v1/networks/R-13-NXN", "/api/v1/networks/R-13-7KQ/history", "/api/v1/networks/R-13-HDN/history",
				"/api/v1/graph?territory=fr", "/api/v1/graph?network=R-13-7KQ", "/api/v1/graph?network=R-13-HDN", "/api/v1/graph?network=R-13-NXN", "/api/v1/graph?place=" + ids[2], "/api/v1/graph?place=" + ids[5], "/api/v1/graph/analysis?territory=fr",
				"/api/v1/graph/path?from=" + ids[1] + "&to=" + ids[4], "/api/v1/graph/path?from=" + ids[1] + "&to=" + ids[5], "/api/v1/territories/dep:13/flows", "/api/v1/deal-points/" + ids[1], "/api/v1/deal-points/" + ids[3] + "/history",
				"/tiles/links/5/16/11.mvt", "/tiles/links/8/131/93.mvt", "/tiles/links/9/263/187.mvt", "/tiles/links,sites,deal_points/12/2109/1500.mvt", "/tiles/links/12/2109/1500.mvt?network=R-13-NXN", "/tiles/links/7/65/46.mvt?network=R-13-HDN",
				"/tiles/links/9/263/187.mvt?as_of=2026-11-23", "/tiles/links/7/65/46.mvt?as_of=2026-11-23", "/api/v1/duplicates", "/api/v1/links/" + linkID(11).String(), "/api/v1/links/" + linkID(13).String() + "/history", "/api/v1/links/" + linkID(1).String() + "/history",
			} {
				if written && (strings.HasPrefix(path, "/tiles/") || strings.Contains(path, "limit=1")) {
					continue // links are drawn with the numbers of their ids, and lists are in the order of ids and codes
				}
				same(path, pair[0].get(path), pair[1].get(path))
			}
			for _, format := range []string{"graphml", "csv", "geojson"} {
				for _, query := range []string{"?territory=fr", "?network=R-13-7KQ", "?network=R-13-HDN", "?place=" + ids[3]} {
					same("export"+query+format, pair[0].post("/api/v1/graph/exports"+query, graphExport(format)), pair[1].post("/api/v1/graph/exports"+query, graphExport(format)))
				}
			}
			for _, closed := range []string{ids[2], ids[5], ids[3]} {
				body := map[string]any{"closed": []string{closed}}
				same("what-if", pair[0].post("/api/v1/graph/what-if?territory=fr", body), pair[1].post("/api/v1/graph/what-if?territory=fr", body))
			}
		}
	}
	reads()
	written = true
	nobody := dealmap.ID{0xff, 0xee, 6: 0x40, 8: 0x80}.String()
	list := func(to string) string {
		return "from,to\n" + plain.referenceOf(ids[1]) + "," + to + "\n" + plain.referenceOf(ids[4]) + "," + plain.referenceOf(ids[1]) + "\n"
	}
	hidden5 := full.referenceOf(ids[5])
	etag := func(n string) header { return header{"If-Match": n} }
	both := func(what string, call func(u *user) *answer) {
		t.Helper()
		x, y := call(a), call(b)
		same(what, x, y)
	}
	both("link to hidden", func(u *user) *answer {
		return u.post("/api/v1/links", map[string]any{"from": ids[1], "to": ids[5], "kind": "supplies"})
	})
	both("link to its reference", func(u *user) *answer {
		return u.post("/api/v1/links", map[string]any{"from": ids[1], "to": hidden5, "kind": "supplies"})
	})
	both("link beside a hidden rival", func(u *user) *answer {
		return u.post("/api/v1/links", map[string]any{"from": ids[1], "to": ids[3], "kind": "supplies"})
	})
	both("link as a hidden one", func(u *user) *answer {
		return u.post("/api/v1/links", map[string]any{"from": ids[3], "to": ids[4], "kind": "supplies"})
	})
	both("rival of a hidden one", func(u *user) *answer {
		return u.post("/api/v1/links", map[string]any{"from": ids[4], "to": ids[6], "kind": "rival"})
	})
	for _, id := range []string{linkID(11).String(), linkID(13).String(), linkID(16).String(), nobody} {
		both("patch", func(u *user) *answer { return u.patch("/api/v1/links/"+id, `"2"`, map[string]any{"strength": 4}) })
		both("remove", func(u *user) *answer { return u.post("/api/v1/links/"+id+"/remove", nil, etag(`"7"`)) })
	}
	for _, code := range []string{"R-13-HDN", "R-13-NXN", "R-13-7KQ"} {
		both("patch network", func(u *user) *answer { return u.patch("/api/v1/networks/"+code, `"2"`, map[string]any{"note": "n"}) })
		both("remove network", func(u *user) *answer { return u.post("/api/v1/networks/"+code+"/remove", nil, etag(`"2"`)) })
		both("import into", func(u *user) *answer { return u.file("/api/v1/graph/imports?name=x.csv&network="+code, list(hidden5)) })
		both("open", func(u *user) *answer {
			return u.post("/api/v1/networks", map[string]any{"territory": "dep:13", "code": code}, header{"Idempotency-Key": "n" + code})
		})
		both("open again", func(u *user) *answer {
			return u.post("/api/v1/networks", map[string]any{"territory": "dep:13", "code": code}, header{"Idempotency-Key": "n" + code})
		})
		both("open twice", func(u *user) *answer {
			return u.post("/api/v1/networks", map[string]any{"territory": "dep:13", "code": code})
		})
		both("assign", func(u *user) *answer {
			return u.post("/api/v1/networks/"+code+"/places", map[string]any{"add": []string{ids[6], ids[5]}})
		})
		both("assign", func(u *user) *answer {
			return u.post("/api/v1/networks/"+code+"/places", map[string]any{"remove": []string{ids[5]}})
		})
		both("assign", func(u *user) *answer {
			return u.post("/api/v1/networks/"+code+"/places", map[string]any{"add": []string{ids[6]}})
		})
	}
	both("read a file", func(u *user) *answer { return u.file("/api/v1/graph/imports/reading?name=x.csv", list(hidden5)) })
	both("import a file", func(u *user) *answer { return u.file("/api/v1/graph/imports?name=y.csv&network=new", list(hidden5)) })
	reads()
	both("merge", func(u *user) *answer {
		return u.post("/api/v1/deal-points/"+ids[4]+"/merge", map[string]any{"with": ids[6]}, etag("*"))
	})
	both("erase", func(u *user) *answer {
		return u.send(http.MethodPost, "/api/v1/deal-points/"+ids[3]+"/erase", map[string]any{"reason": "retention"}, etag("*"))
	})
	both("seen to the end", func(u *user) *answer {
		return u.patch("/api/v1/links/"+linkID(1).String(), `"1"`, map[string]any{"strength": 77})
	})
	for i, pair := range streams {
		var told [2][]string
		for j, events := range pair {
			for last := false; !last; {
				e := next(t, events)
				told[j] = append(told[j], undrawn(e.name+" "+e.data))
				last = e.name == "link" && strings.Contains(e.data, linkID(1).String())
			}
		}
		if !slices.Equal(told[0], told[1]) {
			t.Errorf("stream %d tells of what is hidden:\n%s\n--\n%s", i, strings.Join(told[0], "\n"), strings.Join(told[1], "\n"))
		}
	}
	plain.clock.advance(24 * time.Hour)
	full.clock.advance(24 * time.Hour)
	a, b, gn1, gn2 = plain.as("ofast"), full.as("ofast"), plain.as("gn"), full.as("gn")
	reads()
}
