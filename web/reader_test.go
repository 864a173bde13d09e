package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/mesure5/dealmap"
)

// reader is one person who reads every output, past the network for speed: the whole handler answers.
type reader struct {
	m      *randomMap
	viewer dealmap.Viewer
	scope  dealmap.Scope
	cookie string
	bearer string // an API token, in place of the cookie
}

// answered holds the kinds of request that were answered with status 200, and the media types of the answers: outputs that nobody gets would show nothing.
var answered sync.Map

var (
	idInPath   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	tileInPath = regexp.MustCompile(`/\d+/\d+/\d+`)
)

func (q request) kind() string {
	path, _, _ := strings.Cut(q.path, "?")
	path = tileInPath.ReplaceAllString(idInPath.ReplaceAllString(path, "{id}"), "")
	return q.method + " " + path
}

func (p *reader) wouldSee(add dealmap.AddPlace) bool {
	terr, err := territories()
	if err != nil {
		p.m.t.Fatal(err)
	}
	chain, _ := terr.Chain(dealmap.TerritoryCode("com:" + add.Facts.Commune))
	_, ok := p.scope.See(&dealmap.Place{ID: add.ID, Status: add.Status, Facts: add.Facts, Territories: chain})
	return ok
}

func (p *reader) identify(r *http.Request) {
	if p.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+p.bearer)
		return
	}
	r.Header.Set("Cookie", p.cookie)
}

// ask sends one request to a handler and returns all of the answer: status, headers and body, less what differs from one answer
// to the next of itself.
func (p *reader) ask(handler http.Handler, q request) string {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(q.method, q.path, bytes.NewReader([]byte(q.body)))
	p.identify(r)
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.match != "" {
		r.Header.Set("If-Match", q.match)
	}
	handler.ServeHTTP(w, r)
	if w.Code == http.StatusOK {
		answered.Store(q.kind(), true)
		answered.Store(w.Header().Get("Content-Type"), true)
	}
	var text bytes.Buffer
	fmt.Fprintln(&text, w.Code)
	for name := range w.Header() {
		if name == "Etag" || name == "Link" || name == "Content-Type" || name == "Location" || name == "Cache-Control" || name == "Content-Disposition" ||
			name == "Dealmap-Left-Out" || name == "Dealmap-Exported" || name == "Retry-After" {
			fmt.Fprintln(&text, name, w.Header()[name])
		}
	}
	lines := bytes.Split(bytes.TrimSpace(text.Bytes()), []byte("\n"))
	slices.SortFunc(lines, bytes.Compare)
	body := w.Body.String()
	switch w.Header().Get("Content-Type") { // what is not text says the same in other bytes at another time
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		body = archiveText(p.m.t, w.Body.Bytes())
	case "application/geopackage+sqlite3":
		body = databaseText(p.m.t, w.Body.Bytes())
	}
	return lasting(string(bytes.Join(lines, []byte("\n"))) + "\n" + body)
}

// varying are the numbers of answers, moments of reading, and sealed cursors: what they begin with, and the letters that end them, the last
// of which goes with them where it closes. They are found without regular expressions, which took most of the time of these tests.
var varying = []struct {
	begin, ends string
	closes      bool
}{
	{begin: "urn:dealmap:request:", ends: "\"\\ <>,;&\r\n"}, {begin: `"at":"`, ends: `"`, closes: true}, {begin: "cursor=", ends: `&"\>`},
	{begin: `"expires_at":"`, ends: `"`, closes: true}, {begin: "/CreationDate (D:", ends: ")", closes: true},
	{begin: "/ModDate (D:", ends: ")", closes: true}, {begin: "exporté le ", ends: ",;\"\r\n"}, {begin: `"exported_at":"`, ends: `"`, closes: true},
	{begin: `"milliseconds":`, ends: ",}"},
}

// lasting returns an answer without what varies.
func lasting(answer string) string {
	for _, v := range varying {
		var kept strings.Builder
		rest := answer
		for {
			before, after, found := strings.Cut(rest, v.begin)
			if !found {
				break
			}
			kept.WriteString(before)
			end := strings.IndexAny(after, v.ends)
			switch {
			case end < 0:
				end = len(after)
			case v.closes:
				end++
			}
			rest = after[end:]
		}
		if kept.Len() > 0 || len(rest) < len(answer) {
			kept.WriteString(rest)
			answer = kept.String()
		}
	}
	return answer
}

// countingRequests are all numbers about territories, on one map of eight; on the others some of them, because there are hundreds of maps.
func (p *reader) countingRequests() (paths []string) {
	if !p.m.files {
		at := "/api/v1/territories/" + []string{"dep:13", "com:13055", "zone:sud", "fr"}[p.m.places[0][1]%4]
		return []string{at + "/statistics?months=3&since=2026-11-20", at + "/statistics?as_of=2026-11-22&product=crack&since=none", at + "/heat?weight=intensity", at + "/heat?mode=parts"}
	}
	for _, code := range []string{"dep:13", "com:13055", "dep:69", "reg:93", "zone:sud", "fr"} {
		at := "/api/v1/territories/" + code
		paths = append(paths, at+"/statistics", at+"/statistics?months=3&since=2026-11-20&product=crack", at+"/statistics?as_of=2026-11-22&since=none",
			at+"/statistics?audience=wider&status=active,closed&service=PN", at+"/heat", at+"/heat?mode=parts&kind=four,drive", at+"/heat?audience=wider", at+"/heat?weight=intensity&product=crack&as_of=2026-11-22")
		if code != "fr" {
			paths = append(paths, at+"/heat?mode=density")
		}
	}
	paths = append(paths, "/api/v1/territories/dep:13/hotspots?units=cells&status=active,disrupted,closed,reported&kind=street,four,drive,delivery&permutations=99",
		"/api/v1/territories/fr/heat?cell=32000")
	if p.m.files {
		paths = append(paths, "/api/v1/territories/dep:13/report.pdf", "/api/v1/territories/dep:13/report.xlsx?audience=wider", "/api/v1/territories/zone:sud/report.xlsx")
	}
	return paths
}

// request is one way to read the map, or to be refused.
type request struct{ method, path, body, match string }

// requests are every output that the contract offers to a person, and every call on places that are hidden.
func (p *reader) requests(seen, hidden []dealmap.ID) []request {
	var list []request
	get := func(paths ...string) {
		for _, path := range paths {
			list = append(list, request{method: http.MethodGet, path: path})
		}
	}
	filters := []string{"", "status=active", "status=closed,disrupted", "product=crack", "service=PN", "territory=com:13055", "territory=zone:sud", "network=R-13-7KQ",
		"q=secr%C3%A8te", "confirmed_after=2026-11-01", "kind=four,drive", "due=true",
		"due=true&as_of=2026-11-22"}
	for _, f := range filters {
		get("/api/v1/deal-points?limit=1000&"+f, "/api/v1/deal-points/counts?"+f)
	}
	for _, f := range []string{"", "status=active", "product=crack", "kind=stash_flat", "territory=zone:sud", "q=secr%C3%A8te", "due=true", "as_of=2026-11-22"} {
		get("/api/v1/sites?limit=1000&"+f, "/api/v1/sites/counts?"+f)
	}
	get("/api/v1/sites?limit=3", "/api/v1/sites?limit=1000&bbox=5,43,6,44", "/api/v1/sites?near=5.38,43.3&radius=3000", "/api/v1/sites/counts?bbox=-5,41,10,51",
		"/api/v1/sites/counts?near=5.38,43.3&radius=3000", "/api/v1/nearest?lon=5.38&lat=43.3&limit=50&layer=sites")
	get("/api/v1/deal-points?limit=1000&properties=", "/api/v1/deal-points?limit=1000&properties=name,closing,withheld", "/api/v1/sites?limit=1000&properties=owner,note,because",
		"/api/v1/nearest?lon=5.38&lat=43.3&limit=50&properties=distance")
	get("/api/v1/deal-points?limit=3", "/api/v1/deal-points?limit=1000&bbox=5,43,6,44", "/api/v1/deal-points?near=5.38,43.3&radius=3000",
		"/api/v1/deal-points/counts?bbox=-5,41,10,51", "/api/v1/deal-points/counts?near=5.38,43.3&radius=3000",
		"/api/v1/nearest?lon=5.38&lat=43.3&limit=50", "/api/v1/search?q=secr%C3%A8te", "/api/v1/search?q=tour", "/api/v1/me", "/api/v1/vocabulary",
		"/api/v1/reports", "/api/v1/tokens", "/api/v1/policy", "/tiles/map.json", "/api/v1/territories/dep:13", "/api/v1/territories/dep:13/offences")
	get("/api/v1/patrols?territory=dep:13&date=2026-11-28&from=14:00&until=22:00&limit=100", "/api/v1/patrols?territory=fr&date=2026-11-23&from=00:00&until=24:00&limit=3",
		"/api/v1/patrols?territory=com:13055&date=2026-11-27&from=20:00&until=23:30&product=crack&kind=four,drive")
	get(p.countingRequests()...)
	for _, tile := range []string{"0/0/0", "5/16/11", "8/131/93", "9/263/187", "9/262/182", "11/1054/750", "12/2109/1500", "14/8437/5990"} {
		get("/tiles/deal_points,clusters/"+tile+".mvt", "/tiles/clusters/"+tile+".mvt?status=active&product=crack", "/tiles/clusters/"+tile+".mvt?q=secr%C3%A8te",
			"/tiles/deal_points,clusters/"+tile+".mvt?due=true", "/tiles/sites/"+tile+".mvt", "/tiles/links/"+tile+".mvt", "/tiles/links,deal_points/"+tile+".mvt?network=R-13-7KQ&link_kind=supplies,rival", "/tiles/sites,deal_points/"+tile+".mvt?status=active", "/tiles/heat/"+tile+".mvt?product=crack&kind=four,street")
	}
	const past = "as_of=2026-11-23T08:59:59Z"
	get("/tiles/sites,deal_points,clusters/9?tiles=263/187,262/182", "/tiles/links,deal_points/9?tiles=263/187,262/182&status=active&"+past)
	get("/api/v1/deal-points?limit=1000&"+past, "/api/v1/deal-points/counts?"+past, "/tiles/deal_points,clusters/9/263/187.mvt?"+past, "/api/v1/sites?limit=1000&"+past, "/tiles/sites/9/263/187.mvt?"+past, "/tiles/links/9/263/187.mvt?"+past, "/tiles/links/6/32/23.mvt", "/tiles/links/8/131/93.mvt?means=road", "/tiles/heat/9/263/187.mvt?as_of=2026-11-22", "/tiles/heat/9/263/187.mvt?territory=dep:13", "/tiles/heat/6/32/23.mvt")
	post := func(path, body string) { list = append(list, request{method: http.MethodPost, path: path, body: body}) }
	const polygon = `{"type":"Polygon","coordinates":[[[4,43],[6,43],[6,46],[4,46],[4,43]]]}`
	post("/api/v1/within", polygon)
	post("/api/v1/within?layer=sites", polygon)
	formats := []string{"csv", "geojson"}
	if p.m.files {
		formats = append(formats, "xlsx", "gpkg")
	}
	for _, format := range formats {
		post("/api/v1/exports", `{"format":"`+format+`","recipients":["Parquet de Marseille"],"purpose":"essai"}`)
		post("/api/v1/exports?layer=sites", `{"format":"`+format+`","recipients":["Parquet de Marseille"],"purpose":"essai"}`)
	}
	get("/api/v1/duplicates", "/api/v1/duplicates?limit=2", "/api/v1/duplicates?territory=com:13055&least=0", "/api/v1/notices", "/api/v1/imports", "/api/v1/import-fields",
		"/api/v1/import-profiles")
	post("/api/v1/duplicates/accept", `{"threshold":0.5,"dry_run":true}`)
	list = append(list, p.operationRequests()...)
	list = append(list, p.networkRequests(seen, hidden)...)
	for _, id := range seen {
		path := p.m.path(id)
		get(p.m.otherPath(id), path, path+"/history", path+"/sources", path+"/watch?days=30", "/api/v1/operations?place="+id.String())
		for _, other := range append(slices.Clone(hidden), dealmap.ID{0: 0xff, 6: 0x40, 8: 0x80}) {
			post("/api/v1/duplicates/verdicts", `{"a":"`+id.String()+`","b":"`+other.String()+`","verdict":"separate"}`)
			list = append(list, request{http.MethodPost, path + "/merge", `{"with":"` + other.String() + `"}`, `"1"`})
			break
		}
	}
	for _, id := range append(slices.Clone(hidden), dealmap.ID{0: 0xff, 6: 0x40, 8: 0x80}) {
		path := p.m.path(id)
		get(p.m.otherPath(id), path, path+"/history", path+"/sources", path+"/watch", "/api/v1/operations?place="+id.String())
		for _, step := range []struct{ call, body string }{
			{"confirm", `{}`}, {"close", `{"reason":"faded","date":"2026-11-23"}`}, {"reopen", `{}`}, {"steps", `{"status":"active"}`}, {"erase", `{"reason":"retention"}`},
			{"merge", `{"with":"13-AAAAA"}`}, {"split", `{"member":"13-AAAAA"}`},
		} {
			list = append(list, request{http.MethodPost, path + "/" + step.call, step.body, `"1"`})
		}
		list = append(list, request{http.MethodPatch, path, `{"properties":{"name":"Cité"}}`, `"1"`})
	}
	return list
}
