package dealmap

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
