package dealmap

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Side is one of the two records of a merge.
type Side string

// The sides. Both stands for what is put together from both.
const (
	SideInto Side = "into" // the record that goes on standing
	SideFrom Side = "from" // the one that is merged into it
	SideBoth Side = "both"
)

// Winner says for one field in which two records differed whose word was taken, and why, in French.
type Winner struct {
	Field  string `json:"field"`
	Side   Side   `json:"side"`
	Reason string `json:"reason"`
}

// combination puts what two records say together, field by field.
type combination struct {
	into, from Content
	out        Content
	take       map[string]Side
	winners    []Winner
	errs       fieldErrors
}

// combine returns what a place says after another record was merged into it: for each field that differs the better word wins,
// or both, for the reason given. take holds what a person chose for single fields. Two records that must not be one are an
// error.
func combine(into, from Content, take map[string]Side) (Content, []Winner, error) {
	c := putTogether(into, from, take)
	if err := c.errs.err(); err != nil {
		return Content{}, nil, err
	}
	return c.out, c.winners, nil
}

// putTogether is combine that always has an answer, the more discreet one where the records contradict each other: taking one of
// three records out again must be possible although the two that stay would not have been merged by themselves.
func putTogether(into, from Content, take map[string]Side) *combination {
	c := &combination{into: into, from: from, out: into, take: take}
	for field, side := range take {
		if !slices.Contains(choosable, field) {
			c.errs.add("take."+field, "ce champ ne se choisit pas (%s)", strings.Join(choosable, ", "))
		} else if side != SideInto && side != SideFrom {
			c.errs.add("take."+field, "« %s » est inconnu (into, from)", clip(string(side)))
		}
	}
	c.place()
	c.words()
	c.lists()
	c.dates()
	c.life()
	c.holders()
	return c
}

// choosable are the fields for which a person may overrule the rules.
var choosable = []string{
	"kind", "name", "address", "geometry", "products", "hours", "intensity", "landlord", "note", "grading", "networks", "case_references", "status",
}

// Choosable returns the fields for which a person who merges may say whose word is taken.
func Choosable() []string { return slices.Clone(choosable) }

func (c *combination) won(field string, side Side, format string, args ...any) Side {
	c.winners = append(c.winners, Winner{field, side, fmt.Sprintf(format, args...)})
	return side
}

// chosen reports what a person chose for a field.
func (c *combination) chosen(field string) (Side, bool) {
	side, ok := c.take[field]
	if ok {
		c.won(field, side, "choisi à la fusion")
	}
	return side, ok
}

// better decides a field in which both records say something else: by how well their sources are graded, then by which was
// confirmed last.
func (c *combination) better(field string) Side {
	if side, ok := c.chosen(field); ok {
		return side
	}
	a, b := &c.into.Facts, &c.from.Facts
	if a.Grading.Scheme != "" && a.Grading.Scheme == b.Grading.Scheme && a.Grading != b.Grading {
		// Both schemes have the better letter and the better figure first.
		if rank := strings.Compare(a.Grading.Source+a.Grading.Information, b.Grading.Source+b.Grading.Information); rank < 0 {
			return c.won(field, SideInto, "source mieux cotée (%s%s contre %s%s)", a.Grading.Source, a.Grading.Information, b.Grading.Source, b.Grading.Information)
		}
		return c.won(field, SideFrom, "source mieux cotée (%s%s contre %s%s)", b.Grading.Source, b.Grading.Information, a.Grading.Source, a.Grading.Information)
	}
	switch {
	case a.LastSeen.Before(b.LastSeen):
		return c.won(field, SideFrom, "confirmé plus récemment (%s)", b.LastSeen.French())
	case b.LastSeen.Before(a.LastSeen):
		return c.won(field, SideInto, "confirmé plus récemment (%s)", a.LastSeen.French())
	}
	return c.won(field, SideInto, "fiche conservée")
}

// decide tells which side a field comes from, SideInto when both say the same.
func (c *combination) decide(field string, same, intoEmpty, fromEmpty bool) Side {
	switch {
	case same:
		return SideInto
	case fromEmpty, intoEmpty:
		if side, ok := c.chosen(field); ok {
			return side
		}
		if fromEmpty {
			return SideInto
		}
		return c.won(field, SideFrom, "seule fiche à le dire")
	}
	return c.better(field)
}

// place takes position, accuracy and commune from one record: the more exact one.
func (c *combination) place() {
	a, b := &c.into.Facts, &c.from.Facts
	if samePosition(*a, *b) && a.Accuracy == b.Accuracy && a.Commune == b.Commune {
		return
	}
	side, ok := c.chosen("geometry")
	if !ok {
		ra, rb := exactness(a), exactness(b)
		switch {
		case ra < rb:
			side = c.won("geometry", SideInto, "position plus précise (%s contre %s)", accuracyWords(a), accuracyWords(b))
		case rb < ra:
			side = c.won("geometry", SideFrom, "position plus précise (%s contre %s)", accuracyWords(b), accuracyWords(a))
		default:
			side = c.better("geometry")
		}
	}
	if side == SideFrom {
		out := &c.out.Facts
		out.Position, out.Accuracy, out.Commune, out.CommuneYear = b.Position, b.Accuracy, b.Commune, b.CommuneYear
		c.out.Territories = c.from.Territories
	}
}

// exactness orders positions, the most exact first.
func exactness(f *Facts) int {
	if f.Position == nil {
		return len(Accuracies())
	}
	return slices.IndexFunc(Accuracies(), func(t Term) bool { return t.Value == string(f.Accuracy) })
}

func accuracyWords(f *Facts) string {
	return strings.ToLower(Label(Accuracies(), string(f.Accuracy)))
}

// words takes each field with one value from the record whose word is better.
func (c *combination) words() {
	a, b, out := &c.into.Facts, &c.from.Facts, &c.out.Facts
	for _, f := range []struct {
		name    string
		of      func(*Facts) any
		isEmpty func(*Facts) bool
		copy    func(to, from *Facts)
	}{
		{"kind", func(f *Facts) any { return f.Kind }, func(f *Facts) bool { return f.Kind == "" }, func(to, from *Facts) { to.Kind = from.Kind }},
		{"name", func(f *Facts) any { return f.Name }, func(f *Facts) bool { return f.Name == "" }, func(to, from *Facts) { to.Name = from.Name }},
		{"address", func(f *Facts) any { return f.Address }, func(f *Facts) bool { return f.Address == "" }, func(to, from *Facts) { to.Address = from.Address }},
		{"hours", func(f *Facts) any { return f.Hours }, func(f *Facts) bool { return f.Hours == "" }, func(to, from *Facts) { to.Hours = from.Hours }},
		{"intensity", func(f *Facts) any { return f.Intensity }, func(f *Facts) bool { return f.Intensity == 0 }, func(to, from *Facts) { to.Intensity = from.Intensity }},
		{"landlord", func(f *Facts) any { return f.Landlord }, func(f *Facts) bool { return f.Landlord == "" }, func(to, from *Facts) { to.Landlord = from.Landlord }},
		{"grading", func(f *Facts) any { return f.Grading }, func(f *Facts) bool { return f.Grading == Grading{} }, func(to, from *Facts) { to.Grading = from.Grading }},
	} {
		if c.decide(f.name, f.of(a) == f.of(b), f.isEmpty(a), f.isEmpty(b)) == SideFrom {
			f.copy(out, b)
		}
	}
	c.note()
}

// longestNote is what checkText allows of a note.
const longestNote = 2000

func (c *combination) note() {
	a, b := c.into.Facts.Note, c.from.Facts.Note
	if a == b || b == "" || strings.Contains(a, b) {
		return
	}
	if side, ok := c.chosen("note"); ok {
		if side == SideFrom {
			c.out.Facts.Note = b
		}
		return
	}
	switch joined := a + "\n" + b; {
	case a == "" || strings.Contains(b, a):
		c.won("note", SideFrom, "seule fiche à le dire")
		c.out.Facts.Note = b
	case len([]rune(joined)) <= longestNote:
		c.won("note", SideBoth, "les deux remarques sont gardées")
		c.out.Facts.Note = joined
	default:
		c.won("note", SideInto, "les deux remarques dépassent %d caractères : celle de l’autre fiche reste dans sa source", longestNote)
	}
}

// lists puts lists together, and takes yes from whichever says it.
func (c *combination) lists() {
	a, b, out := &c.into.Facts, &c.from.Facts, &c.out.Facts
	out.Products = sortedProducts(union(c, "products", a.Products, b.Products))
	out.Networks = sortedUnique(union(c, "networks", a.Networks, b.Networks))
	out.CaseRefs = sortedUnique(union(c, "case_references", a.CaseRefs, b.CaseRefs))
	for _, f := range []struct {
		name     string
		set      *bool
		was, add bool
	}{
		{"lookouts", &out.Lookouts, a.Lookouts, b.Lookouts}, {"obstacles", &out.Obstacles, a.Obstacles, b.Obstacles}, {"cameras", &out.Cameras, a.Cameras, b.Cameras},
	} {
		if !f.was && f.add {
			*f.set = true
			c.won(f.name, SideFrom, "signalé par l’une des fiches")
		}
	}
	if len(a.Networks) > 0 && len(b.Networks) > 0 && !slices.ContainsFunc(a.Networks, func(n string) bool { return slices.Contains(b.Networks, n) }) {
		c.errs.add("networks", "deux réseaux différents (%s et %s) font deux points : reliez-les comme voisins", strings.Join(a.Networks, ", "), strings.Join(b.Networks, ", "))
	}
	if a.Kind.IsDealPoint() != b.Kind.IsDealPoint() {
		c.errs.add("kind", "un point de deal et un site de soutien ne se fusionnent pas")
	}
}

func union[T ~string](c *combination, field string, a, b []T) []T {
	fresh := slices.DeleteFunc(slices.Clone(b), func(v T) bool { return slices.Contains(a, v) })
	if side, ok := c.chosen(field); ok {
		if side == SideFrom {
			return b
		}
		return a
	}
	if len(fresh) == 0 {
		return a
	}
	side := SideBoth
	if len(a) == 0 {
		side = SideFrom
	}
	c.won(field, side, "réunis des deux fiches")
	return append(slices.Clone(a), fresh...)
}

func (c *combination) dates() {
	a, b, out := &c.into.Facts, &c.from.Facts, &c.out.Facts
	if !b.FirstSeen.IsZero() && (a.FirstSeen.IsZero() || b.FirstSeen.Before(a.FirstSeen)) {
		out.FirstSeen = b.FirstSeen
		c.won("first_seen", SideFrom, "la plus ancienne")
	}
	if a.LastSeen.Before(b.LastSeen) {
		out.LastSeen = b.LastSeen
		c.won("last_confirmed", SideFrom, "la plus récente")
	}
	if !b.NextReview.IsZero() && (a.NextReview.IsZero() || b.NextReview.Before(a.NextReview)) {
		out.NextReview = b.NextReview
		c.won("next_review", SideFrom, "la plus proche")
	}
}

// life takes the status from the record that knows the latest of it.
func (c *combination) life() {
	a, b := &c.into, &c.from
	if a.Status == b.Status && reflect.DeepEqual(a.Closing, b.Closing) {
		return
	}
	side, ok := c.chosen("status")
	if !ok {
		da, db := knownUntil(a), knownUntil(b)
		switch {
		case da.Before(db):
			side = c.won("status", SideFrom, "état connu plus récemment (%s)", db.French())
		case a.Status == Reported && b.Status != Reported && !db.Before(da):
			side = c.won("status", SideFrom, "l’autre fiche n’est qu’un signalement")
		default:
			side = c.won("status", SideInto, "état connu plus récemment (%s)", da.French())
		}
	}
	if side == SideFrom {
		c.out.Status, c.out.Closing = b.Status, b.Closing
	}
}

// knownUntil is the day up to which a record tells how the place stands.
func knownUntil(c *Content) Date {
	if c.Closing != nil && c.Facts.LastSeen.Before(c.Closing.Date) {
		return c.Closing.Date
	}
	return c.Facts.LastSeen
}
