package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
)

const (
	// benchLinks is how many links the map has, of which a network of so many places has so many.
	benchLinks, networkPlaces, networkLinks = 100_000, 10_000, 30_000
	// linksAtOnce is how many are written together.
	linksAtOnce  = 2_000
	benchNetwork = "R-75-BNCH"
)

// networks measures links and networks: a map with 100,000 links, one network of 10,000 places and 30,000 links.
func (b *bench) networks() error {
	if err := b.prepare(benchLinks - networkLinks); err != nil {
		return err
	}
	if err := b.network(); err != nil {
		return err
	}
	s, took, err := b.start()
	if err != nil {
		return err
	}
	defer s.stop()
	b.add(fmt.Sprintf("start until ready, %d places, %d links", b.places, benchLinks), fmt.Sprintf("%.2f s", took.Seconds()), "")
	reader, err := s.as("writer")
	if err != nil {
		return err
	}
	if err := b.linkTiles(reader); err != nil {
		return err
	}
	return b.analysis(reader)
}

// network writes the links of a large network, past HTTP. Its places are those of a few départements.
func (b *bench) network() (err error) {
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
	var places []dealmap.Sight
	scope := dealmap.NewScope(author, dealmap.DateOf(time.Now()))
	rivals := map[dealmap.ID]bool{} // they cannot supply each other
	s.Snapshot().Links(scope, &dealmap.LinkFilter{Kinds: []dealmap.LinkKind{dealmap.Rival}}, dealmap.ID{}, func(l dealmap.LinkSight) bool {
		rivals[l.From().ID()], rivals[l.To().ID()] = true, true
		return true
	})
	s.Snapshot().Each(scope, dealmap.ID{}, func(sight dealmap.Sight) bool {
		if _, placed := sight.Position(); placed && sight.Closing() == nil && !rivals[sight.ID()] {
			places = append(places, sight)
		}
		return true
	})
	if len(places) < 2*networkPlaces {
		return fmt.Errorf("%d places are too few for the network of the bench", len(places))
	}
	slices.SortStableFunc(places, func(x, y dealmap.Sight) int { return cmp.Compare(x.Departement(), y.Departement()) })
	places = places[len(places)/5:][:networkPlaces]
	start := time.Now()
	r := rand.New(rand.NewPCG(6, 0))
	var links []dealmap.RecordLink
	means := dealmap.LinkMeans()
	taken := map[[2]int]bool{}
	for n := 0; n < networkLinks; {
		// It is a tree of supply, ten to a place, with shortcuts.
		from, to := n/10, n+1
		if n >= networkPlaces-1 {
			from, to = r.IntN(networkPlaces/10), r.IntN(networkPlaces)
		}
		if from == to || taken[[2]int{from, to}] {
			continue
		}
		taken[[2]int{from, to}] = true
		link := dealmap.RecordLink{Facts: dealmap.LinkFacts{From: places[from].ID(), To: places[to].ID(), Kind: dealmap.Supplies,
			Means: dealmap.Means(means[n%len(means)].Value), Strength: 1 + r.IntN(50), Network: benchNetwork}}
		for i := range link.ID {
			link.ID[i] = byte(r.Uint32())
		}
		links = append(links, link)
		if n++; len(links) == linksAtOnce || n == networkLinks {
			if _, err := s.Do(b.ctx, author, dealmap.ImportNetwork{Links: links}, ""); err != nil {
				return fmt.Errorf("links: %w", err)
			}
			links = nil
		}
	}
	b.add(fmt.Sprintf("write %d links, %d at once", networkLinks, linksAtOnce), fmt.Sprintf("%.0f /s", networkLinks/time.Since(start).Seconds()), "")
	return nil
}

// linkTiles asks for tiles of links, each with a day of its own, so that nothing is answered from memory.
func (b *bench) linkTiles(reader *person) error {
	day := time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC) // far ahead: every link holds
	for _, c := range []struct {
		zoom   maptile.Zoom
		target string
	}{{6, ""}, {8, "p50 < 5 ms"}, {9, ""}, {10, ""}, {12, ""}} {
		var times []time.Duration
		lines := 0
		for i := range b.rounds {
			at := maptile.At(cities[i%len(cities)], c.zoom)
			day = day.AddDate(0, 0, -1)
			path := fmt.Sprintf("/tiles/links/%d/%d/%d.mvt?on=%s", at.Z, at.X, at.Y, day.Format(time.DateOnly))
			start := time.Now()
			body, err := reader.send(http.MethodGet, path, nil, http.StatusOK)
			if err != nil {
				return err
			}
			times = append(times, time.Since(start))
			layers, err := mvt.Unmarshal(body)
			if err != nil {
				return err
			}
			for _, layer := range layers {
				lines += len(layer.Features)
			}
		}
		b.add(fmt.Sprintf("tile links z %d over cities, %d links, uncached (%d lines on average)", c.zoom, benchLinks, lines/b.rounds), percentiles(times), c.target)
	}
	return nil
}

// analysis measures one large network: what is shown, measured, and tried.
func (b *bench) analysis(reader *person) error {
	of := fmt.Sprintf("network of %d places, %d links", networkPlaces, networkLinks)
	timed := func(what, target string, n int, ask func(i int) error) error {
		var times []time.Duration
		for i := range n {
			start := time.Now()
			if err := ask(i); err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			times = append(times, time.Since(start))
		}
		slices.Sort(times)
		b.add(what+", "+of, percentiles(times), target)
		return nil
	}
	query := "?network=" + benchNetwork
	var graph struct {
		Nodes []struct{ ID string }
		Ties  []struct{ From, To int }
	}
	if err := timed("graph", "", 5, func(int) error {
		body, err := reader.send(http.MethodGet, "/api/v1/graph"+query, nil, http.StatusOK)
		if err != nil {
			return err
		}
		return json.Unmarshal(body, &graph)
	}); err != nil {
		return err
	}
	if len(graph.Nodes) < networkPlaces*9/10 || len(graph.Ties) < networkLinks*9/10 {
		return fmt.Errorf("the network has %d places and %d links", len(graph.Nodes), len(graph.Ties))
	}
	if err := timed("analysis, exact", "< 20 s", 1, func(int) error {
		_, err := reader.send(http.MethodGet, "/api/v1/graph/analysis"+query+"&weighted=true", nil, http.StatusOK)
		return err
	}); err != nil {
		return err
	}
	if err := timed("what-if of one closing", "p50 < 200 ms", 15, func(i int) error {
		_, err := reader.send(http.MethodPost, "/api/v1/graph/what-if"+query+"&weighted=true", map[string]any{"closed": []string{graph.Nodes[i*37].ID}}, http.StatusOK)
		return err
	}); err != nil {
		return err
	}
	return timed("record a link", "", 50, func(i int) error {
		_, err := reader.send(http.MethodPost, "/api/v1/links", map[string]any{"from": graph.Nodes[i].ID, "to": graph.Nodes[i+100].ID, "kind": "same_network"}, http.StatusCreated)
		return err
	})
}
