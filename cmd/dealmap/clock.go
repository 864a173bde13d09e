package main

import (
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/postgres"
)

var paris = store.ParisClock()

// clock gives the time that the map is decided at, in Paris: that of the machine, or of the engine that nodes share, so that they agree;
// while a story is told, that of its days. The zero clock goes with the machine's.
type clock struct {
	told   atomic.Pointer[time.Time]
	shared atomic.Pointer[postgres.DB]
}

func (c *clock) now() time.Time {
	if told := c.told.Load(); told != nil {
		return *told
	}
	if db := c.shared.Load(); db != nil {
		return paris().Add(db.Reach().Skew)
	}
	return paris()
}

// tell sets the clock to nine in the morning of a day, or leaves it at this moment when that is still to come.
func (c *clock) tell(day dealmap.Date) {
	now := paris()
	told := time.Date(int(day.Year), time.Month(day.Month), int(day.Day), 9, 0, 0, 0, now.Location())
	if now.Before(told) {
		told = now
	}
	c.told.Store(&told)
}

// release has the clock go with the machine's again.
func (c *clock) release() { c.told.Store(nil) }
