package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// The identity provider of the tests is a certified OpenID Connect implementation's server, built from its own module and run
// as a process of its own. It is no dependency of dealmap.
const (
	idpPackage = "github.com/zitadel/oidc/v3/example/server"
	idpVersion = "v3.51.17"
)

// unreachable are the go command's words for a module proxy that cannot be reached.
var unreachable = regexp.MustCompile(`dial tcp|no such host|connection refused|i/o timeout|network is unreachable|GOPROXY=off`)

// idpBinary builds the identity provider once for all tests of this machine.
var idpBinary = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	folder := filepath.Join(cache, "dealmap-tests")
	binary := filepath.Join(folder, fmt.Sprintf("idp-%s-%s", idpVersion, runtime.Version()))
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	into, err := os.MkdirTemp(folder, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(into)
	build := exec.Command("go", "install", idpPackage+"@"+idpVersion)
	build.Dir = into // its versions are its own, not those of dealmap's go.mod
	build.Env = append(os.Environ(), "GOBIN="+into, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return binary, os.Rename(filepath.Join(into, filepath.Base(idpPackage)), binary)
})

// idp is a running identity provider.
type idp struct {
	t      *testing.T
	issuer string
	start  func()
	stop   func()
}

// idpPassword is that of everyone whom the identity provider knows.
const idpPassword = "le mot de passe du ministère"

// startIDP starts an identity provider that knows some people, by their lasting identifier and their login name, and sends
// browsers back to one address.
func startIDP(t *testing.T, people map[string]string, redirect string) *idp {
	t.Helper()
	binary, err := idpBinary()
	if err != nil && unreachable.MatchString(err.Error()) {
		t.Skipf("the identity provider cannot be built, the module proxy is out of reach: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	users := map[string]map[string]string{}
	for id, login := range people {
		users[id] = map[string]string{"ID": id, "Username": login, "Password": idpPassword, "FirstName": login, "Email": "same@example.org"}
	}
	list, err := json.Marshal(users)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "users.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	p := &idp{t: t, issuer: "http://localhost:" + port + "/"}
	var running *exec.Cmd
	var log bytes.Buffer
	p.start = func() {
		running = exec.Command(binary)
		running.Env = append(os.Environ(), "PORT="+port, "USERS_FILE="+file, "REDIRECT_URI="+redirect)
		running.Stdout, running.Stderr = &log, &log
		if err := running.Start(); err != nil {
			t.Fatal(err)
		}
		for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			response, err := http.Get(p.issuer + ".well-known/openid-configuration")
			if err == nil {
				response.Body.Close()
			}
			if err == nil && response.StatusCode == http.StatusOK {
				return
			}
			if time.Since(began) > 20*time.Second {
				p.stop()
				t.Fatalf("the identity provider does not answer: %v\n%s", err, &log)
			}
		}
	}
	p.stop = func() {
		if running != nil {
			running.Process.Kill()
			running.Wait()
			running = nil
		}
	}
	p.start()
	t.Cleanup(p.stop)
	return p
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// stranger is a browser that nobody has signed in with. It follows no redirections by itself.
func (p *process) stranger() *browser {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &browser{t: p.t, base: p.base, http: &http.Client{Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// visit makes a request as a browser's address bar would, and returns where it leads (empty: nowhere), status and body.
func (b *browser) visit(method, address string, form url.Values) (to string, status int, body string) {
	b.t.Helper()
	var content io.Reader
	if form != nil {
		content = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequest(method, address, content)
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.http.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if next, err := response.Location(); err == nil {
		to = next.String()
	} else if !errors.Is(err, http.ErrNoLocation) {
		b.t.Fatal(err)
	}
	return to, response.StatusCode, string(data)
}

// goThrough walks from dealmap's button through the identity provider's form, and returns the address that the provider sends
// the browser back to.
func (b *browser) goThrough(p *idp, login string) (callback string) {
	b.t.Helper()
	address, status, body := b.visit("GET", b.base+"/auth/oidc/login", nil)
	if status != http.StatusFound || !strings.HasPrefix(address, p.issuer) {
		b.t.Fatalf("login: %d to %q: %s", status, address, body)
	}
	asked, err := url.Parse(address)
	if err != nil {
		b.t.Fatal(err)
	}
	for name, least := range map[string]int{"state": 20, "nonce": 20, "code_challenge": 43, "code_challenge_method": 4} {
		if got := asked.Query().Get(name); len(got) < least {
			b.t.Errorf("the identity provider is asked with %s=%q", name, got)
		}
	}
	page, status, body := b.visit("GET", address, nil)
	if status != http.StatusFound {
		b.t.Fatalf("the identity provider: %d %s", status, body)
	}
	form, err := url.Parse(page)
	if err != nil {
		b.t.Fatal(err)
	}
	next, status, body := b.visit("POST", p.issuer+"login/username",
		url.Values{"id": {form.Query().Get("authRequestID")}, "username": {login}, "password": {idpPassword}})
	if status != http.StatusFound {
		b.t.Fatalf("the identity provider's form: %d %s", status, body)
	}
	callback, status, body = b.visit("GET", next, nil)
	if status != http.StatusFound || !strings.HasPrefix(callback, b.base+"/auth/oidc/callback?") {
		b.t.Fatalf("after the form: %d to %q: %s", status, callback, body)
	}
	return callback
}
