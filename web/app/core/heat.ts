import { locale } from "../i18n";

/** How areas of heat are made and coloured. The server counts and classes; nothing here knows a single place. */
export const heatModes = ["cells", "parts", "density"] as const;
export type HeatMode = (typeof heatModes)[number];
export const heatWeights = ["count", "intensity"] as const;
export type HeatWeight = (typeof heatWeights)[number];

/** What a person asks of the heat of a territory. */
export interface HeatQuery {
  /** A day (2026-11-28), or null for now. */
  asOf: string | null;
  filter: { status: readonly string[]; kind: readonly string[]; product: readonly string[]; service: readonly string[] };
  audience: "clct" | "wider";
}

export interface HeatChoice {
  mode: HeatMode;
  weight: HeatWeight;
  /** Width of a hexagon in metres, null for what suits the territory. */
  cell: number | null;
  /** Metres, null for what suits the territory. */
  bandwidth: number | null;
}

/** Widths of hexagons in metres: those of the national grid. */
export const cellWidths = [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000] as const;

/** Bandwidths in metres that are offered. */
export const bandwidths = [500, 1000, 2000, 5000, 10_000, 20_000, 50_000] as const;

/** Who sees aggregates only is refused less than this, in metres. */
const finestForAggregates = 2000;

/** The choices that a person may make, finest first. */
export const offered = (all: readonly number[], aggregatesOnly: boolean): number[] => all.filter((metres) => !aggregatesOnly || metres >= finestForAggregates);

/** How many tones a ramp has; `--heat-0` and following. */
export const toneCount = 7;

/** The tone of a class: few classes use the whole ramp, so that neighbours are as far apart as can be; -1 for no class. */
export function toneOf(index: number, classes: number): number {
  if (index < 0 || classes <= 0) return -1;
  if (classes === 1) return Math.floor(toneCount / 2);
  const last = Math.min(classes, toneCount) - 1;
  return Math.round((Math.min(index, last) * (toneCount - 1)) / last);
}

/** The filter and the choices as the query of the API, without what is as by default. */
export function heatParameters({ asOf, filter, audience }: HeatQuery, choice: HeatChoice): Record<string, string> {
  const query: Record<string, string> = { ...filterParameters({ asOf, filter, audience }), mode: choice.mode };
  if (choice.mode !== "parts" && choice.weight !== "count") query["weight"] = choice.weight;
  if (choice.mode === "cells" && choice.cell !== null) query["cell"] = String(choice.cell);
  if (choice.mode === "density" && choice.bandwidth !== null) query["bandwidth"] = String(choice.bandwidth);
  return query;
}

/** What heat and hot spots have in common. */
export function filterParameters({ asOf, filter, audience }: HeatQuery): Record<string, string> {
  const query: Record<string, string> = {};
  for (const name of ["status", "kind", "product", "service"] as const) {
    if (filter[name].length > 0) query[name] = filter[name].join(",");
  }
  if (asOf !== null) query["as_of"] = asOf;
  if (audience !== "clct") query["audience"] = audience;
  return query;
}

/** A number of a legend or a readout: two decimals, or two figures that count where it is smaller than that. */
export function formatAmount(n: number): string {
  const small = n !== 0 && Math.abs(n) < 0.1;
  return n.toLocaleString(locale(), small ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: Math.abs(n) < 10 ? 2 : Math.abs(n) < 100 ? 1 : 0 });
}

/** « 12 », « de 3 à 5 »: bounds of a class, joined by the word of the language. */
export const classText = (from: number, to: number, join: (from: string, to: string) => string): string =>
  formatAmount(from) === formatAmount(to) ? formatAmount(from) : join(formatAmount(from), formatAmount(to));

/** Radius of a proportional circle in pixels: its area says the count. Never so small that it cannot be pointed at. */
export function circleRadius(count: number, most: number, largest = 24): number {
  if (count <= 0 || most <= 0) return 0;
  return Math.max(3, largest * Math.sqrt(count / most));
}

/** Three counts to explain the circles with: the most, and round numbers below it. */
export function circleSamples(most: number): number[] {
  if (most <= 0) return [];
  const round = (n: number): number => {
    const power = 10 ** Math.floor(Math.log10(Math.max(1, n)));
    return Math.max(1, Math.floor(n / power) * power);
  };
  return [...new Set([most, round(most / 3), round(most / 12)])].filter((n) => n >= 1);
}

export type Position = [number, number];
export type Polygons = Position[][][];

/** Middle of the largest ring of an area, to name it by and to draw beside it; null without an outline. */
export function middleOf(polygons: Polygons | null | undefined): Position | null {
  let best: Position | null = null;
  let widest = -1;
  for (const [ring] of polygons ?? []) {
    if (!ring || ring.length < 3) continue;
    const [lons, lats] = [ring.map(([lon]) => lon), ring.map(([, lat]) => lat)];
    const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
    const size = (east - west) * (north - south);
    if (size <= widest) continue;
    widest = size;
    best = [(west + east) / 2, (south + north) / 2];
  }
  return best;
}
