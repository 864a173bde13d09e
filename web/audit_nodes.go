package web

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
)

// nodeAsked reads which node's consultation log is asked for; empty when none is named.
func (s *Server) nodeAsked(query url.Values) (string, error) {
	node := query.Get("node")
	nodes := s.Audit.Nodes()
	if node == "" || slices.ContainsFunc(nodes, func(n dealmap.NodeLog) bool { return n.Node == node }) {
		return node, nil
	}
	names := make([]string, 0, len(nodes))
	for _, n := range nodes {
		if n.Node != "" {
			names = append(names, n.Node)
		}
	}
	if len(names) == 0 {
		return "", badParameter("node", "cette installation n’a qu’un nœud, sans nom")
	}
	return "", badParameter("node", "« %s » est inconnu (%s)", clip(node), strings.Join(names, ", "))
}

// severalNodes reports whether answers must say whose log a line is of.
func (s *Server) severalNodes() bool { return len(s.Audit.Nodes()) > 1 }

// pageAsked reads which logs a page is of, and where it begins.
func (s *Server) pageAsked(query url.Values, ask *dealmap.ConsultationQuery) (err error) {
	if ask.Node, err = s.nodeAsked(query); err != nil {
		return err
	}
	if ask.Before, err = before(query); err != nil {
		return err
	}
	cursor := query.Get("cursor")
	switch several := s.severalNodes() && ask.Node == ""; {
	case cursor != "" && (ask.Before > 0 || ask.Node != ""):
		return badParameter("cursor", "la suite d’une réponse se demande sans « before » ni « node »")
	case cursor != "":
		ask.Positions, err = parsePositions(cursor)
		return err
	case several && ask.Before > 0:
		return badParameter("before", "chaque nœud numérote ses lignes : dites lequel (node), ou suivez « next_cursor »")
	case several:
		// As the logs are now: lines that are written while pages are read do not shift them.
		ask.Positions = map[string]uint64{}
		for _, n := range s.Audit.Nodes() {
			ask.Positions[n.Node] = n.Lines + 1
		}
	}
	return nil
}

// A cursor over several logs is where the page ended in each: node:number, joined by commas.

func positionsText(positions map[string]uint64) string {
	parts := make([]string, 0, len(positions))
	for _, node := range slices.Sorted(maps.Keys(positions)) {
		parts = append(parts, fmt.Sprintf("%s:%d", node, positions[node]))
	}
	return strings.Join(parts, ",")
}

// mostPositions bounds the nodes of a cursor.
const mostPositions = 1000

func parsePositions(text string) (map[string]uint64, error) {
	positions := map[string]uint64{}
	for part := range strings.SplitSeq(text, ",") {
		node, number, ok := strings.Cut(part, ":")
		n, err := strconv.ParseUint(number, 10, 63)
		if _, twice := positions[node]; !ok || twice || node == "" || err != nil || n == 0 || len(positions) == mostPositions {
			return nil, badParameter("cursor", "ce n’est pas la suite d’une réponse : reprenez « next_cursor » telle quelle")
		}
		positions[node] = n
	}
	return positions, nil
}
