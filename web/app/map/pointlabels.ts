/** Names of places that have a middle, such as towns: at it, or just beside it where something else is there. */
import { covered, free, take } from "./labels";
import type { PlacedLabel, Surroundings, Writing } from "./labels";

/** A name to place: in world pixels, the most important first. */
export interface PointName {
  code: string;
  x: number;
  y: number;
  writing: Writing;
  /** Passed on to the placed label. */
  style: number;
  /** A landmark: written even where symbols hide part of it. */
  landmark?: boolean;
}

/** Steps from the middle that are tried, in lines of text: a name stays near, but not under the symbol of its town. */
const STEPS = [0, 1.3, -1.3, 2, -2, 2.7, -2.7];

/** A name with a symbol on it more often than once in this many pixels cannot be read: it is left out. */
const READABLE = 50;

/** A covered symbol is as bad as this many lines of distance. */
const COVER_COST = 1.5;

/** Places what fits and keeps each name where it was at this zoom unless it covers more there. */
export function placePointNames(names: Iterable<PointName>, around: Surroundings): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const name of names) {
    const y = bestHeight(name, around);
    if (y === null) continue;
    take(around, name.writing, name.x, y);
    placed.push({ code: name.code, lines: name.writing.lines, x: name.x, y, style: name.style });
  }
  return placed;
}

function bestHeight({ code, x, y, writing, landmark }: PointName, around: Surroundings): number | null {
  const before = around.previous.get(code);
  const tries = STEPS.map((step) => ({ at: y + step * writing.height, cost: Math.abs(step) }));
  if (before) tries.unshift({ at: before.y, cost: -0.5 });
  let best: { at: number; cost: number } | null = null;
  for (const { at, cost } of tries) {
    if (best && best.cost <= cost) continue;
    if (!free(around, writing, x, at)) continue;
    const hidden = covered(around, writing, x, at);
    if (hidden * READABLE > writing.width && !landmark) continue;
    const total = cost + hidden * COVER_COST;
    if (!best || total < best.cost) best = { at, cost: total };
  }
  return best && best.at;
}

/** Zoom from which the arrondissements of Paris, Lyon and Marseille are named beside their commune. */
const ARRONDISSEMENTS_FROM = 12;

/**
 * How a commune is written on the map; null where it is not. The 45 municipal arrondissements have INSEE codes and full
 * names like communes: « Marseille 3e Arrondissement » is cut to « 3e arr. », near enough to be told from its city.
 */
export function communeText(name: string, zoom: number): string | null {
  const part = /^(?:Paris|Lyon|Marseille) (\d{1,2}er?) Arrondissement$/i.exec(name);
  if (!part) return name;
  return zoom < ARRONDISSEMENTS_FROM ? null : `${part[1]} arr.`;
}
