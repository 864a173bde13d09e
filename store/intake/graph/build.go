package graph

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/mesure5/dealmap"
)

// mostKey is how long the name of a node may be, in characters.
const mostKey = 200

// builder gathers nodes and ties and holds them to what no network may have.
type builder struct {
	list  *dealmap.LinkList
	o     Options
	nodes map[string]int // by what makes a key one
	seen  map[pair]int   // the tie of a pair
	// The vocabularies of ties, and that of places.
	kinds, means, places vocabulary
}

// pair is what may be tied once only: the two ends, in one direction or in none, by one kind and means.
type pair struct {
	from, to    int
	directed    bool
	kind, means string
}

func newBuilder(name string, o Options) *builder {
	return &builder{
		list: &dealmap.LinkList{Name: name}, o: o, nodes: map[string]int{}, seen: map[pair]int{},
		kinds: newVocabulary(o.Kinds), means: newVocabulary(o.Means), places: newVocabulary(dealmap.Kinds()),
	}
}

// tidy brings a name to the form in which names are compared and shown: composed letters, single spaces.
func tidy(name string) string {
	return strings.Join(strings.Fields(norm.NFC.String(name)), " ")
}

// identity is what makes a key one: references are the same however they are typed.
func identity(key string) (id, reference string) {
	if reference, err := dealmap.ParseReference(key); err == nil {
		return reference, reference
	}
	return key, ""
}

// node returns the node of this tidy key, which it makes when there is none.
func (b *builder) node(key string, line int) (int, error) {
	id, reference := identity(key)
	if i, ok := b.nodes[id]; ok {
		return i, nil
	}
	i := len(b.list.Nodes)
	if i == b.o.MostNodes {
		return 0, wrong("plus de %d nœuds : partagez le réseau en plusieurs fichiers", b.o.MostNodes)
	}
	b.nodes[id] = i
	b.list.Nodes = append(b.list.Nodes, dealmap.ListedNode{Key: key, Line: line, Reference: reference})
	return i, nil
}

// longKey tells a name that is too long for one.
func longKey(key string) bool {
	return len(key) > mostKey && utf8.RuneCountInString(key) > mostKey
}

// tie adds a tie, or sets it aside when it says nothing new, or contradicts one before it.
func (b *builder) tie(t dealmap.ListedTie) error {
	problem := dealmap.ListProblem{Line: t.Line, Column: t.Column, Field: "tie", Value: b.list.Nodes[t.From].Key + " – " + b.list.Nodes[t.To].Key}
	if t.From == t.To {
		problem.Reason = "le nœud est lié à lui-même"
		b.list.Refuse(problem)
		return nil
	}
	p := pair{t.From, t.To, t.Directed, t.Kind, t.Means}
	if !t.Directed && p.from > p.to {
		p.from, p.to = p.to, p.from
	}
	if i, ok := b.seen[p]; ok {
		first := b.list.Ties[i]
		problem.Reason = fmt.Sprintf("ce lien est déjà dans le fichier, ligne %d", first.Line)
		if first.Strength != t.Strength || first.Since != t.Since || first.Until != t.Until {
			problem.Reason = fmt.Sprintf("ce lien contredit celui de la ligne %d : la force ou les dates diffèrent", first.Line)
		}
		b.list.Refuse(problem)
		return nil
	}
	if len(b.list.Ties) == b.o.MostTies {
		return wrong("plus de %d liens : partagez le réseau en plusieurs fichiers", b.o.MostTies)
	}
	b.seen[p] = len(b.list.Ties)
	b.list.Ties = append(b.list.Ties, t)
	return nil
}

// note tells something of how the file was read.
func (b *builder) note(format string, args ...any) {
	b.list.Notes = append(b.list.Notes, fmt.Sprintf(format, args...))
}
