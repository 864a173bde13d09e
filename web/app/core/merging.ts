import type { DealPoint } from "../api/client";
import type { DuplicatePair, PairFilter } from "../api/merging";
import { same, type Json } from "./json";
import { accuracies } from "./vocabulary";

/** The record that goes on, and the one that is merged into it. */
export type Side = "into" | "from";

export interface Facing {
  into: DealPoint;
  from: DealPoint;
}

/** Names a pair whichever way round it is told. */
export const pairKey = ({ a, b }: Pick<DuplicatePair, "a" | "b">): string => [a.id, b.id].sort().join("+");

/**
 * Which record goes on unless a person says otherwise: the one that others were merged into already, then the one with the longer
 * life, whose reference is the better known.
 */
export function facing({ a, b }: Pick<DuplicatePair, "a" | "b">): Facing {
  const sources = ({ properties: p }: DealPoint): number => p.co_owners?.length ?? 0;
  const seen = ({ properties: p }: DealPoint): string => p.first_seen ?? "9999";
  const order = sources(b) - sources(a) || b.properties.revision - a.properties.revision || seen(a).localeCompare(seen(b)) || a.properties.reference.localeCompare(b.properties.reference);
  return order <= 0 ? { into: a, from: b } : { into: b, from: a };
}

/** Fields for which a person may say whose word is taken; the server has the same list. */
const choosable = new Set(["kind", "name", "address", "geometry", "products", "hours", "intensity", "landlord", "note", "grading", "networks", "case_references", "status"]);

/** Every field that two records may differ in, in the order in which they are shown. */
const fields = ["status", "kind", "name", "address", "geometry", "products", "hours", "intensity", "lookouts", "obstacles", "cameras", "landlord", "note", "owner", "grading", "handling", "networks", "case_references", "first_seen", "last_confirmed"] as const;

/** What a record says in a field; null where it says nothing. `geometry` is position, accuracy and commune together. */
export function valueOf({ geometry, properties: p }: DealPoint, field: string): Json {
  if (field === "geometry") return { position: (geometry?.coordinates as Json | undefined) ?? null, accuracy: p.accuracy ?? "", commune: p.commune ?? "" };
  const value = (p as unknown as Record<string, Json | undefined>)[field] ?? null;
  return value === "" || value === 0 || value === false || (Array.isArray(value) && value.length === 0) ? null : value;
}

export const withholds = ({ properties: { withheld } }: DealPoint, field: string): boolean => withheld.includes(field);

/** The fields in which two records say something else, where both show them. */
export function differingOf(a: DealPoint, b: DealPoint): string[] {
  return fields.filter((field) => !withholds(a, field) && !withholds(b, field) && !same(valueOf(a, field), valueOf(b, field)));
}

export type OutcomeWhy = "only" | "exact" | "graded" | "recent" | "kept" | "union" | "notes" | "seen" | "earliest" | "latest" | "known" | "report" | "strict" | "owners";

/** What the rules are likely to make of a field; the server has the last word. */
export interface Outcome {
  side: Side | "both";
  why: OutcomeWhy;
}

export interface Row {
  field: string;
  differs: boolean;
  /** Whether a person may say whose word is taken. */
  choosable: boolean;
  /** Absent for fields that are the same. */
  rule: Outcome | null;
}

/** The lines of a comparison: what differs, as the server names it, first. */
export function rowsOf({ into, from }: Facing, differing: readonly string[]): Row[] {
  const different = differing.map((field): Row => ({ field, differs: true, choosable: choosable.has(field), rule: outcome(field, into, from) }));
  const alike = fields.filter((field) => !differing.includes(field) && (says(into, field) || withholds(into, field) || withholds(from, field)));
  return [...different, ...alike.map((field): Row => ({ field, differs: false, choosable: false, rule: null }))];
}

const says = (point: DealPoint, field: string): boolean => (field === "geometry" ? point.geometry != null || !!point.properties.commune : valueOf(point, field) !== null);

/** The rules by which the server puts two records together (combine.go), as far as what is shown lets them be foretold. */
export function outcome(field: string, into: DealPoint, from: DealPoint): Outcome {
  const [a, b] = [into.properties, from.properties];
  switch (field) {
    case "owner":
      return { side: "both", why: "owners" };
    case "handling":
      return { side: "both", why: "strict" };
    case "lookouts":
    case "obstacles":
    case "cameras":
      return { side: a[field] === true ? "into" : "from", why: "seen" };
    case "first_seen":
      return { side: earlier(b.first_seen, a.first_seen) ? "from" : "into", why: "earliest" };
    case "last_confirmed":
      return { side: (a.last_confirmed ?? "") < (b.last_confirmed ?? "") ? "from" : "into", why: "latest" };
    case "status":
      return life(into, from);
    case "geometry": {
      const [x, y] = [exactness(into), exactness(from)];
      return x === y ? better(into, from) : { side: x < y ? "into" : "from", why: "exact" };
    }
  }
  if (!says(into, field)) return { side: "from", why: "only" };
  if (!says(from, field)) return { side: "into", why: "only" };
  if (field === "products" || field === "networks" || field === "case_references") return { side: "both", why: "union" };
  if (field === "note") return { side: "both", why: "notes" };
  return better(into, from);
}

/** Whether a day is known and before another, or the other is not known. */
const earlier = (day: string | null | undefined, than: string | null | undefined): boolean => !!day && (!than || day < than);

/** Orders positions, the most exact first. */
function exactness({ geometry, properties: { accuracy } }: DealPoint): number {
  const rank = accuracies.indexOf(accuracy as (typeof accuracies)[number]);
  return geometry && rank >= 0 ? rank : accuracies.length;
}

/** By how well the sources are graded, then by which was confirmed last. */
function better(into: DealPoint, from: DealPoint): Outcome {
  const [a, b] = [into.properties, from.properties];
  if (a.grading && b.grading && a.grading.scheme === b.grading.scheme) {
    const [x, y] = [a.grading, b.grading].map(({ source, information }) => `${source}${information}`) as [string, string];
    if (x !== y) return { side: x < y ? "into" : "from", why: "graded" };
  }
  const [x, y] = [a.last_confirmed ?? "", b.last_confirmed ?? ""];
  return x === y ? { side: "into", why: "kept" } : { side: x < y ? "from" : "into", why: "recent" };
}

/** The state comes from the record that knows the latest of it. */
function life(into: DealPoint, from: DealPoint): Outcome {
  const until = ({ properties: { last_confirmed: seen, closing } }: DealPoint): string => [seen ?? "", closing?.date ?? ""].sort()[1] ?? "";
  const [x, y] = [until(into), until(from)];
  if (x < y) return { side: "from", why: "known" };
  return x === y && into.properties.status === "reported" && from.properties.status !== "reported" ? { side: "from", why: "report" } : { side: "into", why: "known" };
}

export type ScoreWord = "sure" | "veryLikely" | "likely" | "possible" | "doubtful";

/** From this score the server itself takes two records for one place (AcceptFrom in match.go). */
export const acceptFrom = 0.94;

/** A score in words. */
export function scoreWord(score: number): ScoreWord {
  if (score >= acceptFrom) return "sure";
  if (score >= 0.9) return "veryLikely";
  if (score >= 0.75) return "likely";
  return score >= 0.5 ? "possible" : "doubtful";
}

/** A score in percent, never rounded up to certainty. */
export const percent = (score: number): number => (score >= 0.99 ? Math.floor(score * 1000 + 1e-6) / 10 : Math.floor(score * 100 + 1e-6));

/** How far around its position a place may lie, in metres, by its stated accuracy. */
export const radiusOf = (accuracy: string | undefined): number => ({ door: 8, building: 25, estate: 120, street: 80 })[accuracy ?? ""] ?? 0;

/** The whole zoom at which so many metres fit into so many pixels. */
export function zoomFor(metres: number, pixels: number, lat: number): number {
  const perPixel = (2 * Math.PI * 6_378_137 * Math.cos((lat * Math.PI) / 180)) / 256;
  return Math.max(3, Math.min(18, Math.floor(Math.log2((perPixel * pixels) / Math.max(metres, 1)))));
}

/** Metres on a sphere, near enough to tell neighbours; null when one of both has no position. */
export function metresBetween(a: readonly number[] | null | undefined, b: readonly number[] | null | undefined): number | null {
  const [lonA, latA] = a ?? [];
  const [lonB, latB] = b ?? [];
  if (lonA === undefined || latA === undefined || lonB === undefined || latB === undefined) return null;
  const rad = Math.PI / 180;
  return 6_371_008.8 * Math.hypot((lonB - lonA) * rad * Math.cos(((latA + latB) / 2) * rad), (latB - latA) * rad);
}

/** Reads which pairs an address asks for: `?territory=dep:13&import=…&least=0.9`. */
export function readPairFilter(search: string): PairFilter {
  const query = new URLSearchParams(search);
  const least = Number(query.get("least") ?? Number.NaN);
  return { territory: query.get("territory") ?? "", import: query.get("import") ?? "", least: least > 0 && least <= 1 ? least : null };
}

/** Writes it back, with "?", or "" when everything is as by default. */
export function writePairFilter({ territory, import: list, least }: PairFilter): string {
  const query = new URLSearchParams();
  if (territory !== "") query.set("territory", territory);
  if (list !== "") query.set("import", list);
  if (least !== null) query.set("least", String(least));
  const text = query.toString().replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}
