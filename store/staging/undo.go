package staging

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

// Undo begins to take all that an import brought off the map again. keepEdited leaves what people have changed since. It needs
// no list: one that is no longer kept is undone all the same.
func (d *Desk) Undo(ctx context.Context, v dealmap.Viewer, id dealmap.ID, keepEdited bool) (dealmap.StagedList, error) {
	record, ok := d.Store.Snapshot().Import(d.scope(v), id)
	if !ok {
		return dealmap.StagedList{}, dealmap.NotFound()
	}
	if l, release, err := d.take(v, id); err == nil && l != nil { // one that is no longer kept needs no hands
		defer release()
	}
	if j := d.jobOf(id); j != nil && record.Status == dealmap.ImportComing {
		j.cancel()
		<-j.ended
	}
	if record.Status != dealmap.ImportUndoing {
		if _, err := d.Store.Do(ctx, v, dealmap.MoveImport{ID: id, To: dealmap.ImportUndoing, KeepEdited: keepEdited}, ""); err != nil {
			return dealmap.StagedList{}, err
		}
	}
	if err := d.startUndo(v, id); err != nil {
		return dealmap.StagedList{}, err
	}
	return d.Get(v, id)
}

func (d *Desk) startUndo(v dealmap.Viewer, id dealmap.ID) error {
	d.mu.Lock()
	l := d.lists[id]
	d.mu.Unlock()
	return d.start(id, "annulation", func(ctx context.Context, j *job) {
		err := d.undo(ctx, v, id, j)
		switch {
		case ctx.Err() != nil:
		case l != nil:
			d.ended(l, dealmap.StageUndone, err)
		case err != nil:
			d.log.Error("an import cannot be undone", "import", id, "error", err)
		}
	})
}

// undo takes records off the map, batch after batch, the last ones first: what was built on earlier ones is then gone.
func (d *Desk) undo(ctx context.Context, v dealmap.Viewer, id dealmap.ID, j *job) error {
	left := d.Store.Snapshot().Imported(d.scope(v), id)
	total := int64(len(left))
	for batch := range slices.Chunk(left, commitRows) {
		if err := d.insist(ctx, v, dealmap.UndoRows{Import: id, Places: batch}); err != nil {
			return err
		}
		j.show("annulation", j.done.Load()+int64(len(batch)), total)
	}
	kept := len(d.Store.Snapshot().Imported(d.scope(v), id))
	record, _ := d.Store.Snapshot().Import(d.scope(v), id)
	counts := record.Counts
	counts.Kept = kept
	return d.insist(ctx, v, dealmap.MoveImport{ID: id, To: dealmap.ImportUndone, Counts: counts})
}

// resume goes on with what was interrupted, in the name of whoever began it.
func (d *Desk) resume() {
	for id, l := range d.lists {
		m := l.now()
		v, ok := d.viewerOf(m.Author, m.Motive, m.Case)
		if m.Stage != dealmap.StageStaging {
			continue
		}
		err := error(dealmap.Forbidden("l’habilitation de qui a commencé a pris fin : reprenez"))
		if ok {
			err = d.startStaging(v, id, l)
		}
		if err != nil {
			d.ended(l, dealmap.StageStaged, err)
		}
	}
	all := dealmap.NewScope(dealmap.Console("reprise", dealmap.RoleOfast), d.today())
	for _, record := range d.Store.Snapshot().Imports(all) {
		l := d.lists[record.ID]
		motive, caseRef := "import "+record.Name, ""
		if l != nil {
			m := l.now()
			motive, caseRef = m.Motive, m.Case
		}
		v, ok := d.viewerOf(record.MovedBy, motive, caseRef)
		var err error
		switch {
		case !ok && (record.Status == dealmap.ImportComing || record.Status == dealmap.ImportUndoing):
			err = dealmap.Forbidden("l’habilitation de qui a commencé a pris fin : une autre personne de l’unité peut reprendre ou annuler")
		case record.Status == dealmap.ImportComing && l != nil:
			err = d.startCommit(v, record.ID, l)
		case record.Status == dealmap.ImportUndoing:
			err = d.startUndo(v, record.ID)
		}
		if err != nil && l != nil {
			d.ended(l, dealmap.StageFailed, err)
		}
	}
}

// viewerOf is who wrote something, with the rights that they have today.
func (d *Desk) viewerOf(author dealmap.Author, motive, caseRef string) (dealmap.Viewer, bool) {
	if operator, ok := strings.CutPrefix(author.Subject, "console:"); ok {
		return dealmap.Console(operator, dealmap.RoleOfast), true
	}
	v, ok := d.Store.Snapshot().Viewer(author.Subject, time.Now())
	v.Motive, v.Case = motive, caseRef
	return v, ok
}
