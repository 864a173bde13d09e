package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/mesure5/dealmap"
)

// listOfSecrets describes places where those of random maps lie.
func listOfSecrets() string {
	var b strings.Builder
	b.WriteString("Nom;Adresse;Lon;Lat;Produits;Insee\n")
	for i, town := range towns {
		for k := range 4 {
			fmt.Fprintf(&b, "Tour secrète %d;12 rue des Lilas;%.4f;%.4f;cannabis;%s\n", i+k, town.centre[0]+float64(2*k)*0.007-0.03, town.centre[1]+float64(2*k)*0.007-0.03, town.commune)
		}
	}
	return b.String()
}

// staged hands a list in, has it staged, and returns what the person is shown of its rows and of the places they look like; empty
// for who may hand no list in.
func (p *reader) staged() string {
	if p.bearer != "" || !p.viewer.May(dealmap.ActionImport) {
		return ""
	}
	handler := p.m.server.Handler()
	send := func(method, path, mediaType, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", mediaType)
		p.identify(r)
		handler.ServeHTTP(w, r)
		return w
	}
	var list struct{ ID string }
	if w := send(http.MethodPost, "/api/v1/imports?name=liste.csv", "application/octet-stream", listOfSecrets()); json.Unmarshal(w.Body.Bytes(), &list) != nil || list.ID == "" {
		p.m.t.Fatalf("hand a list in: %d %s", w.Code, w.Body)
	}
	mapping, err := json.Marshal(mapped)
	if err != nil {
		p.m.t.Fatal(err)
	}
	path := "/api/v1/imports/" + list.ID
	if w := send(http.MethodPut, path+"/mapping", "application/json", string(mapping)); w.Code != http.StatusAccepted {
		p.m.t.Fatalf("map a list: %d %s", w.Code, w.Body)
	}
	id, err := dealmap.ParseID(list.ID)
	if err != nil {
		p.m.t.Fatal(err)
	}
	if err := p.m.desk.Wait(p.m.t.Context(), id, nil); err != nil {
		p.m.t.Fatal(err)
	}
	rows := p.ask(handler, request{method: http.MethodGet, path: path + "/rows?limit=1000"})
	counts := p.ask(handler, request{method: http.MethodGet, path: path})
	if w := send(http.MethodDelete, path, "application/json", ""); w.Code != http.StatusNoContent {
		p.m.t.Fatalf("forget a list: %d %s", w.Code, w.Body)
	}
	for _, text := range []*string{&rows, &counts} {
		*text = strings.ReplaceAll(*text, list.ID, "")
	}
	_, counts, _ = strings.Cut(counts, `"counts"`)
	counts, _, _ = strings.Cut(counts, `"created"`)
	return rows + counts
}
