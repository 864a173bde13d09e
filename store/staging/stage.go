package staging

import (
	"context"
	"errors"
	"io"
	"runtime"

	"github.com/mesure5/dealmap"
	listfile "github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/paulmach/orb"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"
)

// batchRows is how many rows are worked on, and written, at a time.
const batchRows = 2000

// Map says what the columns of a list mean, and begins to stage all its rows. An error about the profile names the part of it.
// saveAs keeps it for the viewer's service under a name.
func (d *Desk) Map(v dealmap.Viewer, id dealmap.ID, profile mapping.Profile, saveAs string) (dealmap.StagedList, error) {
	l, release, err := d.idle(v, id)
	if err != nil {
		return dealmap.StagedList{}, err
	}
	defer release()
	if profile.Shift != nil && !d.Store.Snapshot().Synthetic() {
		return dealmap.StagedList{}, dealmap.Invalid("shift", "les positions ne se déplacent que sur une carte fictive")
	}
	m := l.now()
	m.Profile = &profile
	if _, err := d.judge(v, &m); err != nil {
		return dealmap.StagedList{}, err
	}
	if saveAs != "" {
		profile.Name = saveAs
		if err := d.profiles.keep(v.Service, profile); err != nil {
			return dealmap.StagedList{}, err
		}
	}
	err = l.change(func(m *meta, _ *bolt.Tx) error {
		m.Profile, m.Stage, m.Error = &profile, dealmap.StageStaging, ""
		m.Motive, m.Case = v.Motive, v.Case
		return nil
	})
	if err != nil {
		return dealmap.StagedList{}, err
	}
	if err := d.startStaging(v, id, l); err != nil {
		return dealmap.StagedList{}, err
	}
	return d.Get(v, id)
}

func (d *Desk) startStaging(v dealmap.Viewer, id dealmap.ID, l *list) error {
	return d.start(id, "lecture de la liste", func(ctx context.Context, j *job) {
		err := d.stage(ctx, v, l, j)
		if ctx.Err() != nil {
			return // stopped: a start of the program goes on with it, or the list is dropped
		}
		d.ended(l, dealmap.StageStaged, err)
	})
}

// ended writes how a long task ended.
func (d *Desk) ended(l *list, stage dealmap.ImportStage, failed error) {
	err := l.change(func(m *meta, _ *bolt.Tx) error {
		m.Stage, m.Error = stage, ""
		if failed != nil {
			m.Stage, m.Error = dealmap.StageFailed, sentence(failed)
		}
		return nil
	})
	if failed != nil {
		d.log.Error("the work on a list failed", "import", l.now().ID, "error", failed)
	}
	if err != nil {
		d.log.Error("how far a list is cannot be written", "import", l.now().ID, "error", err)
	}
}

// sentence is an error as a person may read it.
func sentence(err error) string {
	if known, ok := errors.AsType[*dealmap.Error](err); ok {
		return known.Error()
	}
	return "incident technique : réessayez, ou prévenez l’administrateur"
}

// tallied counts what is told of a list as it is staged.
type tallied struct {
	rows, byAddress, communeOnly int
	bounds                       *orb.Bound
	// odds sums up how like the rows are to each place: see contest.
	odds map[dealmap.ID]float64
}

func (t *tallied) add(row *stored) {
	t.rows++
	if row.Add == nil {
		return
	}
	for _, alike := range row.Alike {
		t.odds[alike.ID] += alike.Odds()
	}
	switch row.LocatedBy {
	case dealmap.ByAddress:
		t.byAddress++
	case dealmap.ByCommune:
		t.communeOnly++
	}
	if at := row.Add.Facts.Position; at != nil {
		if t.bounds == nil {
			t.bounds = &orb.Bound{Min: *at, Max: *at}
		}
		*t.bounds = t.bounds.Extend(*at)
	}
}

// stage works through all rows of a list.
func (d *Desk) stage(ctx context.Context, v dealmap.Viewer, l *list, j *job) error {
	m := l.now()
	judge, err := d.judge(v, &m)
	if err != nil {
		return err
	}
	reader, err := listfile.Open(l.file(), m.Options)
	if err != nil {
		return unreadable(err)
	}
	defer reader.Close()
	if err := l.change(func(m *meta, tx *bolt.Tx) error { return nil }); err != nil {
		return err
	}
	tally := &tallied{odds: map[dealmap.ID]float64{}}
	kept := map[int]bool{}
	for {
		batch, end, err := nextBatch(reader)
		if err != nil {
			return err
		}
		if err := d.stageBatch(ctx, l, judge, batch, tally); err != nil {
			return err
		}
		for _, one := range batch {
			kept[one.line()] = true
		}
		done, total := reader.Progress()
		j.show("lecture, localisation et rapprochement", done, total)
		if end {
			break
		}
	}
	if err := l.contest(ctx, tally.odds); err != nil {
		return err
	}
	return l.change(func(m *meta, tx *bolt.Tx) error {
		m.Rows, m.ByAddress, m.CommuneOnly, m.Bounds = tally.rows, tally.byAddress, tally.communeOnly, tally.bounds
		return dropOthers(tx, m, kept)
	})
}

// read is a row of a batch: good, or one that cannot be read.
type read struct {
	row listfile.Row
	bad *listfile.RowError
}

func (r read) line() int {
	if r.bad != nil {
		return r.bad.Line
	}
	return r.row.Line
}

func nextBatch(reader *listfile.Reader) (batch []read, end bool, err error) {
	for len(batch) < batchRows {
		row, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return batch, true, nil
		}
		bad, ok := errors.AsType[*listfile.RowError](err)
		if err != nil && !ok {
			return nil, false, unreadable(err)
		}
		batch = append(batch, read{row, bad})
	}
	return batch, false, nil
}

func (d *Desk) stageBatch(ctx context.Context, l *list, judge *judge, batch []read, tally *tallied) error {
	rows := make([]*stored, len(batch))
	said := make([]mapping.Result, len(batch))
	err := boltfile.Guard(func() error {
		return l.db.View(func(tx *bolt.Tx) error {
			for i, one := range batch {
				before, err := get(tx, one.line())
				if err != nil && dealmap.KindOf(err) != dealmap.KindNotFound {
					return err
				}
				if one.bad != nil {
					rows[i] = unread(one.bad)
					continue
				}
				rows[i] = judge.open(one.row, before)
				said[i] = judge.read(rows[i])
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	workers, working := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	const share = 100
	for from := 0; from < len(rows); from += share {
		workers.Go(func() error {
			for i := from; i < min(from+share, len(rows)); i++ {
				if batch[i].bad != nil {
					continue
				}
				if err := errors.Join(working.Err(), judge.place(working, rows[i], said[i])); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := workers.Wait(); err != nil {
		return err
	}
	return l.change(func(m *meta, tx *bolt.Tx) error {
		for _, row := range rows {
			tally.add(row)
			if err := put(tx, m, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// unread is a row that the file does not give whole; it cannot be mended but in the file.
func unread(bad *listfile.RowError) *stored {
	row := &stored{}
	row.Line, row.State = bad.Line, dealmap.RowQuarantined
	row.Problems = []dealmap.RowProblem{{Column: bad.Column, Value: bad.Value, Reason: bad.Reason}}
	return row
}

// dropOthers forgets rows of an earlier staging that the list has no more, as it is read now.
func dropOthers(tx *bolt.Tx, m *meta, kept map[int]bool) error {
	var gone []*stored
	c := tx.Bucket([]byte(rowsBucket)).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		var row stored
		if err := decoder.Unmarshal(v, &row); err != nil {
			return err
		}
		if !kept[row.Line] {
			gone = append(gone, &row)
		}
	}
	for _, row := range gone {
		m.Counts[row.State]--
		err := errors.Join(tx.Bucket([]byte(rowsBucket)).Delete(lineKey(row.Line)), tx.Bucket([]byte(statesBucket)).Delete(stateKey(row.State, row.Line)))
		if err != nil {
			return err
		}
	}
	return nil
}
