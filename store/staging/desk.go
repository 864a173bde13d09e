package staging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/addresses"
)

// DefaultKeep is how long a list is kept after anybody last touched it.
const DefaultKeep = 30 * 24 * time.Hour

// Options says what a desk works with.
type Options struct {
	// Dir is the folder of the lists; it is made when absent.
	Dir         string
	Store       *store.Store
	Territories *geo.Territories
	// Addresses finds addresses; nil when there is no gazetteer.
	Addresses Addresses
	NewID     func() dealmap.ID
	// Keep is how long a list is kept after anybody last touched it; DefaultKeep when zero.
	Keep   time.Duration
	Logger *slog.Logger
}

// Addresses is what a desk needs of a gazetteer.
type Addresses interface {
	Locate(ctx context.Context, q addresses.Query) ([]addresses.Hit, error)
}

// Desk keeps the lists of a data folder. Its methods may be called from any goroutine.
type Desk struct {
	Options
	log      *slog.Logger
	profiles *profiles

	mu    sync.Mutex
	lists map[dealmap.ID]*list
	jobs  map[dealmap.ID]*job

	running context.Context
	stop    context.CancelFunc
	work    sync.WaitGroup
}

// Open opens the desk and goes on with what was interrupted.
func Open(o Options) (*Desk, error) {
	if o.Keep == 0 {
		o.Keep = DefaultKeep
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open imports: %w", err)
	}
	kept, err := openProfiles(filepath.Join(o.Dir, "profiles.json"))
	if err != nil {
		return nil, fmt.Errorf("open imports: %w", err)
	}
	d := &Desk{Options: o, log: o.Logger, profiles: kept, lists: map[dealmap.ID]*list{}, jobs: map[dealmap.ID]*job{}}
	d.running, d.stop = context.WithCancel(context.Background())
	if err := d.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("open imports: %w", err), d.Close())
	}
	d.resume()
	d.work.Go(d.expire)
	return d, nil
}

// load opens the lists that are there; one that is damaged is left where it is, and said.
func (d *Desk) load() error {
	entries, err := os.ReadDir(d.Dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		id, err := dealmap.ParseID(entry.Name())
		if err != nil || !entry.IsDir() {
			if entry.IsDir() && filepath.Ext(entry.Name()) == ".part" { // an upload that was cut off
				if err := os.RemoveAll(filepath.Join(d.Dir, entry.Name())); err != nil {
					d.log.Error("a cut-off upload cannot be removed", "folder", entry.Name(), "error", err)
				}
			}
			continue
		}
		l, err := openList(filepath.Join(d.Dir, entry.Name()))
		if err != nil {
			d.log.Error("a list cannot be opened; it is left as it is", "import", id, "error", err)
			continue
		}
		d.lists[id] = l
	}
	return nil
}

// Close stops what is under way; it goes on at the next start.
func (d *Desk) Close() error {
	d.stop()
	d.work.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, l := range d.lists {
		errs = append(errs, l.close())
	}
	d.lists = nil
	return errors.Join(errs...)
}

func (d *Desk) today() dealmap.Date { return dealmap.DateOf(d.Store.Now()) }

func (d *Desk) scope(v dealmap.Viewer) dealmap.Scope { return dealmap.NewScope(v, d.today()) }

func (d *Desk) env() dealmap.Env {
	return dealmap.Env{Now: d.Store.Now(), Gazetteer: d.Territories}
}

// find returns a list of the viewer's unit.
func (d *Desk) find(v dealmap.Viewer, id dealmap.ID) (*list, error) {
	if !v.May(dealmap.ActionImport) {
		return nil, dealmap.Forbidden("votre rôle ne permet pas d’importer une liste")
	}
	d.mu.Lock()
	l := d.lists[id]
	d.mu.Unlock()
	if l == nil {
		return nil, dealmap.NotFound()
	}
	scope := d.scope(v)
	if !scope.SeeImport(&dealmap.Import{By: l.author()}) {
		return nil, dealmap.NotFound()
	}
	return l, nil
}

// Lists returns the lists of the viewer's unit and the imports that came of lists which are no longer kept, the latest first.
func (d *Desk) Lists(v dealmap.Viewer) ([]dealmap.StagedList, error) {
	if !v.May(dealmap.ActionImport) {
		return nil, dealmap.Forbidden("votre rôle ne permet pas d’importer une liste")
	}
	d.mu.Lock()
	ids := make([]dealmap.ID, 0, len(d.lists))
	for id := range d.lists {
		ids = append(ids, id)
	}
	d.mu.Unlock()
	scope := d.scope(v)
	for _, i := range d.Store.Snapshot().Imports(scope) {
		if !slices.Contains(ids, i.ID) {
			ids = append(ids, i.ID)
		}
	}
	all := []dealmap.StagedList{}
	for _, id := range ids {
		one, err := d.Get(v, id)
		if dealmap.KindOf(err) == dealmap.KindNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b dealmap.StagedList) int { return b.Created.Compare(a.Created) })
	return all, nil
}

// Get returns one list.
func (d *Desk) Get(v dealmap.Viewer, id dealmap.ID) (dealmap.StagedList, error) {
	scope := d.scope(v)
	record, committed := d.Store.Snapshot().Import(scope, id)
	l, err := d.find(v, id)
	var out dealmap.StagedList
	switch {
	case err == nil:
		out = l.describe()
	case committed:
		out = dealmap.StagedList{
			ID: id, Name: record.Name, Created: record.Opened, By: dealmap.Owner{Service: record.By.Service, Unit: record.By.Unit},
			Rows: record.Counts.Rows, Counts: map[dealmap.RowState]int{},
		}
	default:
		return dealmap.StagedList{}, err
	}
	if committed {
		out.Import = record
		out.Stage = stageOf(record.Status, out.Stage)
	}
	if job := d.jobOf(id); job != nil {
		out.Progress = job.progress()
	}
	return out, nil
}

// stageOf is where a list stands whose import the journal knows: the journal has the last word, but a failure is said.
func stageOf(status dealmap.ImportStatus, stage dealmap.ImportStage) dealmap.ImportStage {
	if stage == dealmap.StageFailed {
		return stage
	}
	switch status {
	case dealmap.ImportComing:
		return dealmap.StageCommitting
	case dealmap.ImportDone:
		return dealmap.StageCommitted
	case dealmap.ImportUndoing:
		return dealmap.StageUndoing
	}
	return dealmap.StageUndone
}
