package dealmap

import (
	"testing"

	"pgregory.net/rapid"
)

// TestStirredCountsEachDayOnce draws lives and holds the counts of two spans against a list of the days that were entered.
func TestStirredCountsEachDayOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := DateOf(noon).AddDays(-200)
		w, p := newWorld(), &Place{}
		facts := marseille()
		facts.FirstSeen = start
		entered := map[Date]bool{start: true}
		var closings []Date
		reopened := Date{}
		fold := func(c Command) {
			events, err := c.Decide(w, cross13, w.env())
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if p, err = Fold(w.places[id(1)], e); err != nil {
					t.Fatal(err)
				}
				w.places[id(1)] = p
			}
		}
		fold(AddPlace{ID: id(1), Facts: facts, Status: Active})
		day := start
		for range rapid.IntRange(0, 12).Draw(t, "entries") {
			day = day.AddDays(rapid.IntRange(0, 15).Draw(t, "days"))
			switch {
			case p.Status == Closed:
				fold(StepPlace{ID: id(1), To: Active, Date: day})
				entered[day] = true
				if reopened.IsZero() {
					reopened = day
				}
			case rapid.IntRange(0, 3).Draw(t, "close") == 0:
				fold(StepPlace{ID: id(1), To: Closed, Reason: Dismantled, Date: day})
				closings = append(closings, day)
			default:
				fold(ConfirmPlace{ID: id(1), Date: day})
				entered[day] = true
			}
		}
		from := start.AddDays(rapid.IntRange(-5, 190).Draw(t, "from"))
		before, after := Span{from, from.AddDays(40)}, Span{from.AddDays(41), from.AddDays(80)}
		n, m := 0, 0
		for day := range entered {
			if before.Holds(day) {
				n++
			}
			if after.Holds(day) {
				m++
			}
		}
		always := Span{start, DateOf(noon)}
		for _, d := range []Detail{Whole, Shown, Tallied} {
			sight := seen(p, d)
			if gotN, gotM := sight.Stirred(before, after); gotN != n || gotM != m {
				t.Fatalf("in detail %d: %d and %d days, want %d and %d of %v", d, gotN, gotM, n, m, entered)
			}
			closed, again := sight.Closed(always)
			if again != reopened || closed.IsZero() != (len(closings) == 0) || len(closings) > 0 && closed != closings[0] || !sight.Opened(always) {
				t.Fatalf("closed %s, reopened %s, want %v and %s", closed, again, closings, reopened)
			}
		}
		blurred := seen(p, Blurred)
		if n, m := blurred.Stirred(always, always); n+m != 0 || blurred.Opened(always) {
			t.Fatal("a blurred place tells of its days")
		}
	})
}
