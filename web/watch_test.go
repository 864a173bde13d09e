package web_test

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

type spanOfDays struct{ From, Until string }

type beforeAfter struct{ Before, After int }

// watch is what is read of what happened around an operation.
type watch struct {
	Buffer, Ring, Days, Elapsed, Centres, Closed, Reopened, Opened int
	Partial                                                        bool
	Before, After                                                  *spanOfDays
	Treated, Displacement, Control                                 beforeAfter
	ControlTerritory                                               struct{ Code string } `json:"control_territory"`
	ControlWeight                                                  float64               `json:"control_weight"`
	Difference                                                     struct {
		Known         bool
		Difference, Z float64
		StandardError float64 `json:"standard_error"`
	}
	ReopenedPlaces *[]namedPlace `json:"reopened_places"`
	OpenedPlaces   *[]namedPlace `json:"opened_places"`
	Rule           string
	Notes          []string
}

func (a *answer) watch() (w watch) {
	a.t.Helper()
	a.want(http.StatusOK).json(&w)
	return w
}

func day(month, day int) dealmap.Date {
	return dealmap.DateOf(dealmap.Date{Year: 2026, Month: 1, Day: 1}.Time().AddDate(0, month-1, day-1))
}

// lively adds a point in Marseille, first seen on a day, that dealers were seen at on others.
func (w *world) lively(n byte, at orb.Point, first dealmap.Date, seen ...dealmap.Date) dealmap.ID {
	w.t.Helper()
	id := dealmap.ID{n, 0xcc, 6: 0x40, 8: 0x80}
	cross := w.viewer("cross13")
	w.do(cross, dealmap.AddPlace{ID: id, Status: dealmap.Active, AcceptDuplicates: true, Facts: dealmap.Facts{
		Kind: dealmap.Street, Name: fmt.Sprint("Rue ", n), Commune: "13055", Position: &at, Accuracy: dealmap.AccuracyDoor, FirstSeen: first,
	}})
	for _, d := range seen {
		w.do(cross, dealmap.ConfirmPlace{ID: id, Date: d})
	}
	return id
}

// scene is a map with an operation of 1 to 3 September 2026, over long enough for 60 days after it.
func scene(t *testing.T) (w *world, operation string, closed dealmap.ID) {
	w = newWorld(t)
	cross := w.viewer("cross13")
	centre := orb.Point{5.37, 43.3}
	north := func(metres float64) orb.Point { return orb.Point{centre[0], centre[1] + metres/111_195} }
	// The target: seen on four days before, closed by the operation, reopened and seen on two days after.
	closed = w.lively(1, centre, day(1, 1), day(7, 10), day(7, 20), day(8, 10), day(8, 20))
	w.do(cross, dealmap.StepPlace{ID: closed, To: dealmap.Closed, Reason: dealmap.Dismantled, Date: day(9, 2)})
	w.do(cross, dealmap.StepPlace{ID: closed, To: dealmap.Active, Date: day(10, 5)})
	w.do(cross, dealmap.ConfirmPlace{ID: closed, Date: day(10, 20)})
	w.lively(2, north(300), day(9, 20), day(9, 21), day(9, 22))            // in the buffer, new since
	w.lively(3, north(1000), day(2, 1), day(8, 1), day(9, 15), day(9, 16)) // in the ring
	w.lively(4, north(9000), day(2, 1), day(7, 15), day(8, 15), day(9, 15))
	w.lively(5, orb.Point{5.05, 43.4}, day(2, 1), day(7, 16), day(8, 16), day(8, 17), day(9, 17), day(10, 1), day(10, 2), day(11, 20))
	w.do(cross, dealmap.StepPlace{ID: w.lively(6, north(100), day(9, 10)), To: dealmap.Closed, Reason: dealmap.Mistake, Date: day(9, 12)})
	result := w.do(cross, dealmap.RecordOperation{ID: dealmap.ID{1, 0xdd, 6: 0x40, 8: 0x80}, Facts: dealmap.OperationFacts{Type: dealmap.Judicial, From: day(9, 1),
		Until: day(9, 3), Territory: "com:13055", Places: []dealmap.ID{closed}}})
	return w, "/api/v1/operations/" + result.Subject.String(), closed
}

func TestWatchOfAnOperation(t *testing.T) {
	t.Parallel()
	w, operation, closed := scene(t)
	got := w.as("cross13").get(operation + "/watch?days=60").watch()
	if got.Buffer != 500 || got.Ring != 1500 || got.Partial || got.Elapsed != 60 || got.Centres != 1 || got.ControlTerritory.Code != "dep:13" ||
		*got.Before != (spanOfDays{"2026-07-03", "2026-08-31"}) || *got.After != (spanOfDays{"2026-09-04", "2026-11-02"}) {
		t.Errorf("asked: %+v", got)
	}
	// Before: four days at the target. After: it was reopened and seen again; three days at the new point. Of the ring one day, then two.
	if got.Treated != (beforeAfter{4, 5}) || got.Displacement != (beforeAfter{1, 2}) || got.Control != (beforeAfter{5, 4}) {
		t.Errorf("counted: treated %+v, ring %+v, control %+v", got.Treated, got.Displacement, got.Control)
	}
	weight := 4.0 / 5
	difference, variance := (5-4)-weight*(4-5)+(2-1), 9+weight*weight*9+3
	if got.ControlWeight != weight || !got.Difference.Known || math.Abs(got.Difference.Difference-difference) > 1e-9 ||
		math.Abs(got.Difference.StandardError-math.Sqrt(variance)) > 1e-9 || math.Abs(got.Difference.Z-difference/math.Sqrt(variance)) > 1e-9 {
		t.Errorf("weight %v, difference %+v, want %v, %v and √%v", got.ControlWeight, got.Difference, weight, difference, variance)
	}
	if got.Closed != 1 || got.Reopened != 1 || got.Opened != 1 || len(*got.ReopenedPlaces) != 1 || (*got.ReopenedPlaces)[0].ID != closed.String() ||
		(*got.ReopenedPlaces)[0].Date != "2026-10-05" || len(*got.OpenedPlaces) != 1 || (*got.OpenedPlaces)[0].Date != "2026-09-20" {
		t.Errorf("closed %d, reopened %d %+v, opened %d %+v", got.Closed, got.Reopened, got.ReopenedPlaces, got.Opened, got.OpenedPlaces)
	}
	lines := w.log.of(dealmap.WhatWatch)
	if len(lines) != 1 || len(lines[0].Places) != 2 || lines[0].Query != "days=60" || !strings.HasPrefix(lines[0].Detail, "OP-13-") {
		t.Errorf("lines: %+v", lines)
	}
	single := w.as("gn").get("/api/v1/deal-points/" + closed.String() + "/watch?days=60").watch()
	if *single.After != (spanOfDays{"2026-09-03", "2026-11-01"}) || single.Treated != got.Treated || single.Closed != 1 || single.Reopened != 1 {
		t.Errorf("of the place: %+v", single)
	}
}

func TestWatchThatIsNotOver(t *testing.T) {
	t.Parallel()
	w, operation, _ := scene(t)
	got := w.as("ofast").get(operation + "/watch?days=365").watch()
	if !got.Partial || got.Elapsed != 81 || *got.Before != (spanOfDays{"2026-06-12", "2026-08-31"}) || *got.After != (spanOfDays{"2026-09-04", "2026-11-23"}) ||
		!slices.ContainsFunc(got.Notes, func(n string) bool { return strings.Contains(n, "81 jours sur 365") }) {
		t.Errorf("%+v", got)
	}
	today := w.do(w.viewer("cross13"), dealmap.RecordOperation{ID: dealmap.ID{2, 0xdd, 6: 0x40, 8: 0x80}, Facts: dealmap.OperationFacts{Type: dealmap.Dissuasion,
		From: day(11, 23), Territory: "dep:13"}})
	got = w.as("ofast").get("/api/v1/operations/" + today.Subject.String() + "/watch").watch()
	if got.Elapsed != 0 || got.Before != nil || got.After != nil || got.Difference.Known || got.Centres != 0 || got.ControlWeight != 1 || len(got.Notes) != 3 {
		t.Errorf("of today: %+v", got)
	}
}

// TestTheCLCTWatchesNumbers: no places, and distances between cells of 2 km only.
func TestTheCLCTWatchesNumbers(t *testing.T) {
	t.Parallel()
	w, operation, closed := scene(t)
	u := w.as("prefet13")
	a := u.get(operation + "/watch?days=60")
	got := a.watch()
	if got.Buffer != 2000 || got.Ring != 6000 || got.ReopenedPlaces != nil || got.OpenedPlaces != nil || got.Closed != 1 || got.Reopened != 1 || got.Opened != 1 || got.Centres != 1 {
		t.Errorf("%+v", got)
	}
	if sum := got.Treated.Before + got.Displacement.Before + got.Control.Before; sum != 10 || !got.Difference.Known {
		t.Errorf("%d days counted before, want 10: %+v", sum, got)
	}
	for _, secret := range []string{closed.String(), "Rue 1", "13-"} {
		if strings.Contains(strings.ReplaceAll(string(a.body), "OP-13-", ""), secret) {
			t.Errorf("the watch tells %q: %s", secret, a.body)
		}
	}
	// Moving a point inside its cell of 2 km changes nothing that the CLCT is told.
	cell := dealmap.CellOf(orb.Point{5.37, 43.3}).At(dealmap.TallyLevel)
	patch := fmt.Sprintf(`{"position":[%v,%v]}`, cell.Centre()[0], cell.Centre()[1])
	w.do(w.viewer("cross13"), dealmap.ChangePlace{ID: closed, Patch: []byte(patch)})
	for _, query := range []string{"?days=60", "?days=60&buffer=3000&ring=5500", "?days=60&control=com:13055"} {
		before := u.get(operation + "/watch" + query)
		w.do(w.viewer("cross13"), dealmap.ChangePlace{ID: closed, Patch: []byte(`{"position":[5.37,43.3]}`)})
		after := u.get(operation + "/watch" + query)
		if string(before.body) != string(after.body) {
			t.Errorf("%s tells where in its cell a point lies:\n%s\n%s", query, before.body, after.body)
		}
		w.do(w.viewer("cross13"), dealmap.ChangePlace{ID: closed, Patch: []byte(patch)})
	}
	for query, field := range map[string]string{"buffer=1999": "buffer", "buffer=2000&ring=3000": "ring", "control=qpv:QN01301M": "control"} {
		if fields := u.get(operation+"/watch?"+query).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, field) {
			t.Errorf("%s: %q", query, fields)
		}
	}
	u.get("/api/v1/deal-points/"+closed.String()+"/watch").problem(http.StatusNotFound, "not-found")
}

func TestWatchRefusals(t *testing.T) {
	t.Parallel()
	w, operation, closed := scene(t)
	u := w.as("cross13")
	for query, field := range map[string]string{"buffer=50": "buffer", "buffer=x": "buffer", "buffer=900000": "buffer", "ring=400": "ring", "ring=60000": "ring", "days=3": "days",
		"days=9999": "days", "control=dep:XX": "control", "rayon=3": "rayon"} {
		for _, path := range []string{operation, "/api/v1/deal-points/" + closed.String()} {
			if fields := u.get(path+"/watch?"+query).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, field) {
				t.Errorf("%s: %q", query, fields)
			}
		}
	}
	never := w.coded(9, "H0").Subject.String()
	u.get("/api/v1/deal-points/"+never+"/watch").problem(http.StatusConflict, "conflict")
	blurred := w.coded(8, "H0", func(f *dealmap.Facts) { f.Handling.Reach, f.Handling.Blurred = dealmap.ReachDepartement, true }).Subject.String()
	w.as("pn").get("/api/v1/deal-points/"+blurred+"/watch").problem(http.StatusForbidden, "forbidden")
	w.as("auditeur").get(operation+"/watch").problem(http.StatusNotFound, "not-found")
	w.as("pn").get("/api/v1/operations/OP-13-0000/watch").problem(http.StatusNotFound, "not-found")
}
