package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be dealmap itself, so that whole processes can be started and killed without a build.
func TestMain(m *testing.M) {
	if os.Getenv("DEALMAP_TEST_MAIN") != "" {
		os.Unsetenv("DEALMAP_TEST_MAIN")
		main()
		return
	}
	status := m.Run()
	if plainFolder != "" {
		os.RemoveAll(plainFolder)
	}
	os.Exit(status)
}

// shared returns the path of real data beside the project, or skips.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real data are absent: %v", err)
	}
	return path
}

// command runs one dealmap command in a process of its own and returns what it wrote and its exit status.
func command(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return commandWithInput(t, "", args...)
}

func commandWithInput(t *testing.T, input string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return commandWithin(t, 12*time.Minute, input, args...)
}

// commandWithin kills a command that takes too long, such as a server that should not have started.
func commandWithin(t *testing.T, most time.Duration, input string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	cmd := exec.CommandContext(ctx, program(t), args...)
	cmd.Env = append(os.Environ(), "DEALMAP_TEST_MAIN=1")
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// process is a running server.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	done chan struct{}
	errs *bytes.Buffer
}

// serve starts a server on a free port over a data folder and waits until it says where it listens.
func serve(t *testing.T, data string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(program(t), append([]string{"serve", "--data", data, "--listen", "localhost:0", "--metrics", "", "--quiet"}, args...)...)
	cmd.Env = append(os.Environ(), "DEALMAP_TEST_MAIN=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, done: make(chan struct{}), errs: &bytes.Buffer{}}
	cmd.Stderr = p.errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		defer close(p.done)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, base, ok := strings.Cut(lines.Text(), "dealmap sert la carte à "); ok {
				found <- base
			}
		}
		cmd.Wait()
	}()
	select {
	case p.base = <-found:
	case <-p.done:
		t.Fatalf("the server did not start: %s", p.errs)
	case <-time.After(4 * time.Minute): // a demonstration is made at the first start, under the race detector on a busy machine
		cmd.Process.Kill()
		<-p.done
		t.Fatalf("the server did not start in time: %s", p.errs)
	}
	t.Cleanup(p.kill)
	return p
}

// kill ends the process as a power cut would, without a chance to tidy up.
func (p *process) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.done
}

// stop asks the process to end and waits for it.
func (p *process) stop() int {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(30 * time.Second):
		p.t.Error("the server did not stop when asked")
		p.kill()
	}
	return p.cmd.ProcessState.ExitCode()
}

// browser is one signed-in person.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
	etag string // of the last answer
}

func (p *process) as(username string) *browser {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	b := &browser{t: p.t, base: p.base, http: &http.Client{Jar: jar, Timeout: time.Minute}}
	status, body := b.send("POST", "/api/v1/session", map[string]any{"username": username, "password": "demonstration", "motive": "enquête"}, nil)
	if status != http.StatusCreated {
		p.t.Fatalf("sign in as %s: %d %s", username, status, body)
	}
	return b
}

// send makes one request and returns status and body. A []byte body is sent as it is.
func (b *browser) send(method, path string, body any, header map[string]string) (int, []byte) {
	b.t.Helper()
	status, data, err := b.try(method, path, body, header)
	if err != nil {
		b.t.Fatal(err)
	}
	return status, data
}

func (b *browser) try(method, path string, body any, header map[string]string) (int, []byte, error) {
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case []byte:
		reader = bytes.NewReader(body)
	default:
		data, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequest(method, b.base+path, reader)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := b.http.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	b.etag = response.Header.Get("ETag")
	return response.StatusCode, data, err
}

// feature is what the tests look at of a deal point.
type feature struct {
	ID       string `json:"id"`
	Geometry *struct {
		Coordinates [2]float64 `json:"coordinates"`
	} `json:"geometry"`
	Properties struct {
		Reference string `json:"reference"`
		Name      string `json:"name"`
		Status    string `json:"status"`
		Revision  int    `json:"revision"`
	} `json:"properties"`
}

// get decodes an answer that must be 200.
func get[T any](b *browser, path string) T {
	b.t.Helper()
	status, body := b.send("GET", path, nil, nil)
	if status != http.StatusOK {
		b.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		b.t.Fatalf("GET %s: %v", path, err)
	}
	return v
}

// list follows every page of a list.
func (b *browser) list(query url.Values) []feature {
	b.t.Helper()
	var all []feature
	next := "/api/v1/deal-points?" + query.Encode()
	for next != "" {
		page := get[struct {
			Features []feature `json:"features"`
			Next     string    `json:"next"`
			Links    []struct {
				Rel, Href string
			} `json:"links"`
		}](b, next)
		all = append(all, page.Features...)
		next = page.Next
		for _, link := range page.Links {
			if link.Rel == "next" {
				next = link.Href
			}
		}
		next = strings.TrimPrefix(next, b.base)
	}
	return all
}

func (b *browser) add(name string, lon, lat float64) feature {
	b.t.Helper()
	status, body := b.send("POST", "/api/v1/deal-points", newPoint(name, lon, lat), nil)
	if status != http.StatusCreated {
		b.t.Fatalf("add %s: %d %s", name, status, body)
	}
	var f feature
	if err := json.Unmarshal(body, &f); err != nil {
		b.t.Fatal(err)
	}
	return f
}

func newPoint(name string, lon, lat float64) map[string]any {
	return map[string]any{
		"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{lon, lat}},
		"properties": map[string]any{"kind": "street", "status": "active", "name": name, "accuracy": "street", "products": []string{"cannabis"}},
	}
}
