package memjournal_test

import (
	"sync"
	"testing"

	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/memjournal"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	var places sync.Map
	journaltest.Run(t, func(t *testing.T) string { return t.Name() }, func(t *testing.T, place string) store.Engine {
		j, _ := places.LoadOrStore(place, memjournal.New())
		return j.(*memjournal.Journal)
	})
}
