package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// user is a person with a browser.
type user struct {
	w    *world
	http *http.Client
}

// answer is a response that has been read and found to follow the contract.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

func (w *world) anonymous() *user {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &user{w: w, http: &http.Client{Jar: jar, Transport: transport, Timeout: 20 * time.Second}}
}

func (w *world) as(name string) *user {
	w.t.Helper()
	u := w.anonymous()
	u.post("/api/v1/session", signIn(name, password)).want(http.StatusCreated)
	return u
}

func signIn(name, password string) map[string]any {
	return map[string]any{"username": name, "password": password, "motive": "essai de la carte", "case": "PV 2026/12"}
}

type header map[string]string

func (u *user) get(path string, headers ...header) *answer {
	u.w.t.Helper()
	return u.send(http.MethodGet, path, nil, headers...)
}

func (u *user) post(path string, body any, headers ...header) *answer {
	u.w.t.Helper()
	return u.send(http.MethodPost, path, body, headers...)
}

func (u *user) patch(path, etag string, body any) *answer {
	u.w.t.Helper()
	return u.send(http.MethodPatch, path, body, header{"If-Match": etag, "Content-Type": "application/merge-patch+json"})
}

// send sends a body (bytes and text as they are, anything else as JSON) and checks the answer against the contract.
func (u *user) send(method, path string, body any, headers ...header) *answer {
	u.w.t.Helper()
	var data []byte
	switch b := body.(type) {
	case nil:
	case string:
		data = []byte(b)
	case []byte:
		data = b
	default:
		var err error
		if data, err = json.Marshal(body); err != nil {
			u.w.t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(u.w.t.Context(), method, u.w.http.URL+path, bytes.NewReader(data))
	if err != nil {
		u.w.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		for name, value := range h {
			r.Header.Set(name, value)
		}
	}
	response, err := u.http.Do(r)
	if err != nil {
		u.w.t.Fatal(err)
	}
	defer response.Body.Close()
	a := &answer{t: u.w.t, status: response.StatusCode, header: response.Header}
	if a.body, err = io.ReadAll(response.Body); err != nil {
		u.w.t.Fatal(err)
	}
	if err := followsContract(r, a); err != nil {
		u.w.t.Errorf("%s %s: the answer (%d) does not follow the contract: %v\n%.400s", method, path, a.status, err, a.body)
	}
	return a
}

func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("got %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// problem checks that the answer is a problem of a type, and returns the names of the fields concerned.
func (a *answer) problem(status int, kind string) []string {
	a.t.Helper()
	a.want(status)
	var p struct {
		Type, Title, Detail, Instance string
		Errors                        []struct{ Field, Message string }
	}
	a.json(&p)
	if p.Type != "urn:dealmap:problem:"+kind || p.Title == "" || p.Instance == "" {
		a.t.Fatalf("got %s, want %s: %s", p.Type, kind, a.body)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Errorf("Content-Type %q", got)
	}
	var fields []string
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
	}
	return fields
}

func (a *answer) json(into any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
}

// point is a deal point as a client reads it.
type point struct {
	ID       string `json:"id"`
	Geometry *struct {
		Coordinates []float64 `json:"coordinates"`
	} `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

func (a *answer) point() point {
	a.t.Helper()
	var p point
	a.json(&p)
	return p
}

type collection struct {
	Features       []point `json:"features"`
	NumberReturned int     `json:"numberReturned"`
	Next           string  `json:"next"`
}

func (a *answer) collection() collection {
	a.t.Helper()
	var c collection
	a.want(http.StatusOK).json(&c)
	if c.NumberReturned != len(c.Features) {
		a.t.Errorf("numberReturned %d, %d features", c.NumberReturned, len(c.Features))
	}
	return c
}

func (c collection) references() []string {
	var list []string
	for _, f := range c.Features {
		list = append(list, fmt.Sprint(f.Properties["reference"]))
	}
	return list
}

// followsContract checks an answer against openapi.yaml. What is outside the contract passes.
func followsContract(r *http.Request, a *answer) error {
	router, err := contract()
	if err != nil {
		return err
	}
	route, parameters, err := router.FindRoute(r)
	if err != nil || a.header.Get("Content-Encoding") != "" || a.status == http.StatusNotModified {
		return nil
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header,
	}
	input.SetBodyBytes(a.body)
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		return errors.New(strings.SplitN(err.Error(), "\nSchema:", 2)[0])
	}
	return nil
}
