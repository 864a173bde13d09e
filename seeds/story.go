package seeds

import (
	"iter"
	"slices"

	"github.com/mesure5/dealmap"
)

const (
	// storyWeeks is how long a story lasts: three years.
	storyWeeks = 156
	// toldAtOnce is how many places one command of a story enters.
	toldAtOnce = 2000
)

// Story tells the map of some places, as [Places] yields them, in time: for one day in each of the last 156 weeks, today the last,
// what services come to write of them on that day, in the order in which it is to be decided. Days on which nothing is written are
// left out. The author must be one who sees and may do everything, such as Ofast.
//
// A place is entered in the week in which it was first seen, or on the first day with what was known of it then. On the way some
// are verified after they were reported, all are confirmed now and then, some are closed by an operation and come back, and in
// some départements many rest out of season. In the end each has the facts, the status and the closing that Places gave it. What
// is under embargo today is entered today: nobody but its owner could have written of it since.
//
// The same places, today and seed give the same story.
func Story(places []dealmap.AddPlace, today dealmap.Date, seed uint64) iter.Seq2[dealmap.Date, []dealmap.Command] {
	t := teller{begin: today.Days() - 7*storyWeeks, today: today.Days(), seed: seed}
	for i := range places {
		t.tell(&places[i])
	}
	return func(yield func(dealmap.Date, []dealmap.Command) bool) {
		for week := range t.told {
			var commands []dealmap.Command
			for some := range slices.Chunk(t.entered[week], toldAtOnce) {
				commands = append(commands, dealmap.ImportPlaces{Places: some})
			}
			commands = append(commands, t.told[week]...)
			if len(commands) > 0 && !yield(dealmap.DateOfDays(t.begin+int32(7*week)), commands) {
				return
			}
		}
	}
}

// teller gathers what is written in each week. Its days are those of [dealmap.Date.Days].
type teller struct {
	begin, today int32
	seed         uint64
	entered      [storyWeeks + 1][]dealmap.AddPlace
	told         [storyWeeks + 1][]dealmap.Command
}

// week is the first in which what happened on a day may be written.
func (t *teller) week(day int32) int32 { return max(0, (day-t.begin+6)/7) }

// tell puts down the life of one place.
func (t *teller) tell(add *dealmap.AddPlace) {
	if add.Facts.Handling.UnderEmbargo(dealmap.DateOfDays(t.today)) {
		t.enter(*add, t.today)
		return
	}
	t.write(add, plot(add, t))
}

func (t *teller) enter(add dealmap.AddPlace, day int32) {
	week := t.week(day)
	t.entered[week] = append(t.entered[week], add)
}

// write makes commands of a life: what had been before the story begins is part of the record as it is entered.
func (t *teller) write(end *dealmap.AddPlace, life []moment) {
	first := life[0]
	start := *end
	start.Status, start.Closing = first.to, nil
	seen := first.day
	for len(life) > 1 && life[1].written <= t.begin {
		life = life[1:]
		if life[0].seen() {
			seen = life[0].day
		}
		if life[0].to != "" {
			start.Status, start.Closing = life[0].to, life[0].closing
		}
	}
	start.Facts.LastSeen = dealmap.DateOfDays(seen)
	start.Facts.NextReview = nextReview(start.Facts.LastSeen, start.Closing)
	t.enter(start, max(first.day, t.begin))
	for _, m := range life[1:] {
		week := t.week(m.written)
		t.told[week] = append(t.told[week], m.command(end.ID))
	}
}
