import type { Flows } from "../api/networks";
import { linkMeans } from "./networks";

export const directions = ["in", "out", "within"] as const;
export type Direction = (typeof directions)[number];

/** One line of the table: a quarter and a means, with what goes in, out and within. */
export interface FlowLine {
  quarter: string;
  means: string;
  links: Record<Direction, number>;
  strength: number;
}

/** Adds up over the territories at the other end; the latest quarter first, means in the order of the vocabulary, the unknown last. */
export function flowLines({ rows }: Pick<Flows, "rows">): FlowLine[] {
  const lines = new Map<string, FlowLine>();
  for (const { quarter, means, direction, links, strength } of rows) {
    const key = `${quarter} ${means}`;
    let line = lines.get(key);
    if (!line) lines.set(key, (line = { quarter, means, links: { in: 0, out: 0, within: 0 }, strength: 0 }));
    line.links[direction] += links;
    line.strength += strength;
  }
  const rank = (means: string): number => (means === "" ? linkMeans.length : (linkMeans as readonly string[]).indexOf(means));
  return [...lines.values()].sort((a, b) => (a.quarter < b.quarter ? 1 : a.quarter > b.quarter ? -1 : rank(a.means) - rank(b.means)));
}

/** Links of each quarter in each direction, for the chart; quarters without any are there too. */
export function flowTotals({ rows, quarters }: Pick<Flows, "rows" | "quarters">): { quarter: string; links: Record<Direction, number> }[] {
  return quarters.map((quarter) => {
    const links = { in: 0, out: 0, within: 0 };
    for (const row of rows) if (row.quarter === quarter) links[row.direction] += row.links;
    return { quarter, links };
  });
}

/** Territories at the other end, with the most links in the latest quarter that has any first. */
export function flowPartners({ rows, quarters }: Pick<Flows, "rows" | "quarters">): { code: string; name: string; in: number; out: number }[] {
  const last = [...quarters].reverse().find((quarter) => rows.some((row) => row.quarter === quarter && row.direction !== "within"));
  const partners = new Map<string, { code: string; name: string; in: number; out: number }>();
  for (const { quarter, direction, partner = "", partner_name: name = "", links } of rows) {
    if (quarter !== last || direction === "within") continue;
    const one = partners.get(partner) ?? { code: partner, name, in: 0, out: 0 };
    one[direction] += links;
    partners.set(partner, one);
  }
  return [...partners.values()].sort((a, b) => b.in + b.out - a.in - a.out || (a.code < b.code ? -1 : 1));
}
