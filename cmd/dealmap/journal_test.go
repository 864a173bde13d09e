package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// TestJournalMoves takes the journal of a folder to PostgreSQL, works there, gives its state to a second folder, and takes it back.
func TestJournalMoves(t *testing.T) {
	t.Parallel()
	plainly(t)
	server := pgtest.Start(t)
	database := server.Database(t)
	dsn := server.DSN(database)
	data, second := t.TempDir(), t.TempDir()
	ok := func(says string, args ...string) string {
		t.Helper()
		out, errs, status := command(t, append(args, "--quiet")...)
		if status != 0 || !strings.Contains(out, says) {
			t.Fatalf("%v: %d, does not say %q: %s%s", args, status, says, out, errs)
		}
		return out
	}
	refused := func(says string, args ...string) {
		t.Helper()
		if out, errs, status := command(t, append(args, "--quiet")...); status == 0 || !strings.Contains(out+errs, says) {
			t.Errorf("%v: %d, does not say %q: %s%s", args, status, says, out, errs)
		}
	}
	shared := []string{"--data", data, "--journal", dsn, "--node", "un"}
	with := func(args ...string) []string { return append(args, shared...) }
	there := []string{"journal", "copy", "--from", "bolt:" + data, "--to", dsn}
	back := []string{"journal", "copy", "--from", dsn, "--to", "bolt:" + data, "--retire"}

	ok("points fictifs", "seed", "--places", "200", "--data", data)
	addOfast(t, data)
	ok("dealmap/journal", "audit", "checkpoint", "--data", data)
	p := serve(t, data)
	places := len(p.as("chef").list(url.Values{"limit": {"1000"}}))
	refused("un serveur est en marche", there...)
	p.stop()
	refused("bolt:DOSSIER ou postgres://… est attendu", "journal", "copy", "--from", data, "--to", dsn)
	refused("introuvable", "journal", "copy", "--from", "bolt:"+filepath.Join(second, "absent"), "--to", dsn)
	ok("la même des deux côtés", there...)
	refused("a son propre journal", with("check")...)
	if out := ok("copiées à l’instant : 0.", append(there, "--retire")...); !strings.Contains(out, "secrets.db") || !strings.Contains(out, "journal.db.copied") {
		t.Errorf("the rest of the move is not told: %s", out)
	}
	for name, there := range map[string]bool{"journal.db": false, "journal.db.head": false, "journal.db.copied": true, "journal.db.copied.head": true} {
		if _, err := os.Stat(filepath.Join(data, name)); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("porté ailleurs", "serve", "--data", data, "--listen", "localhost:0", "--metrics", "")

	ok("intact", with("check")...)
	ok("reconstruit", with("rebuild")...)
	ok("Rien n’a été changé.", with("audit", "verify")...)
	p = serve(t, data, "--journal", dsn, "--node", "un")
	chef := p.as("chef")
	chef.add("Ajouté sur le moteur", 5.37, 43.3)
	if got := len(chef.list(url.Values{"limit": {"1000"}})); got != places+1 {
		t.Errorf("%d places, want %d", got, places+1)
	}
	refused("des nœuds dealmap travaillent", back...)
	ok("lieux", with("state", "export", "--out", filepath.Join(second, "state.db"))...)
	ok("intact", "check", "--data", second, "--journal", dsn, "--node", "deux")
	ok("Rien n’a été changé.", with("audit", "verify")...)
	if p.stop() != 0 {
		t.Errorf("stop: %s", p.errs)
	}

	server.Exec(t, "postgres", "CREATE DATABASE changed TEMPLATE "+database)
	server.Exec(t, "changed", "UPDATE dealmap_entry SET body = '{}' WHERE seq = 30")
	changed := []string{"--data", data, "--journal", server.DSN("changed"), "--node", "un"}
	refused("première ligne fautive, la n° 30", append([]string{"audit", "verify"}, changed...)...)
	refused("n° 29", append([]string{"check"}, changed...)...)
	refused("écriture n° 30 : son contenu n’est plus", "journal", "copy", "--from", server.DSN("changed"), "--to", "bolt:"+t.TempDir())

	ok("la même des deux côtés", back...)
	refused("porté ailleurs", "check", "--data", second, "--journal", dsn, "--node", "deux")
	ok("intact", "check", "--data", data)
	ok("Rien n’a été changé.", "audit", "verify", "--data", data)
	if got := len(serve(t, data).as("chef").list(url.Values{"limit": {"1000"}})); got != places+1 {
		t.Errorf("%d places after the way back, want %d", got, places+1)
	}
}
