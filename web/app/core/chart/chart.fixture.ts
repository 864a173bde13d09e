import type { Graph, GraphNode, GraphTie } from "../../api/networks";

/** Numbers that repeat: a congruential sequence, in [0, 1). */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const kinds = ["entry_point", "warehouse", "stash_flat", "street", "four", "drive", "delivery", "growing_site", "growshop", "business"];
const means = ["road", "sea", "air", "rail", "post", "foot", undefined] as const;

/** An invented network of n places, about `each` ties a place: entry points supply warehouses, and those the rest. */
export function inventGraph(n: number, each = 1.6, seed = 7): Graph {
  const rand = sequence(seed);
  const nodes = Array.from({ length: n }, (_, i): GraphNode => {
    const kind = i === 0 ? "entry_point" : i < n * 0.05 ? "warehouse" : i < n * 0.2 ? "stash_flat" : (kinds[3 + Math.floor(rand() * rand() * 7)] ?? "street");
    const status = i % 17 === 5 ? "closed" : (["active", "active", "disrupted", "reported", "dormant"][Math.floor(rand() * 5)] ?? "active");
    return { id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`, reference: `13-${(1000 + i).toString(36).toUpperCase()}`, name: i % 3 === 0 ? `Cité no ${i}` : undefined, kind, status, commune: "Marseille", departement: "dep:13", position: [5.25 + 0.3 * rand(), 43.2 + 0.2 * rand()], networks: ["R-13-7KQ"] } as unknown as GraphNode;
  });
  const ties: GraphTie[] = [];
  for (let i = 0; n > 1 && i < n * each; i++) {
    const to = i < n - 1 ? i + 1 : Math.floor(rand() * n);
    const from = Math.floor(rand() ** 3 * (to === 0 ? n : to));
    if (from === to) continue;
    const kind = (["supplies", "supplies", "stores_for", "displaced_to", "same_network", "rival"] as const)[Math.floor(rand() * 6)] ?? "supplies";
    ties.push({ id: `10000000-0000-4000-8000-${String(i).padStart(12, "0")}`, from, to, kind, directed: kind !== "same_network" && kind !== "rival", strength: 1 + Math.floor(rand() * rand() * 12), means: means[Math.floor(rand() * 7)] as GraphTie["means"], grading: "B2", since: "2026-01-05" } as GraphTie);
  }
  return { on: "2026-11-28", nodes, ties } as Graph;
}
