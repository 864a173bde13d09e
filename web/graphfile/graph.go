// Package graphfile writes networks as files that other programs read: GraphML for yEd, Gephi and NetworkX, and an edge list in
// CSV for spreadsheets. What it is given is what the viewer may see; it adds nothing, and the same graph gives the same bytes.
package graphfile

import (
	"github.com/paulmach/orb"

	"github.com/mesure5/dealmap"
)

// Graph is a network as one viewer sees it.
type Graph struct {
	Name string // of the network, or of what was asked for
	// Mention is the handling mention that the file carries, empty for none.
	Mention string
	Nodes   []Node
	// Ties name nodes by ID; one of which an end is not among the nodes is an error.
	Ties []Tie
	// Kinds and Means are the vocabularies of ties, for the labels that people read.
	Kinds, Means []dealmap.Term
}

// Node is a place as the viewer sees it; what is withheld is left zero.
type Node struct {
	ID        string // what names the node in the file, one of its own for each
	Reference string
	Name      string
	Kind      dealmap.Kind
	Status    dealmap.Status
	Commune   string
	Position  *orb.Point // WGS 84, longitude and latitude in degrees
	Withheld  bool       // the viewer does not see all of it
}

// Tie is a link as the viewer sees it.
type Tie struct {
	Reference    string
	From, To     string // IDs of nodes
	Kind, Means  string
	Strength     float64 // finite; 0 for none
	Grading      string  // as people write it: « B2 »
	Since, Until dealmap.Date
	Networks     []string // their codes
	Note         string
}

// label is what people call a node.
func (n Node) label() string {
	if n.Name != "" {
		return n.Name
	}
	return n.Reference
}
