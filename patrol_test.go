package dealmap

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// saturday is 28 November 2026.
var saturday = Date{2026, 11, 28}

func sightsFor(who Viewer, places ...*Place) iter.Seq[Sight] {
	scope := NewScope(who, saturday)
	return func(yield func(Sight) bool) {
		for _, p := range places {
			if sight, ok := scope.See(p); ok && !yield(sight) {
				return
			}
		}
	}
}

func stopPlace(n int, change func(*Place)) *Place {
	p := &Place{ID: id(n), Reference: fmt.Sprintf("13-%05d", n), Status: Active, Facts: marseille(), Territories: chains["com:13055"]}
	p.Facts.Handling = Handling{Reach: ReachNational, Code: "H0"}
	p.Facts.LastSeen, p.Facts.NextReview = saturday.AddDays(-10), saturday.AddDays(80)
	if change != nil {
		change(p)
	}
	return p
}

func afternoon() PatrolQuestion {
	return PatrolQuestion{Date: saturday, Window: MinuteSpan{14 * 60, 22 * 60}, Filter: Filter{Territory: "com:13055"}, Limit: 20}
}

func TestPatrolSaysWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*Place)
		score  int
		points string
		best   string
		words  []string
	}{
		{nil, 24 + 30 + 20 + 0, "24 30 20 0", "14:00-22:00", []string{"intensité 3 sur 5", "ouvert pendant tout le créneau", "il y a 10 jours : point sûr", "pour le 16/02/2027"}},
		{func(p *Place) { p.Facts.Intensity, p.Facts.Hours = 0, "" }, 16 + 15 + 20, "16 15 20 0", "00:00-00:00",
			[]string{"intensité inconnue, comptée comme 2 sur 5", "horaires inconnus : comptent pour moitié"}},
		{func(p *Place) { p.Facts.Hours = "Sa 18:00-03:00" }, 24 + 15 + 20, "24 15 20 0", "18:00-22:00", []string{"ouvert de 18\u00a0h à 22\u00a0h"}},
		{func(p *Place) { p.Facts.Hours = "Sa 14:00-15:30,17:15-18:00" }, 24 + 8 + 20, "24 8 20 0", "14:00-15:30",
			[]string{"ouvert 2\u00a0h\u00a015 du créneau en plusieurs fois, la plus longue de 14\u00a0h à 15\u00a0h\u00a030"}},
		{func(p *Place) { p.Facts.Hours = "Mo-Fr 12:00-22:00" }, 24 + 0 + 20, "24 0 20 0", "00:00-00:00", []string{"fermé pendant tout le créneau"}},
		{func(p *Place) { p.Facts.Hours = "le soir" }, 24 + 15 + 20, "24 15 20 0", "00:00-00:00", []string{"illisibles ou non dits"}},
		{func(p *Place) { p.Facts.Hours = "12:00-22:00; PH off" }, 24 + 30 + 20, "24 30 20 0", "14:00-22:00", []string{"(horaires lus en partie)"}},
		{func(p *Place) { p.Facts.LastSeen, p.Facts.NextReview = saturday.AddDays(-105), saturday }, 24 + 30 + 10 + 10, "24 30 10 10", "14:00-22:00",
			[]string{"confirmé il y a 105 jours", "revue échue le 28/11/2026"}},
		{func(p *Place) { p.Facts.LastSeen, p.Facts.NextReview = saturday.AddDays(-400), Date{} }, 24 + 30 + 0 + 0, "24 30 0 0", "14:00-22:00",
			[]string{"pas confirmé depuis 400 jours : point peu sûr", "échéance de revue inconnue"}},
		{func(p *Place) { p.Facts.LastSeen = Date{} }, 24 + 30 + 10 + 0, "24 30 10 0", "14:00-22:00", []string{"dernière confirmation inconnue"}},
		{func(p *Place) { p.Facts.LastSeen = saturday.AddDays(1) }, 24 + 30 + 20, "24 30 20 0", "14:00-22:00", []string{"le jour même"}},
	} {
		plan := Patrol(sightsFor(ofast, stopPlace(1, c.change)), afternoon())
		if len(plan.Stops) != 1 {
			t.Fatalf("%d stops", len(plan.Stops))
		}
		stop := plan.Stops[0]
		var points, words []string
		for _, r := range stop.Reasons {
			points, words = append(points, fmt.Sprint(r.Points)), append(words, r.Text)
		}
		if got := FormatClock(stop.Best.From) + "-" + FormatClock(stop.Best.Until); stop.Score != c.score || strings.Join(points, " ") != c.points || got != c.best {
			t.Errorf("%d = %s, best %s; want %d = %s, %s: %q", stop.Score, points, got, c.score, c.points, c.best, words)
		}
		for _, want := range c.words {
			if !strings.Contains(strings.Join(words, "\n"), want) {
				t.Errorf("%q is not said in %q", want, words)
			}
		}
	}
}

func TestPatrolTakesOnlyWhatSellsOnThePublicWay(t *testing.T) {
	t.Parallel()
	var places []*Place
	n := 0
	for _, kind := range Kinds() {
		for _, status := range Statuses() {
			n++
			places = append(places, stopPlace(n, func(p *Place) { p.Facts.Kind, p.Status = Kind(kind.Value), Status(status.Value) }))
		}
	}
	places = append(places, stopPlace(n+1, func(p *Place) { p.Territories = chains["com:84007"] }))
	plan := Patrol(sightsFor(ofast, places...), afternoon())
	if plan.Candidates != 6 || len(plan.Stops) != 6 { // three kinds, two statuses
		t.Errorf("%d candidates, %d stops", plan.Candidates, len(plan.Stops))
	}
	q := afternoon()
	q.Filter.Kinds, q.Limit = []Kind{Drive}, 1
	if plan := Patrol(sightsFor(ofast, places...), q); plan.Candidates != 2 || len(plan.Stops) != 1 {
		t.Errorf("drives: %d candidates, %d stops", plan.Candidates, len(plan.Stops))
	}
	if plan := Patrol(sightsFor(prefet13, places...), afternoon()); plan.Candidates != 0 || plan.Unknown != 0 {
		t.Errorf("who sees aggregates only is shown %d places", plan.Candidates)
	}
}

// TestPatrolOfRandomPlaces holds every plan to its rules, for everyone: scores add up, order and ranks are those of the scores,
// the hours of the day are those of the places, and what is withheld changes nothing.
func TestPatrolOfRandomPlaces(t *testing.T) {
	t.Parallel()
	r := seed(t)
	hours := []string{"", "24/7", "Mo-Su 12:00-22:00", "Fr 22:00-04:00", "Sa 10:00-11:00,13:00-15:00", "Mo-Fr 09:00-12:00", "le soir", "Mo-Su", "Fr 20:00-03:00; Sa"}
	blurred := 0
	for range 60 {
		var places, redrawn []*Place
		for n := range 40 {
			p := stopPlace(n+1, func(p *Place) {
				p.Facts.Intensity, p.Facts.Hours = r.IntN(6), hours[r.IntN(len(hours))]
				p.Facts.LastSeen, p.Facts.NextReview = saturday.AddDays(-r.IntN(250)), saturday.AddDays(r.IntN(100)-50)
				p.Facts.Owner = Owner{ServicePN, "Cross 13"}
				p.Facts.Handling = Handling{Reach: []Reach{ReachService, ReachNational}[r.IntN(2)], Code: "H0", Blurred: true}
				if r.IntN(3) == 0 {
					p.Facts.Handling.Code = "H3"
				}
			})
			other := *p
			other.Facts.Intensity, other.Facts.Hours, other.Facts.LastSeen, other.Facts.NextReview = 5, "24/7", saturday, saturday.AddDays(-9)
			places, redrawn = append(places, p), append(redrawn, &other)
		}
		q := afternoon()
		q.Window.From = r.IntN(dayMinutes)
		q.Window.Until, q.Limit = q.Window.From+1+r.IntN(dayMinutes-q.Window.From), 1+r.IntN(50)
		for _, who := range everyone() {
			plan := Patrol(sightsFor(who, places...), q)
			if len(plan.Stops) != min(plan.Candidates, q.Limit) {
				t.Fatalf("%d stops of %d, limit %d", len(plan.Stops), plan.Candidates, q.Limit)
			}
			checkPlan(t, plan, q, slices.Collect(sightsFor(who, places...)))
			if again := Patrol(sightsFor(who, backwards(places)...), q); !reflect.DeepEqual(plan, again) {
				t.Fatal("the order of the map changes the plan")
			}
			scope := NewScope(who, saturday)
			for i, p := range places {
				sight, ok := scope.See(p)
				if !ok || sight.Detail() != Blurred {
					continue
				}
				blurred++
				before, after := Patrol(sightsFor(who, p), q), Patrol(sightsFor(who, redrawn[i]), q)
				before.Stops[0].Sight, after.Stops[0].Sight = Sight{}, Sight{}
				if !reflect.DeepEqual(before, after) || before.Unknown != 1 || before.Stops[0].Best != (MinuteSpan{}) {
					t.Fatalf("what is withheld tells: %+v, %+v", before, after)
				}
			}
		}
	}
	if blurred == 0 {
		t.Error("nothing was blurred: the test shows less")
	}
}

func backwards(places []*Place) []*Place {
	places = slices.Clone(places)
	slices.Reverse(places)
	return places
}

func checkPlan(t *testing.T, plan PatrolPlan, q PatrolQuestion, sights []Sight) {
	t.Helper()
	for i, stop := range plan.Stops {
		sum := 0
		for _, reason := range stop.Reasons {
			sum += reason.Points
			if reason.Points < 0 || reason.Points > reason.Most || reason.Text == "" {
				t.Fatalf("reason %+v", reason)
			}
		}
		if stop.Rank != i+1 || stop.Score != sum || sum > 100 || len(stop.Reasons) != 4 {
			t.Fatalf("stop %d: %+v", i, stop)
		}
		if i > 0 && cmp.Or(plan.Stops[i-1].Score-stop.Score, cmp.Compare(stop.Sight.Reference(), plan.Stops[i-1].Sight.Reference())) <= 0 {
			t.Fatalf("stop %d comes before its turn", i)
		}
		if b := stop.Best; b != (MinuteSpan{}) && (b.Length() == 0 || b.Overlap(q.Window) != b) {
			t.Fatalf("best time %v is not within %v", b, q.Window)
		}
	}
	var open [24]int
	unknown := 0
	for _, s := range sights {
		if !s.Showable() {
			continue
		}
		h, _ := ParseHours(s.Hours())
		if _, known := h.Spans(time.Saturday); !known {
			unknown++
		}
		for minute, said := 0, -1; minute < dayMinutes; minute++ {
			if is, _ := h.OpenAt(time.Saturday, minute); is && said != minute/60 {
				said = minute / 60
				open[said]++
			}
		}
	}
	if plan.OpenAt != open || plan.Unknown != unknown {
		t.Fatalf("open %v, unknown %d; want %v, %d", plan.OpenAt, plan.Unknown, open, unknown)
	}
}

func TestPatrolQuestionIsChecked(t *testing.T) {
	t.Parallel()
	q := afternoon()
	if err := q.Check(atlas{}); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(*PatrolQuestion){
		"territory": func(q *PatrolQuestion) { q.Filter.Territory = "com:99999" },
		"date":      func(q *PatrolQuestion) { q.Date = Date{} },
		"from":      func(q *PatrolQuestion) { q.Window.From = dayMinutes },
		"until":     func(q *PatrolQuestion) { q.Window.Until = q.Window.From },
		"kind":      func(q *PatrolQuestion) { q.Filter.Kinds = []Kind{Delivery} },
		"product":   func(q *PatrolQuestion) { q.Filter.Products = []Product{"tea"} },
	} {
		q := afternoon()
		change(&q)
		wantField(t, q.Check(atlas{}), field)
	}
	q.Filter.Territory, q.Window.Until = "", 60
	err := q.Check(atlas{})
	wantField(t, err, "territory")
	wantField(t, err, "until")
}
