package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/consultations"
)

// TestWhoSawIsNotLostByAKill reads lists from many sides, kills the process, and looks in the consultation log for each that was answered.
func TestWhoSawIsNotLostByAKill(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	var mu sync.Mutex
	answered := map[string]int{}
	for round := range 3 {
		p := serve(t, data, "--demo", "--places", "50")
		var readers sync.WaitGroup
		for n := range 8 {
			cross := p.as("cross13")
			readers.Go(func() {
				for i := 0; ; i++ {
					box := fmt.Sprintf("5.%d,43.2,5.9,43.%05d", n+1, 50_000+round*10_000+i)
					status, body, err := cross.try("GET", "/api/v1/deal-points?limit=5&bbox="+box, nil, nil)
					if err != nil {
						return // killed
					}
					if status != http.StatusOK {
						t.Errorf("list: %d %s", status, body)
						return
					}
					mu.Lock()
					answered[box] = 0
					mu.Unlock()
				}
			})
		}
		for began, enough := time.Now(), false; !enough && !t.Failed() && time.Since(began) < time.Minute; {
			time.Sleep(5 * time.Millisecond)
			mu.Lock()
			enough = len(answered) >= (round+1)*300
			mu.Unlock()
		}
		p.kill()
		readers.Wait()
	}
	if t.Failed() {
		return
	}
	log, err := consultations.Open(filepath.Join(data, consultations.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	err = log.Each(func(_ uint64, c dealmap.Consultation) bool {
		for pair := range strings.SplitSeq(c.Query, "&") {
			if box, ok := strings.CutPrefix(pair, "bbox="); ok {
				box = strings.ReplaceAll(box, "%2C", ",")
				if _, known := answered[box]; known {
					answered[box]++
				}
			}
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	for box, lines := range answered {
		if lines != 1 {
			t.Fatalf("the list of %s was answered, the log has %d lines of it (of %d lists)", box, lines, len(answered))
		}
	}
	t.Logf("%d lists over three kills, all in the log", len(answered))
	if f, err := log.Verify(t.Context(), nil, nil); err != nil || !f.OK() {
		t.Errorf("verify after kills: %+v, %v", f, err)
	}
}
