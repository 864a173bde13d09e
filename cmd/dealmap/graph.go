package main

import (
	"io"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/graph"
	"github.com/mesure5/dealmap/web"
)

// readGraph reads a file of nodes and ties by the vocabulary of links.
func readGraph(r io.Reader, name string, o web.GraphOptions) (*dealmap.LinkList, error) {
	return graph.Read(r, name, graph.Options{
		Form: o.Form, Directed: o.Directed, Header: o.Header, Kinds: dealmap.LinkKinds(), Means: dealmap.LinkMeans(),
	})
}
