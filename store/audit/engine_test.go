package audit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/journalcopy"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

func engine(t testing.TB, dsn string, o postgres.Options) *postgres.Journal {
	t.Helper()
	db, err := postgres.Open(t.Context(), dsn, o)
	must(t, err)
	j := db.Journal()
	t.Cleanup(func() { must(t, j.Close()) })
	return j
}

// moved is a closed folder with checkpoints whose journal was copied to a database.
func moved(t testing.TB, server *pgtest.Server) (f *folder, database string) {
	t.Helper()
	f = newFolder(t).open().write(9, 5)
	e := journaltest.Event(9)
	e.Kind, e.Body = dealmap.EventPlaceErased, dealmap.PlaceErased{Reason: "order", Entries: []dealmap.Seq{7, 3}}
	must(t, f.journal.Append(t.Context(), 9, []dealmap.Event{e}))
	must(t, errors.Join(f.journal.Erase(t.Context(), 7), f.journal.Erase(t.Context(), 3)))
	f.checkpoint().write(20, 10).checkpoint().write(31, 15).checkpoint().close()
	database = server.Database(t)
	func() {
		source, err := boltjournal.Open(f.path("journal.db"), boltjournal.Options{ReadOnly: true})
		must(t, err)
		db, err := postgres.Open(t.Context(), server.DSN(database), postgres.Options{Alone: true})
		must(t, err)
		target := db.Journal()
		_, err = journalcopy.Copy(t.Context(), source, target, nil)
		must(t, errors.Join(err, source.Close(), target.Close()))
	}()
	_, err := boltjournal.Retire(f.path("journal.db"))
	must(t, err)
	return f, database
}

func another(t testing.TB, server *pgtest.Server, database string) string {
	t.Helper()
	name := database + "_" + strings.ToLower(strings.NewReplacer("/", "_", " ", "_", "’", "_", "#", "_", "'", "_").Replace(t.Name()))
	name = name[:min(len(name), 50)] + fmt.Sprint(len(name))
	server.Exec(t, "postgres", `CREATE DATABASE "`+name+`" TEMPLATE `+database)
	return name
}

// What was attested of a journal in a file holds of its copy in PostgreSQL, with the tree and without; and it is gone on with there.
func TestAttestedElsewhere(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	f, database := moved(t, server)
	for _, tree := range []bool{true, false} {
		if !tree {
			must(t, os.Remove(f.path(audit.TreeName)))
		}
		j := engine(t, server.DSN(database), postgres.Options{})
		log, err := consultations.Open(f.path(consultations.FileName))
		must(t, err)
		k, err := audit.Open(t.Context(), f.dir, j, log, f.options)
		must(t, err)
		last, _, err := j.Last(t.Context())
		must(t, err)
		must(t, j.Append(t.Context(), last, journaltest.Events(int(last), 10)))
		must(t, k.Checkpoint(t.Context()))
		r, err := k.Verify(t.Context(), nil, nil)
		if err != nil || !r.OK() || r.Journal.Lines != int64(last)+10 || r.Journal.Erased != 2 || r.Journal.Attested != int64(last)+10 {
			t.Errorf("tree %v: %+v %v", tree, r, err)
		}
		must(t, errors.Join(k.Close(), log.Close()))
		// Offline, while another node goes on.
		r, err = audit.Verify(t.Context(), f.dir, j, vkeys(t), nil, nil)
		if err != nil || !r.OK() || r.Journal.Lines != int64(last)+10 || r.Journal.Checkpoints < 3 {
			t.Errorf("tree %v, offline: %+v %v", tree, r, err)
		}
	}
	server.Exec(t, database, "DELETE FROM dealmap_entry WHERE seq > 50")
	j := engine(t, server.DSN(database), postgres.Options{})
	log, err := consultations.Open(f.path(consultations.FileName))
	must(t, err)
	defer log.Close()
	if _, err := audit.Open(t.Context(), f.dir, j, log, f.options); !errors.Is(err, audit.ErrAttested) || !strings.Contains(err.Error(), "(PostgreSQL, 127.0.0.1") {
		t.Errorf("a journal that is shorter than attested: %v", err)
	}
	if _, err := audit.Verify(t.Context(), f.dir, memory{}, vkeys(t), nil, nil); !errors.Is(err, audit.ErrNotVerifiable) {
		t.Errorf("an engine that cannot be verified: %v", err)
	}
}

// memory is an engine that cannot be verified.
type memory struct{ audit.Journal }

// Whatever the administrator of the database does to the rows of the journal is found, with the line that it begins at.
func TestTamperingBySQL(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	f, database := moved(t, server)
	const unconstrained = `ALTER TABLE dealmap_entry DROP CONSTRAINT dealmap_entry_check, DROP CONSTRAINT dealmap_entry_hash_check,
		DROP CONSTRAINT dealmap_entry_seq_check, DROP CONSTRAINT dealmap_entry_pkey; `
	for name, c := range map[string]struct {
		statement string
		first     int64
		says      string
	}{
		"body":                 {"UPDATE dealmap_entry SET body = '{}' WHERE seq = 20", 20, "écriture n° 20 : son contenu n’est plus celui qui a été écrit"},
		"salt":                 {"UPDATE dealmap_entry SET salt = set_byte(salt, 3, 255 - get_byte(salt, 3)) WHERE seq = 20", 20, "écriture n° 20 : son contenu n’est plus"},
		"salt cut":             {"UPDATE dealmap_entry SET salt = 'x' WHERE seq = 20", 20, "écriture n° 20 : son contenu n’est plus"},
		"header":               {"UPDATE dealmap_entry SET header = set_byte(header, 150, 1) WHERE seq = 20", 20, "écriture n° 20 : l’empreinte enregistrée"},
		"header with its hash": {"UPDATE dealmap_entry SET header = set_byte(header, 150, 1), hash = sha256(set_byte(header, 150, 1)) WHERE seq = 20", 20, "ligne n° 20 "},
		"header emptied":       {"UPDATE dealmap_entry SET header = '' WHERE seq = 20", 20, "écriture n° 20 : en-tête abîmé"},
		"hash":                 {"UPDATE dealmap_entry SET hash = sha256('x') WHERE seq = 20", 20, "écriture n° 20 : l’empreinte enregistrée avec elle n’est pas celle de son en-tête"},
		"hash cut":             {unconstrained + "UPDATE dealmap_entry SET hash = 'x' WHERE seq = 20", 20, "écriture n° 20 : l’empreinte"},
		"hash of the last cut": {unconstrained + "UPDATE dealmap_entry SET hash = 'x' WHERE seq = 61", 61, "écriture n° 61 : l’empreinte"},
		"deleted":              {"DELETE FROM dealmap_entry WHERE seq = 20", 20, "ligne n° 20 : absente"},
		"many deleted":         {"DELETE FROM dealmap_entry WHERE seq BETWEEN 20 AND 29", 20, "lignes n° 20 à 29 : absentes"},
		"first deleted":        {"DELETE FROM dealmap_entry WHERE seq = 1", 1, "ligne n° 1 : absente"},
		"end deleted":          {"DELETE FROM dealmap_entry WHERE seq > 58", 59, "la fin manque : 58 lignes"},
		"all deleted":          {"DELETE FROM dealmap_entry", 1, "la fin manque : 0 lignes"},
		"renumbered":           {"DELETE FROM dealmap_entry WHERE seq = 20; " + shift, 20, "l’écriture n° 21 se trouve à sa place"},
		"erased":               {"UPDATE dealmap_entry SET body = NULL, salt = NULL, erased = true WHERE seq = 20", 20, "écriture n° 20 : son contenu est effacé sans qu’aucune écriture ne l’ordonne"},
		"marked as erased":     {unconstrained + "UPDATE dealmap_entry SET erased = true WHERE seq = 20", 20, "écriture n° 20 : elle est marquée comme effacée"},
		"erased without mark":  {unconstrained + "UPDATE dealmap_entry SET body = NULL WHERE seq = 20", 20, "écriture n° 20 : son contenu manque"},
		"swapped":              {unconstrained + "UPDATE dealmap_entry SET seq = 61 - seq WHERE seq IN (30, 31)", 30, "l’écriture n° 31 se trouve à sa place"},
		"one more":             {"INSERT INTO dealmap_entry (seq, hash, header, salt, body) SELECT 62, hash, header, salt, body FROM dealmap_entry WHERE seq = 61", 62, "l’écriture n° 61 se trouve à sa place"},
		"one far away":         {"INSERT INTO dealmap_entry (seq, hash, header, salt, body) SELECT 9223372036854775807, hash, header, salt, body FROM dealmap_entry WHERE seq = 61", 62, "absentes"},
		"one of 0":             {unconstrained + "INSERT INTO dealmap_entry (seq, hash, header, salt, body) SELECT 0, hash, header, salt, body FROM dealmap_entry WHERE seq = 61", 0, "étrangères"},
		"one twice":            {unconstrained + "INSERT INTO dealmap_entry SELECT * FROM dealmap_entry WHERE seq = 20", 20, "présente plusieurs fois"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			copied := another(t, server, database)
			server.Exec(t, copied, c.statement)
			c2 := f.copied(t)
			j := engine(t, server.DSN(copied), postgres.Options{})
			r, err := audit.Verify(context.Background(), c2.dir, j, vkeys(t), nil, nil)
			if says := strings.Join(r.Problems(), "\n"); err != nil || r.Journal.FirstBad != c.first || !strings.Contains(says, c.says) {
				t.Errorf("first %d, want %d (%v)\n%s", r.Journal.FirstBad, c.first, err, says)
			}
		})
	}
	t.Run("another end, well chained", func(t *testing.T) {
		t.Parallel()
		copied := another(t, server, database)
		server.Exec(t, copied, "DELETE FROM dealmap_entry WHERE seq > 50")
		j := engine(t, server.DSN(copied), postgres.Options{})
		must(t, j.Append(t.Context(), 50, journaltest.Events(100, 20)))
		c := f.copied(t)
		r, err := audit.Verify(t.Context(), c.dir, j, vkeys(t), nil, nil)
		if err != nil || r.Journal.FirstBad != 51 {
			t.Errorf("%+v %v", r, err)
		}
		must(t, os.Remove(filepath.Join(c.dir, audit.TreeName))) // only what was attested tells
		r, err = audit.Verify(t.Context(), c.dir, j, vkeys(t), nil, nil)
		if err != nil || r.OK() || r.Journal.Range != [2]int64{31, 61} {
			t.Errorf("without the tree: %+v %v", r, err)
		}
	})
}

// shift moves the entries from the 21st on into the place before.
const shift = `UPDATE dealmap_entry SET seq = seq + 1000 WHERE seq > 20; UPDATE dealmap_entry SET seq = seq - 1001 WHERE seq > 1000`
