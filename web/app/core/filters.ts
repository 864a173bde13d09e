import { isOneOf, kinds, openStatuses, products, statuses, type Kind, type Product, type Status } from "./vocabulary";

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
  point: string;
  display: Display;
}

export const displays = ["points", "clusters", "heat", "territories"] as const;
export type Display = (typeof displays)[number];

export const noFilter: Filter = { q: "", status: openStatuses, kind: [], product: [], service: [], territory: "", network: "", confirmedAfter: "" };

/** Reads a page's address; what is not understood is left out rather than refused, so an old link still opens. */
export function readPlace(search: string, hash: string): Place {
  const query = new URLSearchParams(search);
  const display = query.get("display") ?? "";
  return {
    filter: readFilter(query),
    view: readView(hash),
    point: query.get("point") ?? "",
    display: isOneOf(displays, display) ? display : "points",
  };
}

function readFilter(query: URLSearchParams): Filter {
  const status = query.get("status") === "all" ? [...statuses] : words(query, "status", statuses);
  const date = query.get("confirmed_after") ?? "";
  return {
    q: query.get("q") ?? "",
    status: status.length > 0 ? status : openStatuses,
    kind: words(query, "kind", kinds),
    product: words(query, "product", products),
    service: list(query, "service"),
    territory: query.get("territory") ?? "",
    network: query.get("network") ?? "",
    confirmedAfter: /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : "",
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
  if (place.display !== "points") query.set("display", place.display);
  if (place.point !== "") query.set("point", place.point);
  const search = readable(query);
  return (search === "" ? "" : `?${search}`) + (place.view ? writeView(place.view) : "");
}

/** Colons and commas are legal in a query and keep the address readable. */
const readable = (query: URLSearchParams): string => query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");

function writeFilter(query: URLSearchParams, filter: Filter): void {
  if (filter.q !== "") query.set("q", filter.q);
  if (!sameStatuses(filter.status, openStatuses)) {
    query.set("status", filter.status.length === statuses.length ? "all" : filter.status.join(","));
  }
  if (filter.kind.length > 0) query.set("kind", filter.kind.join(","));
  if (filter.product.length > 0) query.set("product", filter.product.join(","));
  if (filter.service.length > 0) query.set("service", filter.service.join(","));
  if (filter.territory !== "") query.set("territory", filter.territory);
  if (filter.network !== "") query.set("network", filter.network);
  if (filter.confirmedAfter !== "") query.set("confirmed_after", filter.confirmedAfter);
}

export function writeView(view: View): string {
  const digits = view.zoom >= 14 ? 5 : view.zoom >= 8 ? 4 : 3;
  return `#map=${Number(view.zoom.toFixed(2))}/${view.lat.toFixed(digits)}/${view.lon.toFixed(digits)}`;
}

/** The same filter for the API and the tiles: there every status has to be asked for, or none for all. */
export function apiQuery(filter: Filter): URLSearchParams {
  const query = new URLSearchParams();
  writeFilter(query, { ...filter, status: openStatuses });
  if (filter.status.length < statuses.length) query.set("status", filter.status.join(","));
  return query;
}

const sameStatuses = (a: readonly Status[], b: readonly Status[]): boolean => a.length === b.length && a.every((s) => b.includes(s));

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
  add("status", sameStatuses(filter.status, openStatuses) ? [] : filter.status);
  add("kind", filter.kind);
  add("product", filter.product);
  add("service", filter.service);
  add("territory", filter.territory === "" ? [] : [filter.territory]);
  add("network", filter.network === "" ? [] : [filter.network]);
  add("confirmedAfter", filter.confirmedAfter === "" ? [] : [filter.confirmedAfter]);
  return all;
}

/** Adds or takes away one word, in the vocabulary's order; the last status cannot be taken away: the default comes back. */
export function toggle<T extends string>(chosen: readonly T[], word: T, order: readonly T[]): T[] {
  const next = chosen.includes(word) ? chosen.filter((w) => w !== word) : [...chosen, word];
  return order.filter((w) => next.includes(w));
}
