import { noFilter } from "../core/filters";
import { statuses } from "../core/vocabulary";
import { listPoints } from "./calls";
import { ask, client, type DealPoint, type HistoryEntry } from "./client";
import { rememberFamily } from "./family";
import type { components, operations } from "./schema.gen";

/** Calls of links between places. */
type Schemas = components["schemas"];
export type PlaceLink = Schemas["PlaceLink"];
export type LinkEnd = Schemas["LinkEnd"];
export type NewLink = Schemas["NewLink"];
export type LinkPatch = Schemas["LinkPatch"];
type ListQuery = NonNullable<operations["listLinks"]["parameters"]["query"]>;

/** The most that one answer holds. */
const pageSize = 500;

const etag = (revision: number): string => `"${revision}"`;

function known(link: PlaceLink): PlaceLink {
  for (const { kind, id, reference } of [link.from, link.to]) rememberFamily(kind, id, reference);
  return link;
}

/** All links that a question finds, page after page. */
async function listLinks(query: ListQuery, signal: AbortSignal): Promise<PlaceLink[]> {
  const all: PlaceLink[] = [];
  let cursor: string | null = null;
  do {
    const page: Schemas["LinkList"] = await ask(client.GET("/api/v1/links", { params: { query: { ...query, limit: pageSize, ...(cursor ? { cursor } : {}) } }, signal }));
    all.push(...page.links.map(known));
    cursor = page.next ? new URL(page.next, location.origin).searchParams.get("cursor") : null;
  } while (cursor);
  return all;
}

export const linksOf = (place: string, signal: AbortSignal): Promise<PlaceLink[]> => listLinks({ place }, signal);

export const getLink = (link: string, signal?: AbortSignal): Promise<PlaceLink> => ask(client.GET("/api/v1/links/{link}", { params: { path: { link } }, signal })).then(known);

export const addLink = (body: NewLink, key: string): Promise<PlaceLink> => ask(client.POST("/api/v1/links", { params: { header: { "Idempotency-Key": key } }, body })).then(known);

export const changeLink = (link: string, revision: number, body: LinkPatch, key: string): Promise<PlaceLink> =>
  ask(
    client.PATCH("/api/v1/links/{link}", {
      params: { path: { link }, header: { "If-Match": etag(revision), "Idempotency-Key": key } },
      body,
      headers: { "Content-Type": "application/merge-patch+json" },
    }),
  ).then(known);

export async function removeLink(link: string, revision: number, key: string): Promise<void> {
  await ask(client.POST("/api/v1/links/{link}/remove", { params: { path: { link }, header: { "If-Match": etag(revision), "Idempotency-Key": key } } }));
}

export async function linkHistory(link: string, signal: AbortSignal): Promise<HistoryEntry[]> {
  return (await ask(client.GET("/api/v1/links/{link}/history", { params: { path: { link } }, signal }))).entries;
}

/** A network as this viewer sees it: its places of both families, whatever their status, and its links that hold on a day. */
export interface NetworkParts {
  places: DealPoint[];
  links: PlaceLink[];
}

export async function networkParts(network: string, on: string, signal: AbortSignal): Promise<NetworkParts> {
  const filter = { ...noFilter, status: statuses, network };
  const family = async (of: "points" | "sites"): Promise<DealPoint[]> => {
    const all: DealPoint[] = [];
    for (let cursor = "", first = true; first || cursor !== ""; first = false) {
      const page = await listPoints(filter, null, pageSize, cursor, signal, of);
      all.push(...page.points);
      cursor = page.cursor;
    }
    return all;
  };
  const [points, sites, links] = await Promise.all([family("points"), family("sites"), listLinks({ network, on }, signal)]);
  return { places: [...points, ...sites], links };
}
