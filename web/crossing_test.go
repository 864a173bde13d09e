package web_test

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
)

// TestNoAnswerCrossesScopes lets many people ask one server the same addresses at once, over and over, and wants each of
// them to be told what a server that has never answered anybody else tells them.
func TestNoAnswerCrossesScopes(t *testing.T) {
	t.Parallel()
	seed := seedOf(t)
	for i := range 6 {
		m := newRandomMap(t, rand.New(rand.NewPCG(seed, uint64(1000+i))), 40)
		var readers []*reader
		for name := range people {
			readers = append(readers, m.person(name))
		}
		seen, hidden := m.sorted(readers[0])
		list := slices.DeleteFunc(readers[0].requests(seen, hidden), func(q request) bool {
			return q.match != "" || q.path == "/api/v1/duplicates/verdicts" // reading only
		})
		alone := make([][]string, len(readers))
		for j, p := range readers {
			fresh := m.fresh()
			for _, q := range list {
				alone[j] = append(alone[j], p.ask(fresh, q))
			}
		}
		var wg sync.WaitGroup
		for j, p := range readers {
			for range 2 {
				order := m.random.Perm(len(list))
				wg.Go(func() {
					for _, k := range order {
						if got := p.ask(m.server.Handler(), list[k]); got != alone[j][k] {
							t.Errorf("%s %s in %v, beside others: %s %s\nalone   %.300q\nbeside  %.300q", p.viewer.Role, p.viewer.Unit, p.viewer.Territories,
								list[k].method, list[k].path, alone[j][k], got)
							return
						}
					}
				})
			}
		}
		wg.Wait()
		m.finish()
	}
}

// fresh is another server on the same map that has answered nobody yet.
func (m *randomMap) fresh() http.Handler {
	terr, err := territories()
	if err != nil {
		m.t.Fatal(err)
	}
	options := m.server.Options
	options.Drawer = tiles.NewDrawer(func() *geo.Territories { return terr }, tiles.Basemap{})
	server, err := web.New(options)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(server.Close)
	return server.Handler()
}
