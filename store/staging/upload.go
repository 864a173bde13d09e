package staging

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	listfile "github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
	bolt "go.etcd.io/bbolt"
)

const (
	// LargestList is the size in bytes of the largest list that is taken in.
	LargestList = 256 << 20
	// mostLists bounds the lists of one unit that wait to be validated.
	mostLists = 50
	// shownRows is how many rows are shown before a mapping is given, sampledRows how many a suggestion is made from.
	shownRows, sampledRows = 20, 500
)

// Add takes a list in: the whole file, or nothing of it. size is what its sender says it has, below 0 when that is unknown; a file
// that ends before is refused.
func (d *Desk) Add(ctx context.Context, v dealmap.Viewer, name string, size int64, body io.Reader) (dealmap.StagedList, error) {
	if !v.May(dealmap.ActionImport) {
		return dealmap.StagedList{}, dealmap.Forbidden("votre rôle ne permet pas d’importer une liste")
	}
	name = filepath.Base(strings.ReplaceAll(strings.TrimSpace(name), `\`, "/"))
	if err := dealmap.CheckText("name", name, 1, 200); err != nil {
		return dealmap.StagedList{}, err
	}
	if size > LargestList {
		return dealmap.StagedList{}, tooLarge()
	}
	if d.waitingOf(v) >= mostLists {
		return dealmap.StagedList{}, &dealmap.Error{
			Kind: dealmap.KindConflict, Message: fmt.Sprintf("%d listes de votre unité attendent déjà : validez-en ou supprimez-en", mostLists),
		}
	}
	id := d.NewID()
	part := filepath.Join(d.Dir, id.String()+".part")
	if err := os.MkdirAll(part, 0o700); err != nil {
		return dealmap.StagedList{}, fmt.Errorf("take list in: %w", err)
	}
	defer os.RemoveAll(part) // nothing is left there once it is renamed
	n, digest, err := receive(filepath.Join(part, listFile), body)
	switch {
	case err != nil:
		return dealmap.StagedList{}, err
	case n == 0:
		return dealmap.StagedList{}, dealmap.Invalid("file", "le fichier est vide")
	case n > LargestList:
		return dealmap.StagedList{}, tooLarge()
	case size >= 0 && n != size:
		return dealmap.StagedList{}, dealmap.Invalid("file", fmt.Sprintf("l’envoi s’est interrompu : %d octets reçus sur %d", n, size))
	}
	l, err := openList(part)
	if err != nil {
		return dealmap.StagedList{}, fmt.Errorf("take list in: %w", err)
	}
	m := meta{
		ID: id, Name: name, Size: n, Digest: digest, Created: d.Store.Now().UTC(), ByName: v.Name, Motive: v.Motive, Case: v.Case,
		Author: dealmap.Author{Subject: v.Subject, Role: v.Role, Service: v.Service, Unit: v.Unit},
		Stage:  dealmap.StageUploaded, Counts: map[dealmap.RowState]int{},
	}
	if err = d.inspect(ctx, l.file(), &m); err == nil {
		err = l.change(func(now *meta, _ *bolt.Tx) error {
			*now = m
			return nil
		})
	}
	if err = errors.Join(err, l.close()); err != nil {
		return dealmap.StagedList{}, err
	}
	whole := filepath.Join(d.Dir, id.String())
	if err := os.Rename(part, whole); err != nil {
		return dealmap.StagedList{}, fmt.Errorf("take list in: %w", err)
	}
	if l, err = openList(whole); err != nil {
		return dealmap.StagedList{}, fmt.Errorf("take list in: %w", err)
	}
	d.mu.Lock()
	closed := d.lists == nil
	if !closed {
		d.lists[id] = l
	}
	d.mu.Unlock()
	if closed { // it is there at the next start
		return dealmap.StagedList{}, errors.Join(&dealmap.Error{Kind: dealmap.KindUnavailable, Message: "le serveur s’arrête"}, l.close())
	}
	return d.Get(v, id)
}

// waitingOf counts the lists of the viewer's unit that are not on the map: each takes room on the disk and keeps a file open.
func (d *Desk) waitingOf(v dealmap.Viewer) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.lists {
		m := l.now()
		committed := m.Stage == dealmap.StageCommitting || m.Stage == dealmap.StageCommitted || m.Stage == dealmap.StageUndone
		if !committed && m.Author.Service == v.Service && m.Author.Unit == v.Unit {
			n++
		}
	}
	return n
}

func tooLarge() error {
	return dealmap.Invalid("file", fmt.Sprintf("le fichier dépasse %d Mio : partagez la liste en plusieurs fichiers", LargestList>>20))
}

// receive writes the file to the disk and returns its size, one byte more than the largest list when it is larger.
func receive(path string, body io.Reader) (n int64, digest dealmap.Hash, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, digest, fmt.Errorf("take list in: %w", err)
	}
	sum := sha256.New()
	n, err = io.Copy(io.MultiWriter(file, sum), io.LimitReader(body, LargestList+1))
	switch {
	case dealmap.KindOf(err) != "":
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = dealmap.Invalid("file", "l’envoi s’est interrompu")
	case err != nil:
		err = fmt.Errorf("take list in: %w", err)
	default:
		err = file.Sync()
	}
	return n, dealmap.Hash(sum.Sum(nil)), errors.Join(err, file.Close())
}

// inspect finds out how the file is to be read, and what its columns may mean.
func (d *Desk) inspect(ctx context.Context, path string, m *meta) error {
	reader, err := listfile.Open(path, m.Options)
	if err != nil {
		return unreadable(err)
	}
	defer reader.Close()
	m.Findings, m.Header, m.Sample = reader.Findings(), reader.Header(), nil
	var sample []listfile.Row
	for len(sample) < sampledRows && ctx.Err() == nil {
		row, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if _, bad := errors.AsType[*listfile.RowError](err); bad {
			continue
		}
		if err != nil {
			return unreadable(err)
		}
		sample = append(sample, row)
	}
	for _, row := range sample[:min(len(sample), shownRows)] {
		m.Sample = append(m.Sample, dealmap.SampleRow{Line: row.Line, Cells: row.Cells})
	}
	m.Suggestion = mapping.Suggest(m.Findings, m.Header, sample, d.Territories)
	return ctx.Err()
}

// unreadable is an error about the file as a whole, for the person.
func unreadable(err error) error {
	if dealmap.KindOf(err) != "" {
		return err
	}
	return dealmap.Invalid("file", err.Error())
}

// Read reads the file anew with other options; what was staged of it is forgotten.
func (d *Desk) Read(ctx context.Context, v dealmap.Viewer, id dealmap.ID, o listfile.Options) (dealmap.StagedList, error) {
	l, release, err := d.idle(v, id)
	if err != nil {
		return dealmap.StagedList{}, err
	}
	defer release()
	m := l.now()
	m.Options = o
	if err := d.inspect(ctx, l.file(), &m); err != nil {
		return dealmap.StagedList{}, err
	}
	err = l.change(func(now *meta, tx *bolt.Tx) error {
		*now = m
		now.Stage, now.Error, now.Profile = dealmap.StageUploaded, "", nil
		now.forgetRows()
		return clear(tx)
	})
	if err != nil {
		return dealmap.StagedList{}, err
	}
	return d.Get(v, id)
}

// Suggested is what the columns of a list seem to mean.
func (d *Desk) Suggested(v dealmap.Viewer, id dealmap.ID) (mapping.Profile, error) {
	l, err := d.find(v, id)
	if err != nil {
		return mapping.Profile{}, err
	}
	return l.now().Suggestion.Profile, nil
}

// forgetRows forgets what was counted of rows.
func (m *meta) forgetRows() {
	m.Counts, m.Rows, m.ByAddress, m.CommuneOnly, m.Bounds = map[dealmap.RowState]int{}, 0, 0, 0, nil
}

func clear(tx *bolt.Tx) error {
	for _, name := range []string{rowsBucket, statesBucket} {
		if err := tx.DeleteBucket([]byte(name)); err != nil {
			return err
		}
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}

// take is find that takes the list into hand until release is called.
func (d *Desk) take(v dealmap.Viewer, id dealmap.ID) (l *list, release func(), err error) {
	if l, err = d.find(v, id); err != nil {
		return nil, nil, err
	}
	l.hands.Lock()
	if _, err := d.find(v, id); err != nil { // forgotten while this one waited
		l.hands.Unlock()
		return nil, nil, err
	}
	return l, l.hands.Unlock, nil
}

// idle takes into hand a list of the viewer's unit of which nothing is on the map and nothing is under way.
func (d *Desk) idle(v dealmap.Viewer, id dealmap.ID) (l *list, release func(), err error) {
	if l, release, err = d.take(v, id); err != nil {
		return nil, nil, err
	}
	if d.jobOf(id) != nil {
		err = &dealmap.Error{Kind: dealmap.KindConflict, Message: "un traitement de cette liste est en cours : attendez sa fin"}
	} else if _, committed := d.Store.Snapshot().Import(d.scope(v), id); committed {
		err = &dealmap.Error{Kind: dealmap.KindConflict, Message: "cette liste est déjà validée : elle ne se modifie plus, elle s’annule"}
	}
	if err != nil {
		release()
		return nil, nil, err
	}
	return l, release, nil
}

// Drop stops what is under way and forgets a list that is not on the map.
func (d *Desk) Drop(v dealmap.Viewer, id dealmap.ID) error {
	l, release, err := d.take(v, id)
	if err != nil {
		return err
	}
	defer release()
	record, committed := d.Store.Snapshot().Import(d.scope(v), id)
	if committed && record.Status != dealmap.ImportUndone {
		return &dealmap.Error{Kind: dealmap.KindConflict, Message: "cette liste est sur la carte : annulez d’abord l’import"}
	}
	if j := d.jobOf(id); j != nil {
		j.cancel()
		<-j.ended
	}
	return d.forget(id, l)
}

func (d *Desk) forget(id dealmap.ID, l *list) error {
	d.mu.Lock()
	known := d.lists[id] == l
	if known {
		delete(d.lists, id)
	}
	d.mu.Unlock()
	if !known {
		return nil
	}
	if err := errors.Join(l.close(), os.RemoveAll(l.dir)); err != nil {
		return fmt.Errorf("forget list %s: %w", id, err)
	}
	return nil
}

// expire forgets lists that nobody has touched for long.
func (d *Desk) expire() {
	for {
		d.mu.Lock()
		old := map[dealmap.ID]*list{}
		for id, l := range d.lists {
			if d.jobs[id] == nil && time.Since(l.now().Touched) > d.Keep {
				old[id] = l
			}
		}
		d.mu.Unlock()
		for id, l := range old {
			l.hands.Lock()
			if d.jobOf(id) == nil && time.Since(l.now().Touched) > d.Keep {
				if err := d.forget(id, l); err != nil {
					d.log.Error("an old list cannot be removed", "import", id, "error", err)
				}
			}
			l.hands.Unlock()
		}
		select {
		case <-d.running.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

func tick() <-chan time.Time { return time.After(100 * time.Millisecond) }
