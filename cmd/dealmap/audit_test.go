package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// proveAndCheck has a line proven by the command and checks the proof with nothing but the key.
func proveAndCheck(t *testing.T, data, log string, line int64) lineProof {
	t.Helper()
	out, errs, status := command(t, "audit", "prove", "--log", log, "--line", fmt.Sprint(line), "--data", data)
	if status != 0 {
		t.Fatalf("audit prove: %d %s%s", status, out, errs)
	}
	key, errs, status := command(t, "audit", "key", "--data", data)
	if status != 0 {
		t.Fatalf("audit key: %d %s%s", status, key, errs)
	}
	var p lineProof
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatal(err)
	}
	checkpoint, err := proof.Open([]byte(p.Checkpoint), strings.TrimSpace(key))
	if err != nil {
		t.Fatalf("the checkpoint: %v", err)
	}
	hash := func(text string) tlog.Hash {
		h, err := tlog.ParseHash(text)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	var hashes tlog.RecordProof
	for _, text := range p.Hashes {
		hashes = append(hashes, hash(text))
	}
	if err := tlog.CheckRecord(hashes, checkpoint.Size, checkpoint.Root, line-1, hash(p.Leaf)); err != nil {
		t.Errorf("the proof of line %d: %v", line, err)
	}
	if checkpoint.Origin != "dealmap/"+log || checkpoint.Size != p.Size || checkpoint.Root.String() != p.Root {
		t.Errorf("the checkpoint is %+v, the proof %+v", checkpoint, p)
	}
	return p
}

// TestProofsByCommand attests, proves and verifies while the server runs, and once more when it has stopped.
func TestProofsByCommand(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, "--demo", "--places", "40")
	pn := p.as("pn")
	for range 5 {
		pn.list(nil)
	}
	for _, when := range []string{"running", "stopped"} {
		if when == "stopped" {
			p.stop()
		}
		for _, log := range []string{"journal", "consultations"} {
			proveAndCheck(t, data, log, 2)
		}
		out, errs, status := command(t, "audit", "verify", "--data", data, "--quiet")
		if status != 0 || !strings.Contains(out, "Rien n’a été changé") || !strings.Contains(out, "journal des consultations : ") {
			t.Errorf("%s: verify: %d %s%s", when, status, out, errs)
		}
		out, errs, status = command(t, "audit", "checkpoint", "--data", data)
		if status != 0 || strings.Count(out, "\n— dealmap ") != 2 {
			t.Errorf("%s: checkpoint: %d %s%s", when, status, out, errs)
		}
		for _, args := range [][]string{{"--log", "journal", "--line", "1000000"}, {"--log", "consultations", "--line", "0"}} {
			if out, errs, status := command(t, append([]string{"audit", "prove", "--data", data}, args...)...); status != 1 || !strings.Contains(errs, "va de 1 à ") {
				t.Errorf("%s: prove %v: %d %s%s", when, args, status, out, errs)
			}
		}
	}
	other, _, _ := command(t, "audit", "key", "--data", t.TempDir())
	if out, errs, status := command(t, "audit", "verify", "--data", data, "--quiet", "--key", strings.TrimSpace(other)); status != 1 {
		t.Errorf("verify with the key of another installation: %d %s%s", status, out, errs)
	}
	key, _, _ := command(t, "audit", "key", "--data", data)
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(copied, "secrets.db")); err != nil {
		t.Fatal(err)
	}
	if out, errs, status := command(t, "audit", "verify", "--data", copied, "--quiet", "--key", strings.TrimSpace(key)); status != 0 {
		t.Errorf("verify a copy without its secrets: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "audit", "verify", "--data", copied, "--quiet"); status != 1 || !strings.Contains(errs, "--key") {
		t.Errorf("verify a copy without a key: %d %s%s", status, out, errs)
	}
}

// oldCase is stated in consultations that have been kept long enough.
const oldCase = "vieille-affaire-1987"

// withOldConsultations makes a data folder whose log begins with lines of four years ago.
func withOldConsultations(t *testing.T) string {
	t.Helper()
	data := t.TempDir()
	if out, errs, status := command(t, "seed", "--places", "20", "--data", data, "--quiet"); status != 0 {
		t.Fatalf("seed: %d %s%s", status, out, errs)
	}
	addOfast(t, data)
	log, err := consultations.Open(filepath.Join(data, consultations.FileName))
	if err != nil {
		t.Fatal(err)
	}
	err = log.RecordAll(t.Context(), func(yield func(dealmap.Consultation) bool) {
		for i := range 60 {
			line := dealmap.Consultation{Time: time.Now().AddDate(-4, 0, i), Subject: "parti", Role: dealmap.RoleInvestigator, Motive: "enquête",
				Case: oldCase, Operation: dealmap.OpConsultation, What: dealmap.WhatCounts}
			if i >= 50 {
				line.Time, line.Case = time.Now().AddDate(0, -1, i-60), "récente"
			}
			if !yield(line) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestRetention erases what has been kept for three years, by the command and by the server on its own, with a certificate and
// without breaking a proof.
func TestRetention(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"command", "command beside a server that keeps all", "server"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			data := withOldConsultations(t)
			before := proveAndCheck(t, data, "consultations", 7)
			var p *process
			switch by {
			case "server":
				p = serve(t, data)
			case "command beside a server that keeps all":
				p = serve(t, data, "--consultations-keep", "0")
			}
			certificates := filepath.Join(data, "certificates.txt")
			if by != "server" {
				if _, err := os.Stat(certificates); err == nil {
					t.Error("erased before it was asked for")
				}
				out, errs, status := command(t, "retention", "--data", data)
				if status != 0 || !strings.Contains(out, "50 consultations effacées (lignes 1 à 50") || !strings.Contains(out, "— dealmap ") {
					t.Fatalf("retention: %d %s%s", status, out, errs)
				}
			}
			for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
				if content, err := os.ReadFile(certificates); err == nil && bytes.Contains(content, []byte("lines=1-50\n")) {
					break
				}
				if time.Since(began) > 20*time.Second {
					t.Fatalf("no certificate: %v", p.errs)
				}
			}
			out, errs, status := command(t, "audit", "verify", "--data", data, "--quiet")
			if status != 0 || !strings.Contains(out, "dont effacées 50") {
				t.Errorf("verify: %d %s%s", status, out, errs)
			}
			if after := proveAndCheck(t, data, "consultations", 7); after.Leaf != before.Leaf {
				t.Error("the leaf of an erased line has changed")
			}
			if out, errs, status = command(t, "retention", "--data", data); status != 0 || !strings.Contains(out, "rien à effacer") {
				t.Errorf("retention again: %d %s%s", status, out, errs)
			}
			if p != nil {
				p.stop()
			}
			for _, name := range []string{"consultations.db", "consultations.index.db"} {
				content, err := os.ReadFile(filepath.Join(data, name))
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(content, []byte(oldCase)) {
					t.Errorf("%s still holds what was erased", name)
				}
			}
		})
	}
	for _, args := range [][]string{{"retention", "--consultations-keep", "0"}, {"retention", "--consultations-keep=-3"}, {"serve", "--consultations-keep=-3"}} {
		if out, errs, status := command(t, append(args, "--data", t.TempDir())...); status != 1 || !strings.Contains(errs, "--consultations-keep") {
			t.Errorf("%v: %d %s%s", args, status, out, errs)
		}
	}
}

// TestSecretsThatWereLost: beside a journal with entries no new secrets are made, nor those of another map taken.
func TestSecretsThatWereLost(t *testing.T) {
	t.Parallel()
	data, other := t.TempDir(), t.TempDir()
	for _, folder := range []string{data, other} {
		serve(t, folder, "--demo", "--places", "10").stop()
	}
	secret := filepath.Join(data, "secrets.db")
	if err := os.Remove(secret); err != nil {
		t.Fatal(err)
	}
	args := []string{"serve", "--demo", "--data", data, "--listen", "localhost:0", "--metrics", "", "--quiet"}
	if out, errs, status := commandWithin(t, 20*time.Second, "", args...); status != 1 || !strings.Contains(errs, "le fichier des secrets manque") {
		t.Errorf("without secrets: %d %s%s", status, out, errs)
	}
	if _, err := os.Stat(secret); err == nil {
		t.Error("new secrets were made")
	}
	copyFiles(t, other, data, "secrets.db")
	if out, errs, status := commandWithin(t, 20*time.Second, "", args...); status != 1 || !strings.Contains(errs, "autre journal") {
		t.Errorf("with the secrets of another map: %d %s%s", status, out, errs)
	}
}

// TestUnlockAnAccount fails to sign in until the account is locked, and unlocks it by the command.
func TestUnlockAnAccount(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, "--demo", "--places", "10")
	locked := false
	for i := range 30 {
		// From several machines: one alone is slowed down before the account is locked.
		dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i/4))}}
		stranger := p.stranger()
		stranger.http.Transport = &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
		status, body := stranger.send("POST", "/api/v1/session", map[string]any{"username": "pn", "password": "pas le bon mot", "motive": "enquête"}, nil)
		if locked = strings.Contains(string(body), "locked"); locked {
			if status != http.StatusUnauthorized {
				t.Errorf("locked: %d %s", status, body)
			}
			break
		}
	}
	if !locked {
		t.Fatal("thirty failures lock nothing")
	}
	if out, errs, status := command(t, "user", "unlock", "personne", "--data", data); status != 1 || !strings.Contains(errs, "n’existe pas") {
		t.Errorf("unlock nobody: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "user", "unlock", "pn", "--data", data); status != 0 || !strings.Contains(out, "débloqué") {
		t.Fatalf("unlock: %d %s%s", status, out, errs)
	}
	p.as("pn")
}

// TestWhatIsWrittenWithoutAServerIsAttested seeds a map, imports a list, and wants nothing left for the first start of a server to attest.
func TestWhatIsWrittenWithoutAServerIsAttested(t *testing.T) {
	t.Parallel()
	data, list := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(list, []byte("nom;latitude;longitude\nCité des Lilas;43.3;5.4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"seed", "--places", "20", "--data", data, "--quiet"},
		{"import", "--data", data, "--quiet", "--crs", "EPSG:4326", "--map", "x=longitude,y=latitude,name=nom", "--set", "status=active", list},
	} {
		if out, errs, status := command(t, args...); status != 0 || strings.Contains(errs, "attests") {
			t.Fatalf("%s: %d\n%s\n%s", args[0], status, out, errs)
		}
		out, errs, status := command(t, "audit", "verify", "--data", data, "--quiet")
		counts := regexp.MustCompile(`journal des modifications : lignes lues ([1-9]\d*), .* jusqu’à la ligne n° (\d+) ;`).FindStringSubmatch(out)
		if status != 0 || counts == nil || counts[1] != counts[2] {
			t.Errorf("after %s: %d\n%s\n%s", args[0], status, out, errs)
		}
	}
}
