import { kindsOf, type Family, type Filter } from "../core/filters";
import { isSiteKind, statuses } from "../core/vocabulary";
import { addressOf, isKnownSite, rememberFamily } from "./family";
import { ApiError, ask, askPlaces, client, type Counts, type DealPoint, type DealPointPatch, type HistoryEntry, type Me, type NewDealPoint, type SearchResult, type SessionState, type StatedMotive, type Territory, type Token, type TokenMade, type Vocabulary } from "./client";
import type { components, operations } from "./schema.gen";

type Schemas = components["schemas"];
type ListQuery = NonNullable<operations["listDealPoints"]["parameters"]["query"]>;
export type Box = readonly [west: number, south: number, east: number, north: number];

/** The filter as the API's typed query; `core/filters` writes the same thing for tiles. */
function filterQuery(filter: Filter, box: Box | null, family: Family = "points"): ListQuery {
  const kind = kindsOf(filter, family);
  const query: ListQuery = {};
  if (filter.q !== "") query.q = filter.q;
  if (filter.status.length < statuses.length) query.status = [...filter.status];
  if (kind.length > 0) query.kind = kind as NonNullable<ListQuery["kind"]>;
  if (filter.product.length > 0) query.product = [...filter.product];
  if (filter.service.length > 0) query.service = [...filter.service];
  if (filter.territory !== "") query.territory = [filter.territory];
  if (filter.network !== "") query.network = [filter.network];
  if (filter.confirmedAfter !== "") query.confirmed_after = filter.confirmedAfter;
  if (box) query.bbox = box.map((degrees) => degrees.toFixed(6)).join(",");
  return query;
}

export interface Page {
  points: DealPoint[];
  /** Cursor of the next page, empty on the last. */
  cursor: string;
}

export const getMe = (): Promise<Me> => ask(client.GET("/api/v1/me"));
export const getVocabulary = (): Promise<Vocabulary> => ask(client.GET("/api/v1/vocabulary"));
export const signIn = (body: Schemas["SignIn"]): Promise<Me> => ask(client.POST("/api/v1/session", { body }));

export const getSession = (): Promise<SessionState> => ask(client.GET("/api/v1/session"));
export const stateMotive = (body: StatedMotive): Promise<Me> => ask(client.PUT("/api/v1/session/motive", { body }));

export async function changePassword(old: string, next: string): Promise<void> {
  await ask(client.PUT("/api/v1/session/password", { body: { old, new: next } }));
}

export async function getPolicy(signal?: AbortSignal): Promise<string> {
  return ask(client.GET("/api/v1/policy", { parseAs: "text", signal, headers: { Accept: "text/markdown, application/problem+json" } }));
}

export async function listTokens(signal?: AbortSignal): Promise<Token[]> {
  return (await ask(client.GET("/api/v1/tokens", { signal }))).tokens;
}

export const addToken = (body: Schemas["NewToken"]): Promise<TokenMade> => ask(client.POST("/api/v1/tokens", { body }));

export async function endToken(token: string): Promise<void> {
  await ask(client.DELETE("/api/v1/tokens/{token}", { params: { path: { token } } }));
}

export async function signOut(): Promise<void> {
  await ask(client.DELETE("/api/v1/session"));
}

const lists = { points: "/api/v1/deal-points", sites: "/api/v1/sites" } as const satisfies Record<Family, string>;

export async function listPoints(filter: Filter, box: Box | null, limit: number, cursor: string, signal: AbortSignal, family: Family = "points"): Promise<Page> {
  const query = { ...filterQuery(filter, box, family), limit, ...(cursor === "" ? {} : { cursor }) };
  const page = await askPlaces(client.GET(lists[family], { params: { query }, signal }));
  const next = page.next ? new URL(page.next, location.origin).searchParams.get("cursor") : null;
  page.features.forEach(known);
  return { points: page.features, cursor: next ?? "" };
}

export function countPoints(filter: Filter, box: Box | null, signal: AbortSignal, family: Family = "points"): Promise<Counts> {
  return ask(client.GET(`${lists[family]}/counts`, { params: { query: filterQuery(filter, box, family) }, signal }));
}

/** Learns from an answer of which family a place is. */
function known<P extends Pick<DealPoint, "id" | "properties">>(place: P): P {
  rememberFamily(place.properties.kind, String(place.id), place.properties.reference);
  return place;
}

const readPoint = (id: string, signal?: AbortSignal): Promise<DealPoint> => ask(client.GET(addressOf("/api/v1/deal-points/{id}", id), { params: { path: { id } }, signal })).then(known);

/** Reads a place of either family: where it is not what it is taken for, its other address is asked. */
export async function getPoint(id: string, signal?: AbortSignal): Promise<DealPoint> {
  try {
    return await readPoint(id, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const was = isKnownSite(id);
    rememberFamily(was ? "street" : "warehouse", id);
    return readPoint(id, signal).catch((again: unknown) => {
      rememberFamily(was ? "warehouse" : "street", id);
      throw again;
    });
  }
}

export async function getHistory(id: string, signal?: AbortSignal): Promise<HistoryEntry[]> {
  return (await ask(client.GET(addressOf("/api/v1/deal-points/{id}/history", id), { params: { path: { id } }, signal }))).entries;
}

export async function findTerritories(q: string, level: Schemas["Level"] | undefined, signal: AbortSignal): Promise<Territory[]> {
  const query = { q, limit: 8, ...(level ? { level } : {}) };
  return (await ask(client.GET("/api/v1/territories", { params: { query }, signal }))).territories;
}

const territories = new Map<string, Promise<Territory>>();

/** Name, centre and bounds of a territory; asked once. */
export function getTerritory(code: string): Promise<Territory> {
  const known = territories.get(code);
  if (known) return known;
  const asked = ask(client.GET("/api/v1/territories/{code}", { params: { path: { code } } })).then((feature) => feature.properties);
  asked.catch(() => territories.delete(code));
  territories.set(code, asked);
  return asked;
}

export async function search(q: string, signal: AbortSignal): Promise<SearchResult> {
  const found = await ask(client.GET("/api/v1/search", { params: { query: { q, limit: 6 } }, signal }));
  found.sites.forEach(known);
  return found;
}

const etag = (revision: number): string => `"${revision}"`;

export function addPoint(body: NewDealPoint, key: string, acceptDuplicates: boolean): Promise<DealPoint> {
  const query = acceptDuplicates ? { duplicates: "accepted" as const } : {};
  const path = lists[isSiteKind(body.properties.kind) ? "sites" : "points"];
  return ask(client.POST(path, { params: { query, header: { "Idempotency-Key": key } }, body })).then(known);
}

export function changePoint(id: string, revision: number, body: DealPointPatch, key: string): Promise<DealPoint> {
  return ask(
    client.PATCH(addressOf("/api/v1/deal-points/{id}", id), {
      params: { path: { id }, header: { "If-Match": etag(revision), "Idempotency-Key": key } },
      body,
      headers: { "Content-Type": "application/merge-patch+json" },
    }),
  ).then(known);
}

export type LifeBody =
  | { action: "confirm"; body: Schemas["Confirm"] }
  | { action: "step"; body: Schemas["Step"] }
  | { action: "close"; body: Schemas["Close"] }
  | { action: "reopen"; body: Schemas["Reopen"] };

/** One step of a point's life, on the revision that the person saw. */
export function live(id: string, revision: number, key: string, step: LifeBody): Promise<DealPoint> {
  const params = { path: { id }, header: { "If-Match": etag(revision), "Idempotency-Key": key } };
  switch (step.action) {
    case "confirm":
      return ask(client.POST(addressOf("/api/v1/deal-points/{id}/confirm", id), { params, body: step.body }));
    case "step":
      return ask(client.POST(addressOf("/api/v1/deal-points/{id}/steps", id), { params, body: step.body }));
    case "close":
      return ask(client.POST(addressOf("/api/v1/deal-points/{id}/close", id), { params, body: step.body }));
    case "reopen":
      return ask(client.POST(addressOf("/api/v1/deal-points/{id}/reopen", id), { params, body: step.body }));
  }
}

export async function erasePoint(id: string, revision: number, body: { reason: "retention" | "order" | "unlawful"; decision?: string }): Promise<void> {
  await ask(client.POST(addressOf("/api/v1/deal-points/{id}/erase", id), { params: { path: { id }, header: { "If-Match": etag(revision) } }, body }));
}

/** A file as the server made it, with how many points are in it and how many were left out. */
export interface Exported {
  file: Blob;
  name: string;
  exported: number | null;
  leftOut: number | null;
}

export async function exportPoints(filter: Filter, box: Box | null, body: Schemas["Export"], family: Family = "points"): Promise<Exported> {
  const query = { ...filterQuery(filter, box, family), ...(family === "sites" ? { layer: "sites" as const } : {}) };
  const call = client.POST("/api/v1/exports", { params: { query }, body, parseAs: "blob", headers: { Accept: "*/*" } });
  const headers = call.then(({ response }) => response.headers, () => new Headers());
  const file = (await ask(call)) as unknown as Blob;
  const got = await headers;
  const number = (name: string): number | null => (got.get(name) === null ? null : Number(got.get(name)));
  const named = /filename="?([^";]+)"?/.exec(got.get("Content-Disposition") ?? "")?.[1];
  return { file, name: named ?? `points-de-deal.${body.format}`, exported: number("Dealmap-Exported"), leftOut: number("Dealmap-Left-Out") };
}
