import { isOneOf, isSiteKind, kinds, linkKinds, linkMeans, openStatuses, products, siteKinds, statuses, type Kind, type LinkKind, type Means, type Product, type Status } from "./vocabulary";

/**
 * What is shown. The filter is the page's query string, the API's and the tiles' query: one grammar everywhere.
 * An empty list means "all", except for status, which is always written out and opens on what is not closed.
 */
export interface Filter {
  q: string;
  status: readonly Status[];
  kind: readonly Kind[];
  product: readonly Product[];
  service: readonly string[];
  territory: string;
  network: string;
  confirmedAfter: string;
  linkKind: readonly LinkKind[];
  means: readonly Means[];
  /** A day on which links held, empty for any. */
  on: string;
}

/** Where the map looks. */
export interface View {
  zoom: number;
  lat: number;
  lon: number;
}

/** Everything that the address bar keeps: reloading or sending the address shows the same screen. */
export interface Place {
  filter: Filter;
  view: View | null;
  /** Reference of the place whose sheet is open, of either family. */
  point: string;
  /** Of which family that is, as far as is known: references do not tell. */
  family: Family;
  display: Display;
  layers: readonly Layer[];
  /** Code of the network that everything else is dimmed beside. */
  highlight: string;
}

export const displays = ["points", "clusters", "heat", "territories"] as const;
export type Display = (typeof displays)[number];

/** What the map draws, in the order of the switch; links are for whoever asks for them. */
export const layers = ["points", "sites", "links"] as const;
export type Layer = (typeof layers)[number];
export const firstLayers: readonly Layer[] = ["points", "sites"];

export const noFilter: Filter = { q: "", status: openStatuses, kind: [], product: [], service: [], territory: "", network: "", confirmedAfter: "", linkKind: [], means: [], on: "" };

/** Reads a page's address; what is not understood is left out rather than refused, so an old link still opens. */
export function readPlace(search: string, hash: string): Place {
  const query = new URLSearchParams(search);
  const display = query.get("display") ?? "";
  return {
    filter: readFilter(query),
    view: readView(hash),
    point: query.get("site") ?? query.get("point") ?? "",
    family: query.has("site") ? "sites" : "points",
    display: isOneOf(displays, display) ? display : "points",
    layers: query.has("layers") ? words(query, "layers", layers) : firstLayers,
    highlight: networkCode(query.get("highlight") ?? ""),
  };
}

/** A code as it is written, R-13-7KQ; empty for what is none. */
export const networkCode = (text: string): string => (/^R-(2A|2B|\d{2,3})-[0-9A-Z]{3,8}$/i.test(text.trim()) ? text.trim().toUpperCase() : "");

const day = (text: string | null): string => (/^\d{4}-\d{2}-\d{2}$/.test(text ?? "") ? (text ?? "") : "");

function readFilter(query: URLSearchParams): Filter {
  const status = query.get("status") === "all" ? [...statuses] : words(query, "status", statuses);
  return {
    q: query.get("q") ?? "",
    status: status.length > 0 ? status : openStatuses,
    kind: words(query, "kind", [...kinds, ...siteKinds]),
    product: words(query, "product", products),
    service: list(query, "service"),
    territory: query.get("territory") ?? "",
    network: query.get("network") ?? "",
    confirmedAfter: day(query.get("confirmed_after")),
    linkKind: words(query, "link_kind", linkKinds),
    means: words(query, "means", linkMeans),
    on: day(query.get("on")),
  };
}

function list(query: URLSearchParams, name: string): string[] {
  return [...new Set(query.getAll(name).flatMap((v) => v.split(",")).map((v) => v.trim()).filter((v) => v !== ""))];
}

function words<T extends string>(query: URLSearchParams, name: string, known: readonly T[]): T[] {
  const asked = list(query, name);
  return known.filter((word) => asked.includes(word));
}

/** Reads "#map=12.5/43.2965/5.3698". */
export function readView(hash: string): View | null {
  const match = /^#?map=(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1).map(Number) as [number, number, number];
  return zoom <= 22 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

/** Writes a place back as "?…#…", with nothing that is as by default; "" when everything is. */
export function writePlace(place: Place): string {
  const query = new URLSearchParams();
  writeFilter(query, place.filter);
  writeLinks(query, place.filter);
  if (!sameWords(place.layers, firstLayers)) query.set("layers", place.layers.join(","));
  if (place.highlight !== "") query.set("highlight", place.highlight);
  if (place.display !== "points") query.set("display", place.display);
  if (place.point !== "") query.set(sheetOf[place.family], place.point);
  const search = readable(query);
  return (search === "" ? "" : `?${search}`) + (place.view ? writeView(place.view) : "");
}

const sheetOf = { points: "point", sites: "site" } as const satisfies Record<Family, string>;

/** The address of a place's sheet on the map. */
export const sheetAddress = ({ kind, reference }: { kind: string; reference: string }): string => `/?${sheetOf[isSiteKind(kind) ? "sites" : "points"]}=${encodeURIComponent(reference)}`;

/** Colons and commas are legal in a query and keep the address readable. */
const readable = (query: URLSearchParams): string => query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");

function writeFilter(query: URLSearchParams, filter: Filter): void {
  if (filter.q !== "") query.set("q", filter.q);
  if (!sameWords(filter.status, openStatuses)) {
    query.set("status", filter.status.length === statuses.length ? "all" : filter.status.join(","));
  }
  if (filter.kind.length > 0) query.set("kind", filter.kind.join(","));
  if (filter.product.length > 0) query.set("product", filter.product.join(","));
  if (filter.service.length > 0) query.set("service", filter.service.join(","));
  if (filter.territory !== "") query.set("territory", filter.territory);
  if (filter.network !== "") query.set("network", filter.network);
  if (filter.confirmedAfter !== "") query.set("confirmed_after", filter.confirmedAfter);
}

function writeLinks(query: URLSearchParams, { linkKind, means, on }: Filter): void {
  if (linkKind.length > 0) query.set("link_kind", linkKind.join(","));
  if (means.length > 0) query.set("means", means.join(","));
  if (on !== "") query.set("on", on);
}

export function writeView(view: View): string {
  const digits = view.zoom >= 14 ? 5 : view.zoom >= 8 ? 4 : 3;
  return `#map=${Number(view.zoom.toFixed(2))}/${view.lat.toFixed(digits)}/${view.lon.toFixed(digits)}`;
}

/** Deal points, or support sites: the same filter narrows both, and a kind its own family alone. */
export type Family = "points" | "sites";

/** The kinds that are asked of one family, none for all. */
export function kindsOf(filter: Pick<Filter, "kind">, family: Family): Kind[] {
  const own: readonly Kind[] = family === "sites" ? siteKinds : kinds;
  return filter.kind.filter((kind) => own.includes(kind));
}

/** The same filter for the API and the tiles: there every status has to be asked for, or none for all. */
export function apiQuery(filter: Filter, family: Family = "points"): URLSearchParams {
  const query = new URLSearchParams();
  writeFilter(query, { ...filter, kind: kindsOf(filter, family), status: openStatuses });
  if (filter.status.length < statuses.length) query.set("status", filter.status.join(","));
  return query;
}

/** Which links are asked of the tiles. */
export function linkQuery(filter: Filter): URLSearchParams {
  const query = new URLSearchParams();
  writeLinks(query, filter);
  if (filter.network !== "") query.set("network", filter.network);
  return query;
}

const sameWords = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((s) => b.includes(s));

/** One thing that narrows the map, as shown in a chip that takes it away. */
export interface Chip {
  field: keyof Filter;
  values: readonly string[];
  without: Filter;
}

/** The chips of a filter; their number is the n of "Filtres (n)". */
export function chips(filter: Filter): Chip[] {
  const all: Chip[] = [];
  const add = (field: keyof Filter, values: readonly string[]): void => {
    if (values.length > 0) all.push({ field, values, without: { ...filter, [field]: noFilter[field] } });
  };
  add("q", filter.q === "" ? [] : [filter.q]);
  add("status", sameWords(filter.status, openStatuses) ? [] : filter.status);
  add("kind", filter.kind);
  add("product", filter.product);
  add("service", filter.service);
  add("territory", filter.territory === "" ? [] : [filter.territory]);
  add("network", filter.network === "" ? [] : [filter.network]);
  add("confirmedAfter", filter.confirmedAfter === "" ? [] : [filter.confirmedAfter]);
  add("linkKind", filter.linkKind);
  add("means", filter.means);
  add("on", filter.on === "" ? [] : [filter.on]);
  return all;
}

/** Adds or takes away one word, in the vocabulary's order; the last status cannot be taken away: the default comes back. */
export function toggle<T extends string>(chosen: readonly T[], word: T, order: readonly T[]): T[] {
  const next = chosen.includes(word) ? chosen.filter((w) => w !== word) : [...chosen, word];
  return order.filter((w) => next.includes(w));
}
