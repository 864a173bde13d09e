package tiles

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// finerFlowsFrom is the zoom from which flows are drawn between arrondissements instead of départements.
const finerFlowsFrom = 7

func flowLevel(z maptile.Zoom) dealmap.Level {
	if z < finerFlowsFrom {
		return dealmap.LevelDepartement
	}
	return dealmap.LevelArrondissement
}

// flowSet is all flows of a level.
type flowSet struct {
	lineage
	table dealmap.FlowTable
}

func (s *flowSet) bytes() int { return cap(s.table.Lines)*80 + len(s.table.Territories)*16 }

// drawFlows draws a line from territory to territory, and a point for what stays within one.
func (d *Drawer) drawFlows(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if d.static.territories == nil {
		return tile, nil
	}
	level := flowLevel(r.Tile.Z)
	set, err := d.flows(ctx, src, r, level)
	if err != nil {
		return nil, err
	}
	points := d.anchors.of(d.static.territories(), set.table.Territories)
	e := newLayerEncoder()
	defer e.release()
	p := newLinePen(r.Tile)
	for i := range set.table.Lines {
		line := &set.table.Lines[i]
		from, to := points[line.From], points[line.To]
		bow := 0.0
		if line.Back && line.From != line.To {
			bow = geo.Bow(0, 2) // to the left of either way
		}
		if !from.known || !to.known || !geo.ArcMayCross(from.at, to.at, bow, p.box) {
			continue
		}
		codeFrom, codeTo := set.table.Territories[line.From], set.table.Territories[line.To]
		kind, drawn := uint64(typeLine), false
		if line.From == line.To {
			kind = typePoint
		}
		e.begin(stableNumber(string(codeFrom)+" "+string(codeTo)), kind)
		if line.From == line.To {
			x, y, ok := p.frame.cell(from.at)
			if drawn = ok && within(x, y, lineBuffer); drawn {
				e.point(x, y)
			}
		} else {
			drawn = p.arc(e, from.at, to.at, bow)
		}
		if drawn {
			describeFlow(e, line, codeFrom, codeTo)
			e.flag("head", line.From != line.To && p.holds(to.at))
			e.end()
		}
	}
	return e.append(tile, LayerLinks), nil
}

func describeFlow(e *layerEncoder, l *dealmap.FlowLine, from, to dealmap.TerritoryCode) {
	e.text("from", string(from))
	e.text("to", string(to))
	e.number("count", uint64(l.Links))
	e.number("strength", uint64(max(0, l.Strength)))
	directed := false
	for i, n := range l.Kinds {
		e.number(flowKinds[i].Value, uint64(n))
		directed = directed || n > 0 && dealmap.LinkKind(flowKinds[i].Value).Directed()
		if int(n) == l.Links {
			e.text("kind", flowKinds[i].Value)
		}
	}
	for i, n := range l.Means {
		if int(n) == l.Links {
			e.text("means", flowMeans[i].Value)
		}
	}
	e.flag("directed", directed)
}

// flowKinds and flowMeans are what dealmap.FlowLine counts by.
var (
	flowKinds = dealmap.LinkKinds()
	flowMeans = append([]dealmap.Term{{}}, dealmap.LinkMeans()...)
)

// flows returns the flows of a snapshot, scope, filter and level.
func (d *Drawer) flows(ctx context.Context, src Source, r *Request, level dealmap.Level) (*flowSet, error) {
	who, err := whoseLinks(r)
	if err != nil {
		return nil, err
	}
	good := func(*flowSet) bool { return true }
	return derive(ctx, d, src, src.Seq(), fmt.Sprintf("flows %s %s %s", kin(src), level, who), good, func(*flowSet) *flowSet {
		return &flowSet{lineage{seq: src.Seq()}, src.FlowTable(r.Scope, &r.Links, level)}
	})
}

// whoseLinks is the key of everything that is derived of links for a scope and a filter.
func whoseLinks(r *Request) (string, error) {
	f := r.Links
	f.Kinds, f.Means = sorted(f.Kinds), sorted(f.Means)
	filter, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("key of filter %+v: %w", r.Links, err)
	}
	fingerprint := r.Scope.Fingerprint()
	return string(append(fingerprint[:], filter...)), nil
}

// anchors are the points, on Mercator's unit square, between which flows are drawn. They are kept until the gazetteer is replaced.
type anchors struct {
	mu     sync.Mutex
	made   *geo.Territories
	byCode map[dealmap.TerritoryCode]anchor
}

type anchor struct {
	at    orb.Point
	known bool
}

// of returns the points of some territories, in their order.
func (a *anchors) of(t *geo.Territories, codes []dealmap.TerritoryCode) []anchor {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.made != t {
		a.made, a.byCode = t, map[dealmap.TerritoryCode]anchor{}
	}
	list := make([]anchor, len(codes))
	for i, code := range codes {
		found, known := a.byCode[code]
		if !known {
			found = newAnchor(t, code)
			a.byCode[code] = found
		}
		list[i] = found
	}
	return list
}

// newAnchor is the middle of a territory, or of its biggest commune where no outline tells the former.
func newAnchor(t *geo.Territories, code dealmap.TerritoryCode) anchor {
	if t == nil {
		return anchor{}
	}
	if territory, ok := t.Get(code); ok && territory.HasCentre {
		return anchor{geo.Mercator(territory.Centre), true}
	}
	var biggest anchor
	most := -1
	for _, commune := range t.In(code, dealmap.LevelCommune) {
		if commune.HasCentre && commune.Population > most {
			biggest, most = anchor{geo.Mercator(commune.Centre), true}, commune.Population
		}
	}
	return biggest
}
