package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	account  = "torture"
	password = "une phrase de passe" // of everything and everybody here
)

// jar keeps cookies as a browser does to which all nodes are one site, behind a balancer that ends TLS.
type jar struct {
	mu      sync.Mutex
	cookies map[string]string // by name
}

// SetCookies implements http.CookieJar.
func (j *jar) SetCookies(_ *url.URL, cookies []*http.Cookie) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range cookies {
		if c.MaxAge < 0 {
			delete(j.cookies, c.Name)
			continue
		}
		j.cookies[c.Name] = c.Value
	}
}

// Cookies implements http.CookieJar.
func (j *jar) Cookies(*url.URL) []*http.Cookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []*http.Cookie
	for name, value := range j.cookies {
		all = append(all, &http.Cookie{Name: name, Value: value})
	}
	return all
}

// person is one signed-in client, who may turn to any node.
type person struct {
	http *http.Client
	jar  *jar
}

// answer is what came back.
type answer struct {
	status int
	body   []byte
	header http.Header
}

// newPerson has no session yet. An answer that takes longer than patience is none.
func newPerson(patience time.Duration) *person {
	j := &jar{cookies: map[string]string{}}
	return &person{&http.Client{
		Timeout: patience, Jar: j, Transport: &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 10 * time.Second},
	}, j}
}

// another is the same session in another browser: an account may not sign in as often as there are clients here.
func (p *person) another(patience time.Duration) *person {
	other := newPerson(patience)
	p.jar.mu.Lock()
	defer p.jar.mu.Unlock()
	maps.Copy(other.jar.cookies, p.jar.cookies)
	return other
}

func (p *person) send(ctx context.Context, method, address string, body any, header map[string]string) (answer, error) {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, reader)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := p.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, data, response.Header}, err
}

// signIn begins a session at a node; the others know it within a moment.
func (p *person) signIn(ctx context.Context, base string) error {
	got, err := p.send(ctx, http.MethodPost, base+"/api/v1/session", map[string]string{"username": account, "password": password, "motive": "mesure"}, nil)
	if err != nil {
		return err
	}
	if got.status != http.StatusCreated {
		return fmt.Errorf("sign in at %s: %d %s", base, got.status, got.body)
	}
	return nil
}

// known reports whether a node knows the person's session.
func (p *person) known(ctx context.Context, base string) error {
	got, err := p.send(ctx, http.MethodGet, base+"/api/v1/me", nil, nil)
	if err == nil && got.status != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", base, got.status, got.problem())
	}
	return err
}

// problem is the type of an answer that is one.
func (a answer) problem() string {
	var p struct{ Type string }
	if json.Unmarshal(a.body, &p) != nil {
		return ""
	}
	return strings.TrimPrefix(p.Type, "urn:dealmap:problem:")
}

// places reads the whole list of places as a node shows it.
func (p *person) places(ctx context.Context, base string) ([]sheet, error) {
	var all []sheet
	for next := base + "/api/v1/deal-points?limit=1000"; next != ""; {
		got, err := p.send(ctx, http.MethodGet, next, nil, nil)
		if err != nil {
			return nil, err
		}
		if got.status != http.StatusOK {
			return nil, fmt.Errorf("%s: %d %s", next, got.status, got.body)
		}
		var page struct {
			Features []json.RawMessage `json:"features"`
			Next     string            `json:"next"`
		}
		if err := json.Unmarshal(got.body, &page); err != nil {
			return nil, err
		}
		for _, raw := range page.Features {
			s := sheet{raw: string(raw)}
			if err := json.Unmarshal(raw, &s); err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		if next = page.Next; strings.HasPrefix(next, "/") {
			next = base + next
		}
	}
	return all, nil
}
