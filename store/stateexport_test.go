package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// A node that starts from another node's exported state reads only what came after it, and shows the same map; the export is taken while
// people write.
func TestNodeStartsFromExportedState(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	server := pgtest.Start(t)
	database := server.Database(t)
	dsn := server.DSN(database)
	engine := func() *postgres.Journal {
		db, err := postgres.Open(t.Context(), dsn, postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return db.Journal()
	}
	first := open(t, store.Options{Dir: t.TempDir(), Engine: engine()})
	for i := range 300 {
		must(t, first, cross13, add(r, fmt.Sprint("Point ", i)), fmt.Sprint("k", i))
	}
	var writers sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for w := range 3 {
		writers.Go(func() {
			own := rand.New(rand.NewPCG(7, uint64(w)))
			for i := 0; ctx.Err() == nil; i++ {
				if _, err := first.Do(t.Context(), cross13, add(own, fmt.Sprint("Autre ", w, i)), ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	dir := t.TempDir()
	path := filepath.Join(dir, store.StateFile)
	told := uint64(0)
	export, err := first.ExportState(t.Context(), path, func(done, _ uint64, _ string) { told = done })
	stop()
	writers.Wait()
	if err != nil || export.At < 300 || export.Places < 300 || told != uint64(export.Bytes) {
		t.Fatalf("%+v %v, told %d", export, err, told)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 || info.Size() != export.Bytes {
		t.Errorf("%v %v", info, err)
	}
	if _, err := first.ExportState(t.Context(), path, nil); err == nil || !strings.Contains(err.Error(), "existe déjà") {
		t.Errorf("over a file that is there: %v", err)
	}
	if _, err := first.ExportState(ctx, path+"2", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".state-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	counted := &counting{Engine: engine()}
	second := open(t, store.Options{Dir: dir, Engine: counted})
	last := first.Snapshot().Seq()
	if n := counted.read.Load(); second.Snapshot().Seq() != last || n != int64(last-export.At) {
		t.Errorf("%d entries were read to come from %d to %d of %d", n, export.At, second.Snapshot().Seq(), last)
	}
	if !reflect.DeepEqual(outputs(first.Snapshot(), scopeOf(gn)), outputs(second.Snapshot(), scopeOf(gn))) {
		t.Error("the nodes show different maps")
	}
	// It writes like any other, and knows of the requests before it.
	if again := must(t, second, cross13, add(rand.New(rand.NewPCG(1, 2)), "Nouveau"), "n"); again.Replayed {
		t.Error("a new request is taken for an old one")
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	report, err := store.Check(t.Context(), dir, engine(), nil)
	if err != nil || !report.OK() || report.Entries != uint64(last)+1 || report.StateAt != last+1 {
		t.Errorf("check beside a node that works: %+v %v", report, err)
	}
	if err := store.Rebuild(t.Context(), dir, engine(), nil); err != nil {
		t.Error(err)
	}
	server.Exec(t, database, "UPDATE dealmap_entry SET body = '{}' WHERE seq = 200")
	report, err = store.Check(t.Context(), dir, engine(), nil)
	if err != nil || report.OK() || report.Entries != 199 || !strings.Contains(report.Problems[0], "n° 199") {
		t.Errorf("check of what was changed: %+v %v", report, err)
	}
	if err := store.Rebuild(t.Context(), dir, engine(), nil); !errors.Is(err, dealmap.ErrTampered) {
		t.Errorf("rebuild from what was changed: %v", err)
	}
}
