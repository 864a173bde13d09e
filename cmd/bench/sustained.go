package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// connections is how many ask at once for as many tiles as they get.
const connections = 32

// sustained measures how many tiles of places a second leave the server, whose processors the client shares: tiles around the cities at
// zooms 10 to 14, those that few look at less often (Zipf).
func (b *bench) sustained(viewer *person) error {
	var paths []string
	random := rand.New(rand.NewPCG(7, 2026))
	for _, city := range cities {
		for z := maptile.Zoom(10); z <= 14; z++ {
			for range 10 {
				at := maptile.At(orb.Point{city[0] + (random.Float64()-0.5)/5, city[1] + (random.Float64()-0.5)/5}, z)
				paths = append(paths, fmt.Sprintf("/tiles/deal_points/%d/%d/%d.mvt", at.Z, at.X, at.Y))
			}
		}
	}
	random.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	for _, c := range []struct {
		what        string
		fresh, gzip bool
		target      string
	}{
		{"uncached", true, false, "≥ 25000 /s"}, {"uncached, gzip", true, true, "≥ 10000 /s"}, {"kept", false, false, ""}, {"kept, gzip", false, true, ""},
	} {
		rate, size, err := b.rush(viewer, paths, c.fresh, c.gzip)
		if err != nil {
			return err
		}
		b.add(fmt.Sprintf("tiles of places, %d connections, %s (%d bytes on average)", connections, c.what, size), fmt.Sprintf("%.0f /s", rate), c.target)
	}
	return nil
}

func (b *bench) rush(viewer *person, paths []string, fresh, gzip bool) (rate float64, size int, err error) {
	const lasts = 5 * time.Second
	var done, bytes, day atomic.Int64
	day.Store(int64(b.day))
	var once sync.Once
	var all sync.WaitGroup
	end := time.Now().Add(lasts)
	for n := range connections {
		all.Go(func() {
			zipf := rand.NewZipf(rand.New(rand.NewPCG(uint64(n), 2026)), 1.1, 1, uint64(len(paths)-1))
			for time.Now().Before(end) {
				path := paths[zipf.Uint64()]
				if fresh {
					path += "?" + ownFilter(int(day.Add(1)))
				}
				read, failed := viewer.tile(path, gzip)
				if failed != nil {
					once.Do(func() { err = failed })
					return
				}
				done.Add(1)
				bytes.Add(read)
			}
		})
	}
	all.Wait()
	b.day = int(day.Load())
	return float64(done.Load()) / lasts.Seconds(), int(bytes.Load() / max(1, done.Load())), err
}

// tile asks for a tile and reads it to its end, as it is sent.
func (p *person) tile(path string, gzip bool) (int64, error) {
	request, err := http.NewRequest(http.MethodGet, p.base+path, nil)
	if err != nil {
		return 0, err
	}
	if gzip {
		request.Header.Set("Accept-Encoding", "gzip")
	}
	response, err := p.http.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.Copy(io.Discard, response.Body)
}
