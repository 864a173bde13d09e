import type { Graph, GraphNode, GraphTie } from "../../api/networks";

/** One tie as it is drawn: several between two places fan out, each with a bend of its own. */
export interface ChartTie extends GraphTie {
  /** 0 is straight; the sign says on which side, as seen from `from` to `to`. */
  bend: number;
}

/** A graph made ready to be drawn and walked through. Positions in `nodes` name a place everywhere. */
export interface ChartModel {
  nodes: readonly GraphNode[];
  ties: readonly ChartTie[];
  /** Where the place of an id stands. */
  at: ReadonlyMap<string, number>;
  tieAt: ReadonlyMap<string, number>;
  /** Neighbours of each place, each once, in the order of places. */
  neighbours: readonly (readonly number[])[];
  /** Ties of each place, as positions in `ties`. */
  tiesOf: readonly (readonly number[])[];
}

/** Ties with an end that is not there, or with both ends in one place, are left out: nothing of them could be drawn. */
export function chartModel({ nodes, ties }: Pick<Graph, "nodes" | "ties">): ChartModel {
  const drawn = ties.filter(({ from, to }) => from !== to && nodes[from] !== undefined && nodes[to] !== undefined);
  const pairs = new Map<string, GraphTie[]>();
  for (const tie of drawn) {
    const key = tie.from < tie.to ? `${tie.from} ${tie.to}` : `${tie.to} ${tie.from}`;
    const list = pairs.get(key);
    if (list) list.push(tie);
    else pairs.set(key, [tie]);
  }
  const bends = new Map<GraphTie, number>();
  for (const list of pairs.values()) {
    // A side is one side for the pair, whichever way a tie leads.
    list.forEach((tie, i) => bends.set(tie, (i - (list.length - 1) / 2) * (tie.from < tie.to ? 1 : -1)));
  }
  const near = nodes.map(() => new Set<number>());
  const tiesOf: number[][] = nodes.map(() => []);
  drawn.forEach(({ from, to }, i) => {
    near[from]?.add(to);
    near[to]?.add(from);
    tiesOf[from]?.push(i);
    tiesOf[to]?.push(i);
  });
  return {
    nodes,
    ties: drawn.map((tie) => ({ ...tie, bend: bends.get(tie) ?? 0 })),
    at: new Map(nodes.map(({ id }, i) => [id, i])),
    tieAt: new Map(drawn.map(({ id }, i) => [id, i])),
    neighbours: near.map((set) => [...set].sort((a, b) => a - b)),
    tiesOf,
  };
}

/** Parts that hang together, the largest first; among equal ones that of the first place. */
export function componentsOf(neighbours: readonly (readonly number[])[]): number[][] {
  const seen = new Uint8Array(neighbours.length);
  const parts: number[][] = [];
  for (let first = 0; first < neighbours.length; first++) {
    if (seen[first]) continue;
    const part = [first];
    seen[first] = 1;
    for (let i = 0; i < part.length; i++) {
      for (const next of neighbours[part[i] ?? 0] ?? []) {
        if (seen[next]) continue;
        seen[next] = 1;
        part.push(next);
      }
    }
    parts.push(part);
  }
  return parts.sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
}
