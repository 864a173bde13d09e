#!/usr/bin/env python3
"""Writes golden.json: what NetworkX says of the three networks of ../shared/data/networks (published research data, which are
not part of this repository). Run in the folder of the repository: python3 geo/network/testdata/golden.py

A tie is a cell above 0 of the adjacency matrix, its strength the cell, its distance 1/strength. The undirected graph ties two nodes
where either ties the other, and adds up the strengths of both directions. Nodes are numbered in the order of the header."""

import csv
import itertools
import json
import pathlib
import sys

import networkx as nx

here = pathlib.Path(__file__).parent
data = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here / "../../../../shared/data/networks")


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f))
    names = rows[0][1:]
    assert names == [row[0] for row in rows[1:]]
    d = nx.DiGraph()
    d.add_nodes_from(range(len(names)))
    for i, row in enumerate(rows[1:]):
        for j, cell in enumerate(row[1:]):
            if float(cell) > 0:
                d.add_edge(i, j, strength=float(cell), distance=1 / float(cell))
    return d


def undirected(d):
    u = nx.Graph()
    u.add_nodes_from(d)
    for i, j, strength in d.edges(data="strength"):
        together = strength + (u[i][j]["strength"] if u.has_edge(i, j) else 0)
        u.add_edge(i, j, strength=together, distance=1 / together)
    return u


def values(by_node, n):
    return [by_node[v] for v in range(n)]


def betweenness(g, n):
    return {
        "plain": values(nx.betweenness_centrality(g, normalized=False), n),
        "plainNormalised": values(nx.betweenness_centrality(g, normalized=True), n),
        "weighted": values(nx.betweenness_centrality(g, normalized=False, weight="distance"), n),
        "weightedNormalised": values(nx.betweenness_centrality(g, normalized=True, weight="distance"), n),
    }


def fragmentation(u, closed):
    g = u.copy()
    g.remove_nodes_from(closed)
    n = len(g)
    pairs = n * (n - 1)
    together = sum(len(c) * (len(c) - 1) for c in nx.connected_components(g))
    near = sum(1 / d for v, row in nx.all_pairs_shortest_path_length(g) for w, d in row.items() if v != w)
    return {
        "closed": closed,
        "components": nx.number_connected_components(g),
        "share": 1 - together / pairs,
        "distance": 1 - near / pairs,
        "overall": 1 - together / (len(u) * (len(u) - 1)),
    }


def best_set(u, k):
    """The lexicographically first set of k nodes whose removal leaves the fewest pairs in touch."""
    best = None
    for closed in itertools.combinations(range(len(u)), k):
        g = u.subgraph(set(u) - set(closed))
        left = sum(len(c) * (len(c) - 1) for c in nx.connected_components(g))
        if best is None or left < best[0]:
            best = (left, closed)
    return list(best[1])


def paths(g, pairs):
    found = []
    for a, b in pairs:
        try:
            found.append({"from": a, "to": b, "ties": nx.shortest_path_length(g, a, b),
                          "length": nx.shortest_path_length(g, a, b, weight="distance")})
        except nx.NetworkXNoPath:
            found.append({"from": a, "to": b, "ties": -1, "length": -1})
    return found


def reach(d, entry):
    levels = nx.single_source_shortest_path_length(d, entry)
    most = max(levels.values())
    return {"entry": entry, "byTies": [sum(1 for t in levels.values() if t == k) for k in range(1, most + 1)]}


def golden(d):
    n, u = len(d), undirected(d)
    by_degree = sorted(u, key=lambda v: (-u.degree(v), v))
    pairs = [(a * 7 % n, (a * 13 + 5) % n) for a in range(40)]
    closed = [[], [by_degree[0]], by_degree[:2], by_degree[:5], by_degree[-3:], list(range(0, n, 3))]
    return {
        "nodes": n,
        "ties": d.number_of_edges(),
        "weak": sorted(sorted(c) for c in nx.weakly_connected_components(d)),
        "strong": sorted(sorted(c) for c in nx.strongly_connected_components(d)),
        "in": values(dict(d.in_degree()), n),
        "out": values(dict(d.out_degree()), n),
        "neighbours": values(dict(u.degree()), n),
        "strengthIn": values(dict(d.in_degree(weight="strength")), n),
        "strengthOut": values(dict(d.out_degree(weight="strength")), n),
        "directed": betweenness(d, n),
        "undirected": betweenness(u, n),
        "articulations": sorted(nx.articulation_points(u)),
        "bridges": sorted(sorted(e) for e in nx.bridges(u)),
        "fragmentation": [fragmentation(u, c) for c in closed],
        "keyPlayers": [best_set(u, k) for k in (1, 2)],
        "directedPaths": paths(d, pairs),
        "undirectedPaths": paths(u, pairs),
        "reach": [reach(d, v) for v in by_degree[:5]],
        "greedyModularity": nx.community.modularity(
            u, nx.community.greedy_modularity_communities(u, weight="strength"), weight="strength"),
    }


found = {path.stem: golden(read(path)) for path in sorted(data.glob("*.csv"))}
(here / "golden.json").write_text(json.dumps({"networkx": nx.__version__, "networks": found}, indent=1) + "\n")
