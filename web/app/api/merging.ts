import { ask, askPlaces, client, type DealPoint } from "./client";
import { addressOf } from "./family";
import type { components } from "./schema.gen";

/** Calls about records that may be one place: pairs, verdicts, merging and parting, and what others did of it. */
type Schemas = components["schemas"];
export type DuplicatePair = Schemas["DuplicatePair"];
export type MatchReason = Schemas["MatchReason"];
export type Likeness = Schemas["Likeness"];
export type Sources = Schemas["Sources"];
export type SourceRecord = Schemas["SourceRecord"];
export type Notice = Schemas["Notice"];
export type Verdict = Schemas["PairVerdict"]["verdict"];

/** Which pairs: empty texts and null are as by default. */
export interface PairFilter {
  territory: string;
  import: string;
  /** Least score, 0 to 1. */
  least: number | null;
}

export interface PairPage {
  pairs: DuplicatePair[];
  /** Records that were looked at for this page. */
  looked: number;
  /** Cursor of the next page, empty on the last. */
  cursor: string;
}

export async function listPairs(filter: PairFilter, cursor: string, signal?: AbortSignal): Promise<PairPage> {
  const query = {
    ...(filter.territory === "" ? {} : { territory: filter.territory }),
    ...(filter.import === "" ? {} : { import: filter.import }),
    ...(filter.least === null ? {} : { least: filter.least }),
    ...(cursor === "" ? {} : { cursor }),
  };
  const page = await ask(client.GET("/api/v1/duplicates", { params: { query }, signal }));
  const next = page.next ? new URL(page.next, location.origin).searchParams.get("cursor") : null;
  return { pairs: page.pairs, looked: page.looked, cursor: next ?? "" };
}

export async function settlePair(a: string, b: string, verdict: Verdict): Promise<void> {
  await ask(client.POST("/api/v1/duplicates/verdicts", { body: { a, b, verdict } }));
}

export interface Accepted {
  merged: number;
  left: number;
}

export function acceptPairs(threshold: number, filter: Pick<PairFilter, "territory" | "import">, dryRun: boolean): Promise<Accepted> {
  const body = { threshold, dry_run: dryRun, ...(filter.territory === "" ? {} : { territory: filter.territory }), ...(filter.import === "" ? {} : { import: filter.import }) };
  return ask(client.POST("/api/v1/duplicates/accept", { body }));
}

const on = ({ id, properties: { revision } }: DealPoint): { path: { id: string }; header: { "If-Match": string } } => ({ path: { id }, header: { "If-Match": `"${revision}"` } });

/** Merges `from` into `into`, as they were when the person decided; fields that are not in `take` are left to the rules. */
export function mergePoints(into: DealPoint, from: DealPoint, take: Readonly<Record<string, string>>): Promise<DealPoint> {
  return ask(client.POST(addressOf("/api/v1/deal-points/{id}/merge", into.id), { params: on(into), body: { with: from.id, with_revision: from.properties.revision, take } }));
}

/** Takes a record out of a point again. */
export function splitPoint(point: DealPoint, member: string, assign: Readonly<Record<string, string>>): Promise<DealPoint> {
  return ask(client.POST(addressOf("/api/v1/deal-points/{id}/split", point.id), { params: on(point), body: { member, assign } }));
}

export const getSources = (id: string, signal?: AbortSignal): Promise<Sources> => ask(client.GET(addressOf("/api/v1/deal-points/{id}/sources", id), { params: { path: { id } }, signal }));

/** The latest first; `since` is a moment, empty for the last 90 days. */
export async function listNotices(since: string, limit: number): Promise<Notice[]> {
  return (await ask(client.GET("/api/v1/notices", { params: { query: { limit, ...(since === "" ? {} : { since }) } } }))).notices;
}

/** The nearest points to a position that this viewer may see, with metres. */
export async function listNearest(lon: number, lat: number, limit: number, signal?: AbortSignal): Promise<DealPoint[]> {
  return (await askPlaces(client.GET("/api/v1/nearest", { params: { query: { lon, lat, limit } }, signal }))).features;
}
