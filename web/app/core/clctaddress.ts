import { toggle } from "./filters";
import { isDay } from "./clctmonths";
import { isOneOf, kinds, products, services, statuses } from "./vocabulary";

/** What narrows the figures; an empty list means the counting rule, or all. */
export interface ClctFilter {
  status: readonly string[];
  kind: readonly string[];
  product: readonly string[];
  service: readonly string[];
}
export type FacetName = keyof ClctFilter;

export type Audience = "clct" | "wider";

/** What the address of a territory's page keeps: `?t=dep:13&au=2026-10-31&depuis=2026-09-01&kind=street`. */
export interface ClctPlace {
  /** "" for the person's own. */
  territory: string;
  /** "" for today. */
  asOf: string;
  /** "" for the last meeting, "none" for no comparison. */
  since: string;
  audience: Audience;
  filter: ClctFilter;
}

/** The vocabulary of each facet, in the order in which screens list it. */
export const facetValues: Readonly<Record<FacetName, readonly string[]>> = { status: statuses, kind: kinds, product: products, service: services };
export const facetNames = Object.keys(facetValues) as FacetName[];
export const noClctFilter: ClctFilter = { status: [], kind: [], product: [], service: [] };

/** Reads the page's address; what is not understood is left out, so that an old link still opens. Dates are left for the server to judge. */
export function readClct(search: string): ClctPlace {
  const query = new URLSearchParams(search);
  const list = (name: FacetName): string[] => {
    const asked = query.getAll(name).flatMap((value) => value.split(","));
    return facetValues[name].filter((value) => asked.includes(value));
  };
  const day = (name: string): string => (isDay(query.get(name) ?? "") ? (query.get(name) ?? "") : "");
  const territory = query.get("t") ?? "";
  return {
    territory: /^(fr|[a-z]{2,4}:[0-9A-Za-z_-]{1,16})$/.test(territory) ? territory : "",
    asOf: day("au"),
    since: query.get("depuis") === "aucune" ? "none" : day("depuis"),
    audience: query.get("diffusion") === "elargie" ? "wider" : "clct",
    filter: { status: list("status"), kind: list("kind"), product: list("product"), service: list("service") },
  };
}

/** Writes it back with nothing that is as by default; "" when everything is. */
export function writeClct({ territory, asOf, since, audience, filter }: ClctPlace): string {
  const query = new URLSearchParams();
  if (territory !== "") query.set("t", territory);
  if (asOf !== "") query.set("au", asOf);
  if (since !== "") query.set("depuis", since === "none" ? "aucune" : since);
  if (audience === "wider") query.set("diffusion", "elargie");
  for (const name of facetNames) if (filter[name].length > 0) query.set(name, filter[name].join(","));
  const search = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return search === "" ? "" : `?${search}`;
}

/** A day can only be compared with an earlier one: moved to where it no longer can, the page compares with the last meeting again. */
export const comparable = (place: ClctPlace, today: string): ClctPlace => (isDay(place.since) && place.since >= (place.asOf || today) ? { ...place, since: "" } : place);

/** The query of the territory's statistics; `months` is how many of them the flows go back. */
export function statisticsQuery({ asOf, since, audience, filter }: ClctPlace, months: number): Record<string, string> {
  const query: Record<string, string> = { months: String(months) };
  if (asOf !== "") query["as_of"] = asOf;
  if (since !== "") query["since"] = since;
  if (audience === "wider") query["audience"] = audience;
  for (const name of facetNames) if (filter[name].length > 0) query[name] = filter[name].join(",");
  return query;
}

/** The address of a file of the dossier, which has no filters: everybody who reads it reads the same rule. */
export function fileAddress(code: string, kind: "pdf" | "xlsx", { asOf, since, audience }: Pick<ClctPlace, "asOf" | "since" | "audience">): string {
  const query = new URLSearchParams();
  if (asOf !== "") query.set("as_of", asOf);
  if (since !== "") query.set("since", since);
  if (audience === "wider") query.set("audience", audience);
  const search = query.toString();
  return `/api/v1/territories/${encodeURIComponent(code)}/report.${kind}${search === "" ? "" : `?${search}`}`;
}

/** The filter with one word more or less. */
export const toggled = (filter: ClctFilter, name: FacetName, value: string): ClctFilter =>
  isOneOf(facetValues[name], value) ? { ...filter, [name]: toggle<string>(filter[name], value, facetValues[name]) } : filter;

export const filtered = (filter: ClctFilter): number => facetNames.filter((name) => filter[name].length > 0).length;
