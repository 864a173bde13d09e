package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const password = "une phrase de passe"

// command runs one dealmap command over the bench's data.
func (b *bench) command(input string, args ...string) (string, error) {
	cmd := child(b.ctx, b.binary, append(args, "--data", b.data, "--quiet")...)
	cmd.Stdin = strings.NewReader(input)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%v: %w: %s", args, err, errs.String())
	}
	return out.String(), nil
}

// fill prepares a map without links.
func (b *bench) fill() error { return b.prepare(0) }

// prepare fills the map, with so many links, and makes the accounts: two people of different services.
func (b *bench) prepare(links int) error {
	if err := os.RemoveAll(b.data); err != nil {
		return err
	}
	start := time.Now()
	if _, err := b.command("", "seed", "--places", strconv.Itoa(b.places), "--links", strconv.Itoa(links)); err != nil {
		return err
	}
	b.add(fmt.Sprintf("fill an empty map with %d places", b.places), fmt.Sprintf("%.1f s", time.Since(start).Seconds()), "")
	for _, account := range [][]string{
		{"writer", "--role", "ofast", "--service", "OFAST", "--unit", "Ofast", "--territory", "fr"},
		{"viewer", "--role", "investigator", "--service", "GN", "--unit", "SR Marseille", "--territory", "dep:13"},
	} {
		if _, err := b.command(password+"\n", append([]string{"user", "add"}, account...)...); err != nil {
			return err
		}
	}
	return nil
}

// patient asks whether a server has come up, and does not wait for ever for one that hangs.
var patient = &http.Client{Timeout: 5 * time.Second}

// server is the running program.
type server struct {
	cmd  *exec.Cmd
	base string
}

// start starts the program and returns when it answers that it is ready.
func (b *bench) start(more ...string) (*server, time.Duration, error) {
	began := time.Now()
	arguments := []string{"serve", "--data", b.data, "--listen", "localhost:0", "--metrics", "", "--quiet", "--log-level", "warn"}
	cmd := child(b.ctx, b.binary, append(arguments, more...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, 0, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, base, ok := strings.Cut(lines.Text(), "dealmap sert la carte à "); ok {
			s := &server{cmd: cmd, base: base}
			if err := s.ready(); err != nil {
				return nil, 0, errors.Join(err, s.stop())
			}
			took := time.Since(began)
			go io.Copy(io.Discard, out)
			return s, took, nil
		}
	}
	return nil, 0, errors.Join(errors.New("the server did not start"), cmd.Wait())
}

// ready asks the server whether it is.
func (s *server) ready() error {
	response, err := patient.Get(s.base + "/readyz")
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("readyz: %s", response.Status)
	}
	return nil
}

// stop asks the server to end and waits until it has, also when it ended by itself.
func (s *server) stop() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	return errors.Join(err, s.cmd.Wait())
}

// memory is the memory of the process in MB: its own, and the pages of mapped files, which the system takes back when it
// needs them.
func (s *server) memory() (own, mapped int, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(status)) {
		name, rest, _ := strings.Cut(line, ":")
		into := map[string]*int{"RssAnon": &own, "RssFile": &mapped}[name]
		if into == nil {
			continue
		}
		kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
		if err != nil {
			return 0, 0, err
		}
		*into = kb / 1024
	}
	return own, mapped, nil
}

// person is one client with connections of its own.
type person struct {
	base string
	http *http.Client
}

// stranger is a client that is not signed in.
func stranger(base string) *person {
	return &person{base, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}}}
}

// as is a client that is signed in.
func (s *server) as(username string) (*person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := stranger(s.base)
	p.http.Jar = jar
	_, err = p.send("POST", "/api/v1/session", map[string]string{"username": username, "password": password, "motive": "mesure"}, http.StatusCreated)
	return p, err
}

// send makes a request that must be answered with a status, and returns the body.
func (p *person) send(method, path string, body any, want int) ([]byte, error) {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequest(method, p.base+path, reader)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := p.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != want {
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, data)
	}
	return data, nil
}
