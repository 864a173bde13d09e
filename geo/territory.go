package geo

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// Territory is one entry of the gazetteer.
type Territory struct {
	Code dealmap.TerritoryCode
	Name string
	// Parent is the direct administrative parent, empty for zones. The parent of a former commune is the commune that it
	// merged into, when that is known.
	Parent     dealmap.TerritoryCode
	Population int
	AreaKM2    float64
	// Year is the vintage of the code (code officiel géographique), 0 when unknown.
	Year int
	// Centre lies inside the outline when there is one; only meaningful with HasCentre.
	Centre    orb.Point
	HasCentre bool
	// Outline is WGS 84, nil when unknown. It is shared: never modify it.
	Outline orb.MultiPolygon
	// Indicative marks an outline that is not official (Natural Earth).
	Indicative  bool
	PostalCodes []string
	// Former lists the INSEE codes of communes that merged into this one (anciensCodes), so that places and outlines of an
	// older vintage find it.
	Former []string
}

// Territories is an immutable gazetteer; it implements [dealmap.Gazetteer].
type Territories struct {
	list     []Territory // sorted by code
	byCode   map[dealmap.TerritoryCode]int32
	children map[dealmap.TerritoryCode][]int32
	levels   map[dealmap.Level][]int32
	former   map[string]int32 // former INSEE code → index of the commune that it merged into
	chains   [][]dealmap.TerritoryCode
	outlines map[dealmap.Level]*outlineTree
	shapes   map[int32][]*shape
	names    func() *nameIndex
}

var _ dealmap.Gazetteer = (*Territories)(nil)

// NewTerritories checks and indexes the territories. A code that is malformed or comes twice, an unknown parent and a
// parent that is its own descendant are errors. The slice is not kept, but outlines are.
func NewTerritories(list []Territory) (*Territories, error) {
	t := &Territories{
		list:     sorted(list),
		byCode:   make(map[dealmap.TerritoryCode]int32, len(list)),
		children: map[dealmap.TerritoryCode][]int32{},
		levels:   map[dealmap.Level][]int32{},
		former:   map[string]int32{},
		chains:   make([][]dealmap.TerritoryCode, len(list)),
	}
	for i := range t.list {
		code := t.list[i].Code
		if parsed, err := dealmap.ParseTerritoryCode(string(code)); err != nil {
			return nil, fmt.Errorf("geo: territory %q: %w", code, err)
		} else if parsed != code {
			return nil, fmt.Errorf("geo: territory %q: the code is written %q", code, parsed)
		}
		if _, twice := t.byCode[code]; twice {
			return nil, fmt.Errorf("geo: territory %q is given twice", code)
		}
		t.byCode[code] = int32(i)
		t.levels[code.Level()] = append(t.levels[code.Level()], int32(i))
	}
	for i := range t.list {
		entry := &t.list[i]
		if entry.Parent != "" {
			if _, ok := t.byCode[entry.Parent]; !ok {
				return nil, fmt.Errorf("geo: territory %q: unknown parent %q", entry.Code, entry.Parent)
			}
			t.children[entry.Parent] = append(t.children[entry.Parent], int32(i))
		}
		for _, id := range entry.Former {
			t.former[id] = int32(i)
		}
	}
	if err := t.link(); err != nil {
		return nil, err
	}
	t.outlines, t.shapes = prepare(t.list, t.former)
	t.names = sync.OnceValue(func() *nameIndex { return newNameIndex(t.list) })
	return t, nil
}

// sorted returns a copy in the order of codes. A territory is long: it is moved once.
func sorted(list []Territory) []Territory {
	order := make([]int32, len(list))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(list[a].Code, list[b].Code) })
	all := make([]Territory, len(list))
	for i, from := range order {
		all[i] = list[from]
	}
	return all
}

// link computes every chain once, in one block of memory: chains are asked for with each write and each filter.
func (t *Territories) link() error {
	const deepest = 8
	block := make([]dealmap.TerritoryCode, 0, 6*len(t.list))
	for i := range t.list {
		start := len(block)
		for code := t.list[i].Code; code != "" && code != dealmap.France; code = t.list[t.byCode[code]].Parent {
			if len(block)-start == deepest {
				return fmt.Errorf("geo: territory %q: its parents turn in a circle or are more than %d", t.list[i].Code, deepest)
			}
			block = append(block, code)
		}
		t.chains[i] = block[start:len(block):len(block)]
	}
	return nil
}

// Len returns the number of territories.
func (t *Territories) Len() int { return len(t.list) }

// Get returns the territory of a code.
func (t *Territories) Get(code dealmap.TerritoryCode) (Territory, bool) {
	i, ok := t.byCode[code]
	if !ok {
		return Territory{}, false
	}
	return t.list[i], true
}

// Children returns the direct children of a territory, priority districts included, sorted by code. The children of France
// are the territories without a parent.
func (t *Territories) Children(code dealmap.TerritoryCode) []Territory {
	if code == dealmap.France {
		var top []Territory
		for i := range t.list {
			if entry := &t.list[i]; entry.Code != dealmap.France && (entry.Parent == "" || entry.Parent == dealmap.France) {
				top = append(top, *entry)
			}
		}
		return top
	}
	return t.pick(t.children[code])
}

// Level returns all territories of a level, sorted by code.
func (t *Territories) Level(level dealmap.Level) []Territory { return t.pick(t.levels[level]) }

// In returns the territories of a level that lie in another, sorted by code; those whose parent is of the same level, as former
// communes are, are left out. Everything lies in France.
func (t *Territories) In(code dealmap.TerritoryCode, level dealmap.Level) []Territory {
	var in []Territory
	for _, i := range t.levels[level] {
		if t.list[i].Parent.Level() != level && (code == dealmap.France || slices.Contains(t.chains[i], code)) {
			in = append(in, t.list[i])
		}
	}
	return in
}

func (t *Territories) pick(indices []int32) []Territory {
	picked := make([]Territory, len(indices))
	for i, index := range indices {
		picked[i] = t.list[index]
	}
	return picked
}

// Chain returns the territory and its ancestors, finest first, and false when the code is unknown. The INSEE code of a
// former commune that is listed by its successor has the successor's chain. The slice is shared: never modify it.
func (t *Territories) Chain(code dealmap.TerritoryCode) ([]dealmap.TerritoryCode, bool) {
	if i, ok := t.byCode[code]; ok {
		return t.chains[i], true
	}
	if code.Level() == dealmap.LevelCommune {
		if i, ok := t.former[code.ID()]; ok {
			return t.chains[i], true
		}
	}
	return nil, false
}

// Year returns the vintage of a territory's code, 0 when unknown.
func (t *Territories) Year(code dealmap.TerritoryCode) int {
	if i, ok := t.byCode[code]; ok {
		return t.list[i].Year
	}
	return 0
}
