package web

import (
	"context"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// Tied is what web needs of a map that knows what hangs together.
type Tied interface {
	// Link returns a link that the scope is told of; Links those strictly after an id that it sees and the filter lets through, those
	// that it only counts included, in the order of ids; LinksOf those of a place that it is told of.
	Link(dealmap.Scope, dealmap.ID) (dealmap.LinkSight, bool)
	Links(scope dealmap.Scope, f *dealmap.LinkFilter, after dealmap.ID, yield func(dealmap.LinkSight) bool)
	LinksOf(scope dealmap.Scope, place dealmap.ID) []dealmap.LinkSight
	// LinkBox and FlowTable are what the tile layer of links is drawn from (tiles.Source).
	LinkBox(scope dealmap.Scope, f *dealmap.LinkFilter, box orb.Bound, yield func(dealmap.LinkSight) bool)
	FlowTable(scope dealmap.Scope, f *dealmap.LinkFilter, level dealmap.Level) dealmap.FlowTable
	// LinkChange returns what the scope sees of a link before and after a change of it.
	LinkChange(dealmap.Scope, dealmap.Change) (before, after dealmap.LinkSight)
	// Network returns the record of a network that the scope sees, NetworksCoded those under a code, Networks all by code.
	Network(dealmap.Scope, dealmap.ID) (dealmap.NetworkSight, bool)
	NetworksCoded(scope dealmap.Scope, code string) []dealmap.NetworkSight
	Networks(dealmap.Scope, func(dealmap.NetworkSight) bool)
	// Members yields the places that the scope sees as belonging to a network, Codes the codes that places which it sees name.
	Members(scope dealmap.Scope, code string, yield func(dealmap.Sight) bool)
	Codes(dealmap.Scope, func(string) bool)
}

// TiedPast is what web needs of the past of links and networks.
type TiedPast interface {
	// LinkHistory and NetworkHistory return what a scope may see of a record's past, oldest first.
	LinkHistory(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error)
	NetworkHistory(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error)
}
