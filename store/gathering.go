package store

import (
	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// gathering judges places for one scope and filter, each class of them once.
type gathering struct {
	sieve       dealmap.Sieve
	first, last int32
	singly      bool
	admitsAll   bool // terms are judged by the lens alone
	lens        *lens
	grounds     []*dealmap.Shared[[]dealmap.TerritoryCode]
	terms       []*dealmap.Shared[dealmap.Held]
	traits      []*dealmap.Shared[dealmap.Features]
	// The verdicts are 0 as long as they are not given, and else one more than what is said here.
	within  []uint8                    // by ground: 1 to pass; nil when the filter lets all pass
	details [][dealmap.Standings]uint8 // by terms and standing: a Detail; nil when the filter admits all
	passes  [][dealmap.Whole + 1]uint8 // by traits and detail: 1 to pass
}

func newGathering(c *classes, scope *dealmap.Scope, filter *dealmap.Filter) *gathering {
	g := &gathering{
		sieve: dealmap.NewSieve(scope, filter), lens: c.lenses.of(scope, c), traits: c.traits.all(),
	}
	g.grounds, g.terms = g.lens.grounds, g.lens.terms
	g.first, g.last = g.sieve.Confirmed()
	g.singly = g.sieve.Singly()
	if !g.sieve.Everywhere() {
		g.within = make([]uint8, len(g.grounds))
	}
	if g.admitsAll = g.sieve.AdmitsAll(); !g.admitsAll {
		g.details = make([][dealmap.Standings]uint8, len(g.terms))
	}
	g.passes = make([][dealmap.Whole + 1]uint8, len(g.traits))
	return g
}

// outside reports whether the filter lets no place of a ground through.
func (g *gathering) outside(ground uint32) bool {
	if g.within == nil {
		return false
	}
	within := g.within[ground]
	if within == 0 {
		within = g.judgeGround(ground)
	}
	return within == 1
}

// see returns in what detail places of three classes are counted, Nothing when they are not.
func (g *gathering) see(ground, terms, traits uint32) dealmap.Detail {
	if g.within != nil && g.outside(ground) {
		return dealmap.Nothing
	}
	// What the lens knows is read here, without a call for each place.
	stands := g.lens.standings.get(ground)
	if stands == 0 {
		stands = g.lens.judgeStanding(g.sieve, ground)
	}
	standing := dealmap.Standing(stands - 1)
	var judged uint8
	if !g.admitsAll {
		if judged = g.details[terms][standing]; judged == 0 {
			judged = g.judgeTerms(terms, standing)
		}
	} else if judged = g.lens.details.get(terms*dealmap.Standings + uint32(standing)); judged == 0 {
		judged = g.lens.judgeDetail(g.sieve, terms, standing)
	}
	d := dealmap.Detail(judged - 1)
	if d == dealmap.Nothing {
		return d
	}
	passes := g.passes[traits][d]
	if passes == 0 {
		passes = g.judgeTraits(traits, d)
	}
	if passes == 1 {
		return dealmap.Nothing
	}
	return d
}

// pass reports whether places with such traits pass when they are seen in a detail.
func (g *gathering) pass(traits uint32, d dealmap.Detail) bool {
	pass := g.passes[traits][d]
	if pass == 0 {
		pass = g.judgeTraits(traits, d)
	}
	return pass == 2
}

func (g *gathering) judgeGround(ground uint32) uint8 {
	within := uint8(1)
	if g.sieve.Within(g.grounds[ground].Value) {
		within = 2
	}
	g.within[ground] = within
	return within
}

// anchored tells in which details a place that has a position has an anchor.
var anchored = func() (list [dealmap.Whole + 1]bool) {
	var p dealmap.Place
	p.Facts.Position = &orb.Point{}
	for d := range list {
		_, list[d] = dealmap.Detail(d).Anchor(&p)
	}
	return list
}()

func (g *gathering) judgeTerms(number uint32, standing dealmap.Standing) uint8 {
	d := g.lens.detail(g.sieve, number, standing)
	if !g.sieve.Admits(&g.terms[number].Value, d) {
		d = dealmap.Nothing
	}
	g.details[number][standing] = uint8(d) + 1
	return uint8(d) + 1
}

func (g *gathering) judgeTraits(traits uint32, d dealmap.Detail) uint8 {
	pass := uint8(1)
	if g.sieve.Traits(g.traits[traits].Value, d) {
		pass = 2
	}
	g.passes[traits][d] = pass
	return pass
}
