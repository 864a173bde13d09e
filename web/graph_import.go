package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// ImportGraph brings a file of nodes and ties onto the map.
func (s *Server) ImportGraph(w http.ResponseWriter, r *http.Request, _ api.ImportGraphParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		if err := checkNames(query, "name", "form", "directed", "header", "kind", "exercise", "network", "territory", "create"); err != nil {
			return reply{}, err
		}
		create, err := parseYes(query, "create")
		if err != nil {
			return reply{}, err
		}
		g, err := s.readGraphFile(w, r, v)
		if err != nil {
			return reply{}, err
		}
		cmd := dealmap.ImportNetwork{}
		if err := s.networkOf(v, query, g, &cmd); err != nil {
			return reply{}, err
		}
		leftOut := g.fill(v, &cmd, create != nil && *create)
		if cmd.Digest, err = g.digest(query); err != nil {
			return reply{}, err
		}
		if len(cmd.Links) == 0 {
			return reply{}, dealmap.Invalid("file", fmt.Sprintf("aucun des %d liens du fichier ne relie deux lieux de la carte que vous voyez", len(g.Ties)))
		}
		result, err := s.fulfil(r, v, cmd)
		if err != nil {
			return reply{}, err
		}
		out := api.GraphImported{Network: some(cmd.Code), Places: len(cmd.Places), LeftOut: leftOut + g.SetAside}
		opened := 0
		if cmd.Network != nil {
			opened = 1
			if record, ok := v.snap.Network(v.scope, result.Subject); ok {
				out.Network = some(record.Code())
			}
		}
		out.Members = len(cmd.Members)
		out.Links = max(0, result.Events-opened-out.Places-out.Members)
		if result.Replayed {
			if err := s.cameBefore(r.Context(), v, &result, &out); err != nil {
				return reply{}, err
			}
		}
		out.Known = max(0, len(cmd.Links)-out.Links)
		line := v.line(dealmap.WhatImport, canonical(query))
		line.Detail = fmt.Sprintf("%s, %d liens notés", clipTo(g.name, 200), out.Links)
		return reply{status: http.StatusCreated, body: out, line: line}, nil
	})
}

// cameBefore counts what a request that is sent again brought the first time: by now the map has it, and only the journal, where the
// entries of a request follow one another, tells it apart from what was there.
func (s *Server) cameBefore(ctx context.Context, v *visit, result *dealmap.Result, out *api.GraphImported) error {
	out.Places, out.Members, out.Links = 0, 0, 0
	starts, err := s.Map.Entries(ctx, dealmap.JournalQuery{Place: result.Subject, Subject: v.viewer.Subject, Limit: tallyPage})
	if err != nil {
		return err
	}
	for _, first := range starts {
		end := first.Seq + dealmap.Seq(result.Events)
		last, err := s.Map.Entries(ctx, dealmap.JournalQuery{Before: end, Limit: 1})
		if err != nil {
			return err
		}
		if len(last) == 0 || last[0].Seq != end-1 || last[0].Author != first.Author || !last[0].Time.Equal(first.Time) {
			continue
		}
		_, err = s.eachEntry(ctx, dealmap.JournalQuery{Before: end}, first.Seq-1, func(e *dealmap.JournalEntry) {
			switch e.Kind {
			case dealmap.EventPlaceAdded:
				out.Places++
			case dealmap.EventPlaceChanged:
				out.Members++
			case dealmap.EventLinkRecorded:
				out.Links++
			}
		})
		return err
	}
	return nil
}

// networkOf reads which network all belong to.
func (s *Server) networkOf(v *visit, query url.Values, g *graphFile, cmd *dealmap.ImportNetwork) (err error) {
	asked := query.Get("network")
	if strings.ToLower(asked) != "new" {
		if query.Get("territory") != "" {
			return badParameter("territory", "ne vaut que pour un nouveau réseau (network=new)")
		}
		if cmd.Code, err = parseNetworkCode("network", asked); err != nil || cmd.Code == "" {
			return err
		}
		if _, ok := v.seeNetwork(cmd.Code); !ok {
			return badParameter("network", "aucun réseau %s que vous voyez", cmd.Code)
		}
		return nil
	}
	record := &dealmap.RecordNetwork{ID: drawID()}
	_, _ = rand.Read(record.Draw[:]) // never fails (crypto/rand)
	record.Facts.Status = dealmap.NetworkActive
	if text := query.Get("territory"); text != "" {
		if record.Facts.Territory, err = s.knownTerritory("territory", text); err != nil {
			return err
		}
	}
	for _, p := range g.places {
		record.Facts.Territory = cmp.Or(record.Facts.Territory, p.At(dealmap.LevelDepartement))
	}
	if record.Facts.Territory == "" {
		return badParameter("territory", "manque : où le nouveau réseau est-il implanté ?")
	}
	cmd.Network = record
	return nil
}

// fill puts what the file says into the command, and returns how many ties are left out because an end is no place.
func (g *graphFile) fill(v *visit, cmd *dealmap.ImportNetwork, create bool) (leftOut int) {
	ids := make([]dealmap.ID, len(g.Nodes))
	ours := cmd.Code != "" || cmd.Network != nil
	ofIt := map[dealmap.ID]bool{} // a file may name a place twice
	for i := range g.Nodes {
		n := &g.Nodes[i]
		switch place := g.places[i]; {
		case !place.IsZero():
			ids[i] = place.ID()
			if ours && !ofIt[ids[i]] && v.viewer.MayAt(dealmap.ActionEdit, place.Territories()) && (cmd.Network != nil || !belongs(place, cmd.Code)) {
				ofIt[ids[i]] = true
				cmd.Members = append(cmd.Members, ids[i])
			}
		case create && g.how[i] == byCreation:
			add := dealmap.AddPlace{ID: drawID(), AcceptDuplicates: true, Status: dealmap.Reported, Facts: dealmap.Facts{
				Kind: n.Kind, Name: cmp.Or(n.Label, n.Key), Position: n.Position, Accuracy: dealmap.AccuracyStreet, SourceRecord: g.source(n.Line),
			}}
			_, _ = rand.Read(add.Draw[:]) // never fails (crypto/rand)
			if ids[i] = add.ID; cmd.Code != "" {
				add.Facts.Networks = []string{cmd.Code}
			} else if ours {
				cmd.Members = append(cmd.Members, add.ID)
			}
			cmd.Places = append(cmd.Places, add)
		}
	}
	for i := range g.Ties {
		t := &g.Ties[i]
		if ids[t.From].IsZero() || ids[t.To].IsZero() {
			leftOut++
			continue
		}
		cmd.Links = append(cmd.Links, dealmap.RecordLink{ID: drawID(), Synthetic: g.how[t.From] == byExercise || g.how[t.To] == byExercise, Facts: dealmap.LinkFacts{
			From: ids[t.From], To: ids[t.To], Kind: g.kindOf(t), Means: dealmap.Means(t.Means), Strength: wholeStrength(t.Strength),
			Since: t.Since, Until: t.Until, Note: t.Note, SourceRecord: g.source(t.Line),
		}})
	}
	return leftOut
}

func belongs(place dealmap.Sight, code string) bool {
	for _, c := range place.Networks() {
		if c == code {
			return true
		}
	}
	return false
}

func (g *graphFile) source(line int) string {
	return fmt.Sprintf("%s:%d", clipTo(g.name, 120), line)
}

// digest names what a request asks: the file as it was read, and how.
func (g *graphFile) digest(query url.Values) (dealmap.Hash, error) {
	data, err := json.Marshal([]any{query, g.LinkList})
	if err != nil {
		return dealmap.Hash{}, fmt.Errorf("digest of a graph: %w", err)
	}
	return sha256.Sum256(data), nil
}
