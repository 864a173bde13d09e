package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
)

// sheet is what a node shows of a place.
type sheet struct {
	ID         string `json:"id"`
	Properties struct {
		Reference string   `json:"reference"`
		Revision  int      `json:"revision"`
		Name      string   `json:"name"`
		Status    string   `json:"status"`
		Kind      string   `json:"kind"`
		Products  []string `json:"products"`
	} `json:"properties"`
	Geometry *struct {
		Coordinates [2]float64 `json:"coordinates"`
	} `json:"geometry"`
	raw string // all of it, as the node sent it
}

// replay folds the journal from its beginning.
func replay(events []dealmap.Event) (map[string]*dealmap.Place, error) {
	places := map[string]*dealmap.Place{}
	for _, e := range events {
		if e.Kind.Concerns() != dealmap.ConcernsPlace {
			continue
		}
		id := e.Subject.String()
		after, err := dealmap.Fold(places[id], e)
		if err != nil {
			return nil, fmt.Errorf("replay: %w", err)
		}
		if after == nil {
			delete(places, id)
			continue
		}
		places[id] = after
	}
	return places, nil
}

// compareNode holds what a node shows to the replay.
func compareNode(node string, places map[string]*dealmap.Place, shown []sheet) findings {
	var found findings
	seen := map[string]bool{}
	for _, s := range shown {
		if seen[s.ID] {
			found.add(foundState, "%s shows %s twice", node, s.ID)
		}
		seen[s.ID] = true
		p := places[s.ID]
		if p == nil {
			found.add(foundState, "%s shows %s, which the journal does not have", node, s.ID)
			continue
		}
		if told := s.says(); told != says(p) {
			found.add(foundState, "%s shows %s and a replay gives %s", node, told, says(p))
		}
	}
	for id := range places {
		if !seen[id] {
			found.add(foundState, "%s does not show %s", node, id)
		}
	}
	return found
}

func (s *sheet) says() string {
	p := s.Properties
	at := "nowhere"
	if s.Geometry != nil {
		at = fmt.Sprintf("%.6f %.6f", s.Geometry.Coordinates[0], s.Geometry.Coordinates[1])
	}
	return fmt.Sprint(s.ID, p.Reference, p.Revision, p.Name, p.Status, p.Kind, p.Products, at)
}

func says(p *dealmap.Place) string {
	at := "nowhere"
	if p.Facts.Position != nil {
		at = fmt.Sprintf("%.6f %.6f", p.Facts.Position[0], p.Facts.Position[1])
	}
	return fmt.Sprint(p.ID.String(), p.Reference, p.Revision, p.Facts.Name, string(p.Status), string(p.Facts.Kind), p.Facts.Products, at)
}

// compareNodes holds two nodes to each other, byte by byte.
func compareNodes(a, b string, ofA, ofB []sheet) findings {
	var found findings
	byID := map[string]string{}
	for _, s := range ofA {
		byID[s.ID] = s.raw
	}
	for _, s := range ofB {
		if raw, ok := byID[s.ID]; ok && raw != s.raw {
			found.add(foundState, "%s shows %s, %s shows %s", a, raw, b, s.raw)
		}
	}
	return found
}

// longestGap is the longest time between two of the moments, from and to being moments too.
func longestGap(moments []time.Time, from, to time.Time) time.Duration {
	inside := []time.Time{from}
	for _, m := range moments {
		if m.After(from) && m.Before(to) {
			inside = append(inside, m)
		}
	}
	inside = append(inside, to)
	slices.SortFunc(inside, time.Time.Compare)
	var longest time.Duration
	for i := range inside[1:] {
		longest = max(longest, inside[i+1].Sub(inside[i]))
	}
	return longest
}

// quantile returns the value below which a share of them lies; 0 when there are none.
func quantile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}
