package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// TestUserCommandsWhileTheServerRuns gives a person an account, a new password and the end of the grant, by commands, all while
// the server serves.
func TestUserCommandsWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	// A folder so deep that its socket's path does not fit into a socket's address.
	data := filepath.Join(t.TempDir(), strings.Repeat("dossier-profond/", 10), "données")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	p := serve(t, data, "--demo", "--places", "30")
	if info, err := os.Stat(filepath.Join(data, socketFile)); err != nil || info.Mode().Perm() != 0o600 || info.Mode().Type() != os.ModeSocket {
		t.Errorf("the socket: %v %v", info, err)
	}
	add := []string{"user", "add", "nouveau", "--role", "investigator", "--service", "PN", "--unit", "SR", "--data", data}
	if out, errs, status := commandWithInput(t, "demonstration\n", add...); status != 0 || !strings.Contains(out, "nouveau créé") {
		t.Fatalf("user add: %d %s%s", status, out, errs)
	}
	if out, errs, status := commandWithInput(t, "demonstration\n", add...); status != 1 || !strings.Contains(errs, "déjà une habilitation") {
		t.Errorf("user add again: %d %s%s", status, out, errs)
	}
	before := p.as("nouveau")
	if out, errs, status := commandWithInput(t, "une autre phrase de passe\n", "user", "password", "nouveau", "--data", data); status != 0 {
		t.Errorf("user password: %d %s%s", status, out, errs)
	}
	if status, body := before.send("GET", "/api/v1/me", nil, nil); status != http.StatusUnauthorized {
		t.Errorf("a session opened with the old password: %d %s", status, body)
	}
	stranger := &browser{t: t, base: p.base, http: &http.Client{}}
	if status, _ := stranger.send("POST", "/api/v1/session", map[string]any{"username": "nouveau", "password": "demonstration", "motive": "enquête"}, nil); status != http.StatusUnauthorized {
		t.Errorf("the old password: %d", status)
	}
	if out, errs, status := command(t, "user", "list", "--data", data); status != 0 || !strings.Contains(out, "nouveau") {
		t.Errorf("user list: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "user", "password", "personne", "--data", data); status != 1 || !strings.Contains(errs, "n’existe pas") {
		t.Errorf("password of nobody: %d %s%s", status, out, errs)
	}
	list := filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(list, []byte("nom;x;y\nPassage du Lavoir;5.37;43.3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, status := command(t, "import", list, "--map", "x=x,y=y,name=nom", "--data", data); status != 1 || !strings.Contains(errs, "un serveur est en marche") {
		t.Errorf("import beside a server: %d %s", status, errs)
	}
	if _, errs, status := command(t, "seed", "--data", data); status != 1 || !strings.Contains(errs, "un serveur est en marche") {
		t.Errorf("seed beside a server: %d %s", status, errs)
	}
	if p.stop() != 0 {
		t.Errorf("stop: %s", p.errs)
	}
	if _, err := os.Stat(filepath.Join(data, socketFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
	if out, errs, status := command(t, "user", "end", "nouveau", "--data", data); status != 0 || !strings.Contains(out, "1 habilitation") {
		t.Errorf("user end without a server: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "user", "list", "--data", data); status != 0 || strings.Count(out, "terminée") != 1 {
		t.Errorf("user list afterwards: %d %s%s", status, out, errs)
	}
}

// TestEndingAGrantIsInstant: within a second of the command's end the stream has ended and nothing is answered any more.
func TestEndingAGrantIsInstant(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, "--demo", "--places", "30")
	gn := p.as("gn")
	ended := gn.untilStreamEnds()
	if out, errs, status := command(t, "user", "end", "gn", "--data", data); status != 0 {
		t.Fatalf("user end: %d %s%s", status, out, errs)
	}
	revoked := time.Now()
	for _, path := range []string{"/api/v1/deal-points", "/tiles/deal_points/12/2109/1496.mvt"} {
		if status, body := gn.send("GET", path, nil, nil); status != http.StatusUnauthorized && status != http.StatusForbidden {
			t.Errorf("%s after the end: %d %s", path, status, body)
		}
	}
	select {
	case at := <-ended:
		t.Logf("the stream ended %v after the command", at.Sub(revoked).Round(time.Millisecond))
		if at.Sub(revoked) > time.Second {
			t.Errorf("the stream lived on for %v", at.Sub(revoked))
		}
	case <-time.After(5 * time.Second):
		t.Error("the stream lives on")
	}
	if status, _ := gn.send("POST", "/api/v1/session", map[string]any{"username": "gn", "password": "demonstration", "motive": "enquête"}, nil); status < 400 {
		t.Errorf("signing in after the end: %d", status)
	}
}

// untilStreamEnds opens the live stream and tells when it has ended.
func (b *browser) untilStreamEnds() <-chan time.Time {
	b.t.Helper()
	response, err := (&http.Client{Jar: b.http.Jar}).Get(b.base + "/api/v1/changes")
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { response.Body.Close() })
	lines := bufio.NewReader(response.Body)
	if line, err := lines.ReadString('\n'); err != nil || response.StatusCode != http.StatusOK {
		b.t.Fatalf("live stream: %d %q %v", response.StatusCode, line, err)
	}
	ended := make(chan time.Time, 1)
	go func() {
		io.Copy(io.Discard, lines)
		ended <- time.Now()
	}()
	return ended
}

// TestASocketLeftByAKilledServer is no server: commands open the files, and the next server takes its place.
func TestASocketLeftByAKilledServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	serve(t, data, "--demo", "--places", "10").kill()
	if _, err := os.Stat(filepath.Join(data, socketFile)); err != nil {
		t.Fatalf("a killed server leaves its socket: %v", err)
	}
	if out, errs, status := command(t, "user", "list", "--data", data); status != 0 || !strings.Contains(out, "cross13") {
		t.Errorf("user list on the files: %d %s%s", status, out, errs)
	}
	serve(t, data, "--demo")
	if out, errs, status := command(t, "user", "end", "pn", "--data", data); status != 0 {
		t.Errorf("user end through the new socket: %d %s%s", status, out, errs)
	}
	left, err := filepath.Glob(filepath.Join(data, ".console-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the folder: %v %v", left, err)
	}
}

// TestConsoleRefusals sends a server what it must not take.
func TestConsoleRefusals(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, "--demo", "--places", "10")
	ctx := t.Context()
	quiet := func(uint64, uint64, string) {}
	_, err := send(ctx, data, letter{Order: "sellEverything", Arguments: json.RawMessage("{}")}, quiet)
	if err == nil || !strings.Contains(err.Error(), "autre version") {
		t.Errorf("unknown order: %v", err)
	}
	_, err = send(ctx, data, letter{Order: "endGrants", Arguments: json.RawMessage(`{"subject":"pn","also":"all"}`)}, quiet)
	if err == nil || !strings.Contains(err.Error(), "ordre illisible") {
		t.Errorf("unknown argument: %v", err)
	}
	// The kind of an error of the domain survives the way.
	c := &console{data: data, bars: newBars(&Globals{Quiet: true}, &output{stderr: io.Discard})}
	_, err = give(ctx, c, giveAccount{Grant: dealmap.Grant{Subject: "x", Name: "x", Role: "king"}, Password: "une phrase de passe"})
	if dealmap.KindOf(err) != dealmap.KindInvalid || !strings.Contains(err.Error(), "king") {
		t.Errorf("unknown role: %v of kind %q", err, dealmap.KindOf(err))
	}
	conn, err := dialConsole(data)
	if err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte("not an order\n"))
	if answer, err := io.ReadAll(conn); err != nil || len(answer) > 0 {
		t.Errorf("rubbish is answered %q, %v", answer, err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := send(cancelled, data, letter{Order: "listGrants", Arguments: json.RawMessage("{}")}, quiet); err == nil {
		t.Error("an order that nobody waits for is answered")
	}
	p.as("pn") // the server is none the worse
}

// TestAnotherProgramsSocket: something else at the socket's place is not taken for a server.
func TestAnotherProgramsSocket(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(data, socketFile))
	if err != nil {
		t.Skipf("the temporary folder's path is too long for a socket: %v", err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	if out, errs, status := command(t, "user", "list", "--data", data); status != 1 || !strings.Contains(errs, "serveur") {
		t.Errorf("%d %s%s", status, out, errs)
	}
}
