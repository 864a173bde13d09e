import type { Heat, HeatFeature } from "../../../api/heat";
import { formatDecimal } from "../../../core/coords";
import { formatDistance, formatNumber } from "../../../core/format";
import { classText, formatAmount, middleOf, type Polygons, type Position } from "../../../core/heat";
import { th } from "./words";

/** An area in words: the same on the map's readout and in the table. */
export interface Described {
  name: string;
  lines: string[];
}

export const range = (from: number, to: number): string => classText(from, to, (a, b) => th("range", { from: a, to: b }));

/** Where an area is, from the server or from its outline. */
export function placeOf({ geometry, properties }: HeatFeature): Position | null {
  const [lon, lat] = properties.centre ?? [];
  if (lon !== undefined && lat !== undefined) return [lon, lat];
  return middleOf(geometry?.coordinates as Polygons | undefined);
}

export function nameOf(feature: HeatFeature, { mode, unit }: Pick<Heat, "mode" | "unit">): string {
  const { properties: p } = feature;
  if (mode === "density") return [range(p.from ?? 0, p.to ?? 0), unit].filter(Boolean).join(" ");
  if (p.name) return p.name;
  const at = placeOf(feature);
  return at ? th("cell.at", { at: formatDecimal({ lon: Number(at[0].toFixed(3)), lat: Number(at[1].toFixed(3)) }) }) : (p.code ?? feature.id);
}

/** A count, or that it may not be told. */
export const countText = (count: number | null | undefined): string => (count === null || count === undefined ? th("count.masked") : th("count", { n: count }));

export function describe(feature: HeatFeature, heat: Heat): Described {
  const { properties: p } = feature;
  if (heat.mode === "density") return { name: nameOf(feature, heat), lines: [] };
  const lines = [countText(p.count)];
  if (heat.mode === "parts") {
    lines.push(p.rate === null || p.rate === undefined ? (p.count === null ? th("count.masked") : th("rate.none")) : th("rate", { rate: formatAmount(p.rate) }));
    if (p.population) lines.push(th("population", { n: p.population }));
  } else if (heat.weight === "intensity" && p.weight !== null && p.weight !== undefined) {
    lines.push(th("intensity.sum", { n: p.weight }));
  }
  const name = heat.mode === "cells" && heat.cell ? th("cell.name", { width: formatDistance(heat.cell.width) }) : nameOf(feature, heat);
  return { name, lines };
}

/** How an area ranks in the table: by what colours it. */
export const rankOf = ({ properties: p }: HeatFeature, mode: string): number => (mode === "parts" ? (p.rate ?? -1) : mode === "density" ? (p.from ?? 0) : (p.weight ?? p.count ?? -1));

/** The range of a feature's class, for the table. */
export function classOf({ properties }: HeatFeature, { legend }: Heat): string {
  const found = legend[properties.class];
  if (found) return range(found.from, found.to);
  return properties.count === null ? th("legend.masked") : properties.count === 0 ? th("legend.none") : "";
}

export const numberOrNothing = (n: number | null | undefined): string => (n === null || n === undefined ? "–" : formatNumber(n));
