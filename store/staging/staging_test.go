package staging_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/intake/mapping"
	"github.com/mesure5/dealmap/store/staging"
	"github.com/paulmach/orb"
)

var atlas = sync.OnceValues(seeds.Gazetteer)

var (
	noon    = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	cross13 = dealmap.Grant{Subject: "cross13", Name: "Cross 13", Role: dealmap.RoleCross, Service: dealmap.ServicePN, Unit: "Cross 13", Territories: []dealmap.TerritoryCode{"dep:13"}}
	cross59 = dealmap.Grant{Subject: "cross59", Name: "Cross 59", Role: dealmap.RoleCross, Service: dealmap.ServicePN, Unit: "Cross 59", Territories: []dealmap.TerritoryCode{"dep:59"}}
)

// bench is a map with a desk beside it, in one folder, that can be started again.
type bench struct {
	t     *testing.T
	dir   string
	store *store.Store
	desk  *staging.Desk
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir()}
	b.start()
	t.Cleanup(b.stop)
	for _, g := range []dealmap.Grant{cross13, cross59} {
		b.do(dealmap.Console("essai", dealmap.RoleAdmin), dealmap.GiveGrant{ID: dealmap.ID(uuid.New()), Grant: g})
	}
	return b
}

func (b *bench) start() {
	b.t.Helper()
	terr, err := atlas()
	if err != nil {
		b.t.Fatal(err)
	}
	if b.store, err = store.Open(context.Background(), store.Options{Dir: b.dir, Territories: terr, Clock: func() time.Time { return noon }}); err != nil {
		b.t.Fatal(err)
	}
	b.desk, err = staging.Open(staging.Options{Dir: b.dir + "/imports", Store: b.store, Territories: terr, NewID: func() dealmap.ID { return dealmap.ID(uuid.New()) }})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) stop() {
	b.t.Helper()
	if err := b.desk.Close(); err != nil {
		b.t.Error(err)
	}
	if err := b.store.Close(); err != nil {
		b.t.Error(err)
	}
}

func (b *bench) do(v dealmap.Viewer, c dealmap.Command) dealmap.Result {
	b.t.Helper()
	result, err := b.store.Do(context.Background(), v, c, "")
	if err != nil {
		b.t.Fatalf("%T: %v", c, err)
	}
	return result
}

func (b *bench) viewer(name string) dealmap.Viewer {
	b.t.Helper()
	v, ok := b.store.Snapshot().Viewer(name, time.Now())
	if !ok {
		b.t.Fatalf("%s has no grant", name)
	}
	v.Motive = "mise à jour"
	return v
}

// staged takes a list in with a mapping, and waits until it is staged.
func (b *bench) staged(v dealmap.Viewer, name, text string, change func(*mapping.Profile)) dealmap.StagedList {
	b.t.Helper()
	l, err := b.desk.Add(context.Background(), v, name, int64(len(text)), strings.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	p := profile()
	if change != nil {
		change(&p)
	}
	if _, err := b.desk.Map(v, l.ID, p, ""); err != nil {
		b.t.Fatal(err)
	}
	return b.wait(v, l.ID)
}

func (b *bench) wait(v dealmap.Viewer, id dealmap.ID) dealmap.StagedList {
	b.t.Helper()
	if err := b.desk.Wait(b.t.Context(), id, nil); err != nil {
		b.t.Fatal(err)
	}
	l, err := b.desk.Get(v, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return l
}

func profile() mapping.Profile {
	return mapping.Profile{
		Columns:  map[string]string{"name": "Nom", "address": "Adresse", "x": "Lon", "y": "Lat", "products": "Produits", "commune": "Insee"},
		Defaults: map[string]string{"kind": "street", "status": "active", "accuracy": "building", "owner_service": "GN", "owner_unit": "BR Aubagne"},
	}
}

const heading = "Nom;Adresse;Lon;Lat;Produits;Insee\n"

// tilleuls is a place of the map that the lists below know too.
func tilleuls() dealmap.AddPlace {
	return dealmap.AddPlace{ID: dealmap.ID(uuid.New()), Status: dealmap.Active, Facts: dealmap.Facts{
		Kind: dealmap.Street, Name: "Résidence des Tilleuls", Address: "12 avenue du Loriot", Commune: "13055", Position: &orb.Point{5.3698, 43.2965},
		Accuracy: dealmap.AccuracyBuilding, Products: []dealmap.Product{"cannabis"}, Networks: []string{"R-13-7KQ"},
	}}
}

const three = heading +
	"RES. DES TILLEULS;12 av. du Loriot;5,36985;43,29652;cocaïne;13055\n" +
	"Tour Nouvelle;3 rue du Sémaphore;5,41;43,31;shit;13055\n" +
	"Sans coordonnées;;;;crack;13001\n"

func (b *bench) names() []string {
	b.t.Helper()
	var list []string
	b.store.Snapshot().Each(dealmap.NewScope(dealmap.Console("essai", dealmap.RoleOfast), dealmap.DateOf(noon)), dealmap.ID{}, func(s dealmap.Sight) bool {
		at, _ := s.Position()
		list = append(list, fmt.Sprint(s.Name(), s.Products(), at, s.Owner(), s.CoOwners(), s.Handling()))
		return true
	})
	slices.Sort(list)
	return list
}

func TestAListComesOntoTheMapAndGoesAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	there := b.do(v, tilleuls()).Subject
	before := b.names()
	l := b.staged(v, "gendarmerie.csv", three, nil)
	if l.Stage != dealmap.StageStaged || l.Rows != 3 || l.Counts[dealmap.RowQuarantined] != 0 || l.CommuneOnly != 1 || l.Bounds == nil {
		t.Fatalf("staged: %+v", l)
	}
	if len(b.names()) != 1 {
		t.Fatal("a row is on the map before it is validated")
	}
	rows, more, err := b.desk.Rows(v, l.ID, nil, 0, 10)
	if err != nil || more || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if alike := rows[0].Alike; len(alike) != 1 || alike[0].ID != there || len(alike[0].Reasons) == 0 || rows[1].State != dealmap.RowNew {
		t.Errorf("rows %+v", rows)
	}
	if _, err := b.desk.ChangeRow(t.Context(), v, l.ID, rows[0].Line, dealmap.RowChange{Decide: true, Decision: &dealmap.RowDecision{Action: dealmap.RowActionMerge, Into: there}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Commit(t.Context(), v, l.ID, 0.98); err != nil {
		t.Fatal(err)
	}
	l = b.wait(v, l.ID)
	if l.Stage != dealmap.StageCommitted || l.Import.Counts.Added != 2 || l.Import.Counts.Merged != 1 {
		t.Fatalf("committed: %+v, %+v", l, l.Import)
	}
	if got := b.names(); len(got) != 3 {
		t.Errorf("the map holds %q", got)
	}
	again := b.staged(v, "encore.csv", three, nil)
	if again.Counts[dealmap.RowKnown] != 3 {
		t.Errorf("the same rows again: %v", again.Counts)
	}
	if _, err := b.desk.Commit(t.Context(), v, l.ID, 0.98); dealmap.KindOf(err) != dealmap.KindConflict {
		t.Errorf("committed twice: %v", err)
	}
	if err := b.desk.Drop(v, l.ID); dealmap.KindOf(err) != dealmap.KindConflict {
		t.Errorf("a list on the map is forgotten: %v", err)
	}
	if _, err := b.desk.Undo(t.Context(), v, l.ID, true); err != nil {
		t.Fatal(err)
	}
	if l = b.wait(v, l.ID); l.Stage != dealmap.StageUndone {
		t.Errorf("undone: %+v", l)
	}
	if after := b.names(); !slices.Equal(before, after) {
		t.Errorf("after the undoing the map holds\n%q, before\n%q", after, before)
	}
	once := b.staged(v, "encore une fois.csv", three, nil)
	if once.Counts[dealmap.RowKnown] != 0 {
		t.Errorf("withdrawn rows count as known: %v", once.Counts)
	}
}

func TestBadRowsAreSetAsideAndMended(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	l := b.staged(v, "liste.csv", heading+
		"Tour A;;5,37;43,30;cannabis;13055\n"+
		"Tour B, voir M. Dupont;;5,38;43,30;cannabis;13055\n"+
		"Tour C;;5,39;abc;cannabis;13055\n"+
		"Tour D;;5,40;43,31;choucroute;13055\n"+
		"Tour A;;5,37;43,30;cannabis;13055\n", nil)
	if l.Counts[dealmap.RowQuarantined] != 3 || l.Counts[dealmap.RowNew] != 2 {
		t.Fatalf("counts %v", l.Counts)
	}
	rows, _, err := b.desk.Rows(v, l.ID, []dealmap.RowState{dealmap.RowQuarantined}, 0, 10)
	if err != nil || len(rows) != 3 {
		t.Fatal(len(rows), err)
	}
	for i, column := range []string{"Nom", "Lat", "Produits"} {
		if p := rows[i].Problems; len(p) == 0 || p[0].Column != column || p[0].Reason == "" {
			t.Errorf("line %d: %+v", rows[i].Line, p)
		}
	}
	if p := rows[0].Problems[0]; p.Value[p.Start:p.End] != "M. Dupont" {
		t.Errorf("the span of personal data is %q", p.Value[p.Start:p.End])
	}
	var sheet [][]string
	if err := b.desk.Quarantine(v, l.ID, func(cells []string) error { sheet = append(sheet, cells); return nil }); err != nil || len(sheet) != 4 || len(sheet[1]) != 9 {
		t.Errorf("the quarantine as a sheet: %q, %v", sheet, err)
	}
	mended, err := b.desk.ChangeRow(t.Context(), v, l.ID, rows[1].Line, dealmap.RowChange{Cells: map[string]string{"Lat": "43,32"}})
	if err != nil || mended.State != dealmap.RowNew || !mended.Mended {
		t.Errorf("mended: %+v, %v", mended, err)
	}
	for _, bad := range []dealmap.RowChange{
		{Cells: map[string]string{"Colonne": "x"}}, {Decide: true, Decision: &dealmap.RowDecision{Action: "perhaps"}},
		{Decide: true, Decision: &dealmap.RowDecision{Action: dealmap.RowActionMerge, Into: dealmap.ID{1}}},
	} {
		if _, err := b.desk.ChangeRow(t.Context(), v, l.ID, rows[1].Line, bad); dealmap.KindOf(err) != dealmap.KindInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	// Another mapping keeps what was mended.
	if _, err := b.desk.Map(v, l.ID, profile(), "Liste de la BR"); err != nil {
		t.Fatal(err)
	}
	if l = b.wait(v, l.ID); l.Counts[dealmap.RowNew] != 3 || l.Counts[dealmap.RowQuarantined] != 2 {
		t.Errorf("staged anew: %v", l.Counts)
	}
	if kept, err := b.desk.Profiles(v); err != nil || len(kept) != 1 || kept[0].Name != "Liste de la BR" {
		t.Errorf("profiles %+v, %v", kept, err)
	}
}

func TestListsAreOfTheirUnit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	l := b.staged(b.viewer("cross13"), "liste.csv", three, nil)
	other := b.viewer("cross59")
	if _, err := b.desk.Get(other, l.ID); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Errorf("another unit's list: %v", err)
	}
	if all, err := b.desk.Lists(other); err != nil || len(all) != 0 {
		t.Errorf("lists of another unit: %v, %v", all, err)
	}
	if err := b.desk.Drop(other, l.ID); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Errorf("another unit's list is forgotten: %v", err)
	}
	nobody := dealmap.Viewer{Role: dealmap.RoleInvestigator, Subject: "pn"}
	if _, err := b.desk.Add(t.Context(), nobody, "liste.csv", -1, strings.NewReader(three)); dealmap.KindOf(err) != dealmap.KindForbidden {
		t.Errorf("an investigator hands a list in: %v", err)
	}
}

// TestRestartsGoOn stops the program in the middle of staging, validating and undoing.
func TestRestartsGoOn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	var text strings.Builder
	text.WriteString(heading)
	const n = 6000
	for i := range n {
		fmt.Fprintf(&text, "Tour %d;%d rue du Sémaphore;%.5f;%.5f;cannabis;13055\n", i, i, 5.30+float64(i%100)/900, 43.25+float64(i/100)/900)
	}
	restart := func() {
		b.stop()
		b.start()
	}
	l, err := b.desk.Add(t.Context(), v, "liste.csv", -1, strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Map(v, l.ID, profile(), ""); err != nil {
		t.Fatal(err)
	}
	restart()
	if l = b.wait(v, l.ID); l.Stage != dealmap.StageStaged || l.Rows != n {
		t.Fatalf("staged after a restart: %+v %v", l.Stage, l.Counts)
	}
	if _, err := b.desk.Commit(t.Context(), v, l.ID, 1); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		time.Sleep(20 * time.Millisecond)
		restart()
	}
	if l = b.wait(v, l.ID); l.Stage != dealmap.StageCommitted || b.store.Snapshot().Len() != n || l.Import.Counts.Added != n {
		t.Fatalf("committed after restarts: %v, %d places, %+v", l.Stage, b.store.Snapshot().Len(), l.Import)
	}
	if _, err := b.desk.Undo(t.Context(), v, l.ID, false); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		time.Sleep(20 * time.Millisecond)
		restart()
	}
	if l = b.wait(v, l.ID); l.Stage != dealmap.StageUndone || len(b.names()) != 0 {
		t.Fatalf("undone after restarts: %v, %d left", l.Stage, len(b.names()))
	}
}
