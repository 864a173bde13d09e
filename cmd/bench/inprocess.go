package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// inProcess compares the durable writes a second of one writer and of 64 without HTTP, whose client shares the processor
// with the server here. It works on the data that the server has left.
func (b *bench) inProcess() (err error) {
	territories, err := seeds.Gazetteer()
	if err != nil {
		return err
	}
	s, err := store.Open(b.ctx, store.Options{Dir: b.data, Territories: territories})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	author := dealmap.Console("bench", dealmap.RoleOfast)
	rate, err := b.rates(func(w, i int) error {
		at := orb.Point{4.9 + float64(w)/200, 43.5 + float64(i%2000)/1e4}
		add := dealmap.AddPlace{Status: dealmap.Active, AcceptDuplicates: true, Facts: dealmap.Facts{
			Kind: dealmap.Street, Name: fmt.Sprintf("Passage %d", i), Accuracy: dealmap.AccuracyBuilding, Position: &at,
		}}
		_, _ = rand.Read(add.ID[:]) // never fails (crypto/rand)
		_, err := s.Do(b.ctx, author, add, "")
		return err
	})
	if err != nil {
		return err
	}
	b.add("durable writes without HTTP, 1 writer", fmt.Sprintf("%.0f /s", rate[1]), "")
	b.add("durable writes without HTTP, 64 writers", fmt.Sprintf("%.0f /s, %.1f times one", rate[64], rate[64]/rate[1]), "≥ 10 times one")
	return nil
}

// rates returns how often a second write is done by one writer and by 64 at once; it is told which writer, and its turn.
func (b *bench) rates(write func(writer, turn int) error) (map[int]float64, error) {
	const lasts = 5 * time.Second
	rate := map[int]float64{}
	for _, writers := range []int{1, 64} {
		var done atomic.Int64
		var failed error
		var once sync.Once
		var all sync.WaitGroup
		end := time.Now().Add(lasts)
		for w := range writers {
			all.Go(func() {
				for i := 0; time.Now().Before(end); i++ {
					if err := write(w, i); err != nil {
						once.Do(func() { failed = err })
						return
					}
					done.Add(1)
				}
			})
		}
		all.Wait()
		if failed != nil {
			return nil, failed
		}
		rate[writers] = float64(done.Load()) / lasts.Seconds()
	}
	return rate, nil
}
