// Package network analyses how a distribution network hangs together, and what closing some of its places would do. It computes
// only: nodes are the numbers 0 to n-1, which the caller maps to places, and nothing is read, written or drawn by lot. The same
// graph gives the same figures, to the last bit, on every machine and on any number of processors.
//
// A tie goes from one node to another and has a strength. Where ways are weighted, the distance of a tie is the inverse of its
// strength: strong ties are short. The undirected graph of a network ties two nodes where either ties the other, and adds up the
// strengths of both directions.
//
// What each measure tells:
//
//   - Components: the parts of the network that nothing ties together ([Graph.Weak]), or in which every node is downstream of
//     every other ([Graph.Strong]).
//   - Degree and strength: how many ties a node has, and how strong they are together ([Graph.Degrees]).
//   - Betweenness: how many of the shortest ways between others go through a node ([Graph.Betweenness]).
//   - Articulation points and bridges: the nodes and ties whose loss alone breaks a component ([Graph.Cuts]).
//   - Communities: groups with more strength inside than chance would put there ([Graph.Communities]).
//   - Paths: the way of fewest ties, and that of strongest ties, between two nodes ([Graph.ShortestPath], [Graph.StrongestPath]).
//   - Fragmentation: the share of pairs that cannot reach each other ([Graph.Fragmentation]).
//   - Key players: the few nodes whose removal leaves the fewest pairs in touch ([Graph.KeyPlayers]).
//   - Reach: how many nodes are downstream of an entry ([Graph.Reach]).
//   - What-if: all of this before and after some nodes close ([Graph.WhatIf]); [Graph.NewBase] keeps the before.
//
// Every one of them measures what is known, not what is. A node that the services watch has more known ties than one that they do
// not, so the central place is often only the best watched; a gap may be a gap of knowledge. Say so wherever a ranking is shown.
package network
