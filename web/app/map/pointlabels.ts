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

/** How far beside the middle a name begins or ends that finds no room over or under it, in pixels, and what that costs in lines. */
const BESIDE = 12;
const BESIDE_COST = 1.6;

/** A covered symbol is as bad as this many lines of distance. */
const COVER_COST = 1.5;

/** Places what fits and keeps each name where it was at this zoom unless it covers more there. */
export function placePointNames(names: Iterable<PointName>, around: Surroundings): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const name of names) {
    const at = bestPosition(name, around);
    if (!at) continue;
    take(around, name.writing, at.x, at.y);
    placed.push({ code: name.code, lines: name.writing.lines, x: at.x, y: at.y, style: name.style });
  }
  return placed;
}

interface Try {
  x: number;
  y: number;
  cost: number;
}

/** Where a name is read best. With a symbol on it it cannot be read: it is left out, unless it is a landmark. */
function bestPosition(name: PointName, around: Surroundings): Try | null {
  let best: Try | null = null;
  for (const at of tries(name, around.previous.get(name.code))) {
    if (best && best.cost <= at.cost) continue;
    if (!free(around, name.writing, at.x, at.y)) continue;
    const hidden = covered(around, name.writing, at.x, at.y, name.landmark ? undefined : 1);
    if (hidden > 0 && !name.landmark) continue;
    const cost = at.cost + hidden * COVER_COST;
    if (!best || cost < best.cost) best = { ...at, cost };
  }
  return best;
}

function tries({ x, y, writing }: PointName, before: PlacedLabel | undefined): Try[] {
  const aside = writing.width / 2 + BESIDE;
  return [
    ...(before ? [{ x: before.x, y: before.y, cost: -0.5 }] : []),
    ...STEPS.map((step) => ({ x, y: y + step * writing.height, cost: Math.abs(step) })),
    { x: x + aside, y, cost: BESIDE_COST },
    { x: x - aside, y, cost: BESIDE_COST },
  ];
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
