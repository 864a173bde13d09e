package dealmap

import (
	"cmp"
	"iter"
	"slices"
)

// FlowKey names what links between two territories have in common. Kinds that lead nowhere in particular name the lesser code
// first.
type FlowKey struct {
	From, To TerritoryCode
	Kind     LinkKind
	Means    Means
}

// NewFlowKey makes the key of a link between two territories.
func NewFlowKey(from, to TerritoryCode, kind LinkKind, means Means) FlowKey {
	if !kind.Directed() && to < from {
		from, to = to, from
	}
	return FlowKey{from, to, kind, means}
}

// FlowCount is how many links there are, and the sum of their strengths.
type FlowCount struct {
	Links    int
	Strength int64
}

// Flows counts links between the territories of one level. Links with an end in no territory of the level are not counted.
type Flows map[FlowKey]FlowCount

// Add counts a link by the territories of a level.
func (f Flows) Add(s LinkSight, level Level) {
	from, to := s.From().At(level), s.To().At(level)
	if from == "" || to == "" {
		return
	}
	key := NewFlowKey(from, to, s.Kind(), s.Means())
	count := f[key]
	count.Links++
	count.Strength += int64(s.Strength())
	f[key] = count
}

// FlowTable is what links lead from territory to territory, kinds and means of the same way together.
type FlowTable struct {
	// Territories are those of the level, by their codes; flows may name but a few of them.
	Territories []TerritoryCode
	// Lines are in the order of From, then To. Kinds that lead nowhere in particular are with the way from the lesser code.
	Lines []FlowLine
}

// NewFlowTable counts links by the ways between the territories of a level.
func NewFlowTable(level Level, links iter.Seq[LinkSight]) FlowTable {
	byWay := map[[2]TerritoryCode]*FlowLine{}
	var t FlowTable
	for s := range links {
		from, to := s.From().At(level), s.To().At(level)
		kind, knownKind := s.Kind().Number()
		means, knownMeans := s.Means().Number()
		if from == "" || to == "" || !knownKind || !knownMeans {
			continue
		}
		key := NewFlowKey(from, to, s.Kind(), s.Means())
		way := [2]TerritoryCode{key.From, key.To}
		if byWay[way] == nil {
			byWay[way] = &FlowLine{}
			t.Territories = append(t.Territories, from, to)
		}
		byWay[way].Add(kind, means, s.Strength())
	}
	slices.Sort(t.Territories)
	t.Territories = slices.Compact(t.Territories)
	for way, line := range byWay {
		from, _ := slices.BinarySearch(t.Territories, way[0])
		to, _ := slices.BinarySearch(t.Territories, way[1])
		line.From, line.To, line.Back = int32(from), int32(to), byWay[[2]TerritoryCode{way[1], way[0]}] != nil
		t.Lines = append(t.Lines, *line)
	}
	slices.SortFunc(t.Lines, func(a, b FlowLine) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return t
}

// FlowLine is the flow from one territory to another, which are places in FlowTable.Territories.
type FlowLine struct {
	From, To int32
	// Back says that there is a line in the other direction too.
	Back bool
	FlowCount
	// Kinds counts the links by kind, in the order of LinkKinds; Means by means of transport, in the order of LinkMeans, behind those of
	// which they are unknown.
	Kinds [KindsOfLink]int32
	Means [MeansOfLink]int32
}

// The numbers of kinds of link, and of means of transport, the unknown included.
const (
	KindsOfLink = 5
	MeansOfLink = 7
)

// Add counts a link by numbers of its kind and means, as Kinds and Means have them.
func (l *FlowLine) Add(kind, means uint8, strength int) {
	l.Links++
	l.Strength += int64(strength)
	l.Kinds[kind]++
	l.Means[means]++
}

// Join adds what another line between the same territories counts.
func (l *FlowLine) Join(other *FlowLine) {
	l.Links += other.Links
	l.Strength += other.Strength
	for i, n := range other.Kinds {
		l.Kinds[i] += n
	}
	for i, n := range other.Means {
		l.Means[i] += n
	}
}

// Number is the place of the kind in LinkKinds, and false for none of them.
func (k LinkKind) Number() (uint8, bool) {
	n, ok := linkKindNumbers[string(k)]
	return n, ok
}

// Number is the place of the means in LinkMeans, from 1, and 0 where they are unknown; false for none of them.
func (m Means) Number() (uint8, bool) {
	n, ok := linkMeansNumbers[string(m)]
	return n, ok
}

var (
	linkKindNumbers  = numbersOf(LinkKinds())
	linkMeansNumbers = numbersOf(append([]Term{{}}, LinkMeans()...))
)

func numbersOf(terms []Term) map[string]uint8 {
	numbers := make(map[string]uint8, len(terms))
	for i, term := range terms {
		numbers[term.Value] = uint8(i)
	}
	return numbers
}
