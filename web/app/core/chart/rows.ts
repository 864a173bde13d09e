import type { GraphMeasures, GraphNode } from "../../api/networks";
import type { ChartModel, ChartTie } from "./model";
import { valueOf } from "./size";

/** A place as the table tells it; what only the analysis knows is null before it has come. */
export interface PlaceRow {
  id: string;
  node: GraphNode;
  reference: string;
  name: string;
  kind: string;
  status: string;
  degree: number;
  betweenness: number | null;
  articulation: boolean | null;
  community: number | null;
}

export interface TieRow {
  id: string;
  tie: ChartTie;
  from: string;
  to: string;
  kind: string;
  means: string;
  strength: number;
  since: string;
  until: string;
  grading: string;
}

export function placeRows(model: ChartModel, byId: ReadonlyMap<string, GraphMeasures>): PlaceRow[] {
  return model.nodes.map((node, i) => {
    const known = byId.get(node.id);
    return { id: node.id, node, reference: node.reference, name: node.name ?? "", kind: node.kind, status: node.status, degree: valueOf(model, i, "degree", byId), betweenness: known?.betweenness ?? null, articulation: known?.articulation ?? null, community: known?.community ?? null };
  });
}

export function tieRows(model: ChartModel): TieRow[] {
  const reference = (i: number): string => model.nodes[i]?.reference ?? "";
  return model.ties.map((tie) => ({ id: tie.id, tie, from: reference(tie.from), to: reference(tie.to), kind: tie.kind, means: tie.means ?? "", strength: tie.strength, since: tie.since ?? "", until: tie.until ?? "", grading: tie.grading ?? "" }));
}

export type Order = "ascending" | "descending";

const collator = new Intl.Collator("fr", { numeric: true });

/** Sorts by what a column says; what is not known comes last either way, and equal rows keep their order. */
export function sortRows<R>(rows: readonly R[], value: (row: R) => string | number | boolean | null, order: Order): R[] {
  const way = order === "ascending" ? 1 : -1;
  const missing = (v: string | number | boolean | null): boolean => v === null || v === "";
  return [...rows].sort((a, b) => {
    const [va, vb] = [value(a), value(b)];
    if (missing(va) || missing(vb)) return Number(missing(va)) - Number(missing(vb));
    return way * (typeof va === "string" || typeof vb === "string" ? collator.compare(String(va), String(vb)) : Number(va) - Number(vb));
  });
}

/** How many rows have to be drawn for one of them to be seen: whole pages, all that are drawn already at least. */
export function rowsNeeded(keys: readonly string[], wanted: string | null, drawn: number, page: number): number {
  const at = wanted === null ? -1 : keys.indexOf(wanted);
  return Math.min(keys.length, Math.max(drawn, page, at < 0 ? 0 : Math.ceil((at + 1) / page) * page));
}
