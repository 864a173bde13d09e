package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
)

// GraphOptions say how a file of nodes and ties is to be read; what is left out is found out.
type GraphOptions struct {
	Form             dealmap.LinkListForm
	Directed, Header *bool
}

// ReadGraph reads a file of nodes and ties. Errors about the file are of kind invalid, for the field "file".
type ReadGraph func(r io.Reader, name string, o GraphOptions) (*dealmap.LinkList, error)

// mostGraphFile is how large a file of nodes and ties may be, in bytes.
const mostGraphFile = 20 << 20

// How a node became a place of the map.
const (
	byReference = "reference"
	byPosition  = "position"
	byExercise  = "exercise"
	byCreation  = "new"
	byNothing   = "none"
)

// graphFile is a file of nodes and ties, with what its nodes are on the map.
type graphFile struct {
	*dealmap.LinkList
	name   string
	places []dealmap.Sight // of each node, zero where it is none
	how    []string
	// kind is that of ties whose kind the file does not say.
	kind dealmap.LinkKind
}

// readGraphFile reads the body of a request as a file of nodes and ties.
func (s *Server) readGraphFile(w http.ResponseWriter, r *http.Request, v *visit) (*graphFile, error) {
	if !v.viewer.May(dealmap.ActionLink) {
		return nil, dealmap.Forbidden("votre rôle ne permet pas de lier des lieux")
	}
	if s.ReadGraph == nil {
		return nil, dealmap.NotFound()
	}
	query := r.URL.Query()
	name := strings.TrimSpace(query.Get("name"))
	if err := dealmap.CheckText("name", name, 1, 200); err != nil {
		return nil, asParameter("name", err)
	}
	options := GraphOptions{Form: dealmap.LinkListForm(query.Get("form"))}
	var err error
	for parameter, into := range map[string]**bool{"directed": &options.Directed, "header": &options.Header} {
		if *into, err = parseYes(query, parameter); err != nil {
			return nil, err
		}
	}
	file := &graphFile{name: name, kind: dealmap.LinkKind(query.Get("kind"))}
	if file.kind != "" && dealmap.Label(dealmap.LinkKinds(), string(file.kind)) == string(file.kind) {
		return nil, badParameter("kind", "« %s » est inconnu (%s)", clip(string(file.kind)), namesOf(dealmap.LinkKinds()))
	}
	file.LinkList, err = s.ReadGraph(http.MaxBytesReader(w, r.Body, mostGraphFile), name, options)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, refuse(kindTooLarge, "le fichier dépasse %d Mo", mostGraphFile>>20)
	}
	if err != nil {
		return nil, err
	}
	if file.kind == "" {
		if file.kind = dealmap.SameNetwork; file.Directed {
			file.kind = dealmap.Supplies
		}
	}
	file.place(v)
	if text := query.Get("exercise"); text != "" {
		if err := s.exercise(v, file, text); err != nil {
			return nil, err
		}
	}
	return file, nil
}

func parseYes(query url.Values, name string) (*bool, error) {
	switch text := query.Get(name); text {
	case "":
		return nil, nil
	case "true", "false":
		return new(text == "true"), nil
	default:
		return nil, badParameter(name, "« %s » n’est ni true ni false", clip(text))
	}
}

// nearNode is how far from a node's position the place that it is may lie, in metres.
const nearNode = 100

// place finds the places that nodes are: by reference, or by position and name where exactly one is meant.
func (g *graphFile) place(v *visit) {
	g.places, g.how = make([]dealmap.Sight, len(g.Nodes)), make([]string, len(g.Nodes))
	for i := range g.Nodes {
		n := &g.Nodes[i]
		g.how[i] = byNothing
		if sight, _, ok := resolve(v, n.Reference); n.Reference != "" && ok && sight.Detail() >= dealmap.Shown {
			g.places[i], g.how[i] = sight, byReference
			continue
		}
		if n.Position == nil {
			continue
		}
		if sight, ok := namedNear(v, *n.Position, cmp.Or(n.Label, n.Key)); ok {
			g.places[i], g.how[i] = sight, byPosition
		} else if n.Kind != "" {
			g.how[i] = byCreation
		}
	}
}

func namedNear(v *visit, at orb.Point, name string) (found dealmap.Sight, ok bool) {
	key, n := dealmap.SearchKey(name), 0
	v.snap.Radius(v.scope, at, nearNode, func(sight dealmap.Sight, _ float64) bool {
		if sight.Detail() >= dealmap.Shown && dealmap.SearchKey(sight.Name()) == key {
			found, n = sight, n+1
		}
		return n < 2
	})
	return found, n == 1
}

// exercise puts the nodes that are no place on places of a territory, in the order of the file and of the places' ids. It makes up
// intelligence, so that it is for demonstration maps only.
func (s *Server) exercise(v *visit, g *graphFile, text string) error {
	territory, err := s.knownTerritory("exercise", text)
	if err != nil {
		return err
	}
	if !v.snap.Synthetic() {
		return badParameter("exercise", "placer des nœuds au hasard n’est possible que sur une carte de démonstration")
	}
	used := map[dealmap.ID]bool{}
	for _, p := range g.places {
		used[p.ID()] = true
	}
	var free []dealmap.Sight
	v.snap.Each(v.scope, dealmap.ID{}, func(sight dealmap.Sight) bool {
		_, placed := sight.Position()
		if placed && sight.Detail() >= dealmap.Shown && sight.Within(territory) && sight.Closing() == nil && !used[sight.ID()] {
			free = append(free, sight)
		}
		return len(free) < len(g.Nodes)
	})
	missing := 0
	for i := range g.Nodes {
		if !g.places[i].IsZero() {
			continue
		}
		if len(free) == 0 {
			missing++
			continue
		}
		g.places[i], g.how[i], free = free[0], byExercise, free[1:]
	}
	if missing > 0 {
		return badParameter("exercise", "%s n’a pas assez de lieux : il en manque %d", s.territory(territory).Name, missing)
	}
	return nil
}

func (g *graphFile) tally(how string) (n int) {
	for _, h := range g.how {
		if h == how {
			n++
		}
	}
	return n
}

// mostRead is how many nodes, ties and problems are shown of what was read.
const mostRead = 500

// ReadGraphFile says what would come of a file of nodes and ties.
func (s *Server) ReadGraphFile(w http.ResponseWriter, r *http.Request, _ api.ReadGraphFileParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query(), "name", "form", "directed", "header", "kind", "exercise"); err != nil {
			return reply{}, err
		}
		g, err := s.readGraphFile(w, r, v)
		if err != nil {
			return reply{}, err
		}
		line := v.line(dealmap.WhatImport, canonical(r.URL.Query()), appendIDs(nil, slices.DeleteFunc(slices.Clone(g.places), dealmap.Sight.IsZero))...)
		line.Detail = fmt.Sprintf("%s, %d nœuds, %d liens", clipTo(g.name, 200), len(g.Nodes), len(g.Ties))
		return reply{body: s.graphReading(g), line: line}, nil
	})
}

func (s *Server) graphReading(g *graphFile) api.GraphReading {
	out := api.GraphReading{
		Form: api.GraphReadingForm(g.Form), Directed: g.Directed, Header: g.Header, Separator: some(g.Separator), NodeCount: len(g.Nodes), TieCount: len(g.Ties),
		Matched: g.tally(byReference) + g.tally(byPosition), Creatable: g.tally(byCreation), Exercised: some(g.tally(byExercise)), ProblemCount: g.SetAside,
		Nodes: []api.GraphReadingNode{}, Ties: []api.GraphReadingTie{}, Problems: []api.GraphReadingProblem{}, Notes: list(g.Notes),
	}
	for i := range min(len(g.Nodes), mostRead) {
		n := &g.Nodes[i]
		node := api.GraphReadingNode{Key: n.Key, Line: n.Line, Label: some(n.Label), How: api.GraphReadingNodeHow(g.how[i])}
		if !g.places[i].IsZero() {
			node.Place = new(s.linkEnd(g.places[i]))
		}
		out.Nodes = append(out.Nodes, node)
	}
	for i := range min(len(g.Ties), mostRead) {
		t := &g.Ties[i]
		out.Ties = append(out.Ties, api.GraphReadingTie{
			From: g.Nodes[t.From].Key, To: g.Nodes[t.To].Key, Strength: wholeStrength(t.Strength), Kind: api.LinkKind(g.kindOf(t)), Means: some(api.Means(t.Means)),
		})
	}
	for _, p := range g.Problems[:min(len(g.Problems), mostRead)] {
		out.Problems = append(out.Problems, api.GraphReadingProblem{Line: some(p.Line), Column: some(p.Column), Field: some(p.Field), Value: some(p.Value), Reason: p.Reason})
	}
	return out
}

func (g *graphFile) kindOf(t *dealmap.ListedTie) dealmap.LinkKind {
	return cmp.Or(dealmap.LinkKind(t.Kind), g.kind)
}

// wholeStrength is a strength as links state it: a whole number from 1.
func wholeStrength(strength float64) int { return int(math.Round(min(max(strength, 1), 1_000_000))) }
