import type { GraphQuery } from "../api/networks";
import { isOneOf, linkKinds, linkMeans, type LinkKind, type Means } from "./vocabulary";

export { linkKinds, linkMeans, type LinkKind, type Means };
export const networkStatuses = ["suspected", "active", "dormant", "dismantled"] as const;
export type NetworkStatus = (typeof networkStatuses)[number];

/** Links along which goods go, from one end to the other. */
export const carriesGoods = (kind: string): boolean => kind === "supplies" || kind === "stores_for";

export const layouts = ["force", "layers"] as const;
export type LayoutKind = (typeof layouts)[number];

/** What the graph on the screen is made of, and how it is laid out. */
export interface GraphPlace {
  page: "graph";
  network: string;
  place: string;
  hops: number;
  territory: string;
  kinds: readonly LinkKind[];
  means: readonly Means[];
  /** A day; empty for today. */
  on: string;
  closed: boolean;
  layout: LayoutKind;
}

/** The list and what narrows it. */
export interface ListPlace {
  page: "list";
  q: string;
  status: readonly NetworkStatus[];
  /** Code of a territory. */
  within: string;
}

export type NetworksPlace = GraphPlace | ListPlace | { page: "new"; code: string } | { page: "edit"; network: string } | { page: "import" } | { page: "flows"; territory: string; from: string; until: string; means: string };

export const noList: ListPlace = { page: "list", q: "", status: [], within: "" };

const some = <T extends string>(words: readonly T[], given: string | null): T[] => (given ?? "").split(",").filter((word): word is T => isOneOf(words, word));

const start = "/reseaux";

/** Reads an address: `/reseaux/R-13-7KQ`, `/reseaux?place=13-K7QF3&hops=2`, `/reseaux?territory=dep:13`; everything else is the list. */
export function readNetworks(pathname: string, search: string): NetworksPlace {
  const query = new URLSearchParams(search);
  const text = (name: string): string => query.get(name)?.trim() ?? "";
  const network = decoded(pathname.slice(start.length + 1));
  const page = text("page");
  if (network !== "" && page === "edit") return { page: "edit", network };
  if (page === "import") return { page: "import" };
  if (page === "new") return { page: "new", code: text("code") };
  if (page === "flows") return { page: "flows", territory: text("territory"), from: text("from"), until: text("until"), means: text("means") };
  if (network === "" && text("place") === "" && text("territory") === "") return { page: "list", q: text("q"), status: some(networkStatuses, query.get("status")), within: text("in") };
  const hops = Number(text("hops") || 2);
  return {
    page: "graph",
    network,
    place: network === "" ? text("place") : "",
    hops: Number.isInteger(hops) && hops >= 1 && hops <= 6 ? hops : 2,
    territory: network === "" && text("place") === "" ? text("territory") : "",
    kinds: some(linkKinds, query.get("link_kind")),
    means: some(linkMeans, query.get("means")),
    on: /^\d{4}-\d\d-\d\d$/.test(text("on")) ? text("on") : "",
    closed: text("closed") === "include",
    layout: text("layout") === "layers" ? "layers" : "force",
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place; what is as it is by default is left out. */
export function writeNetworks(place: NetworksPlace): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string): void => {
    if (value !== "") query.set(name, value);
  };
  let path = start;
  switch (place.page) {
    case "list":
      put("q", place.q);
      put("status", place.status.join(","));
      put("in", place.within);
      break;
    case "new":
      put("page", "new");
      put("code", place.code);
      break;
    case "import":
      put("page", "import");
      break;
    case "edit":
      path += `/${encodeURIComponent(place.network)}`;
      put("page", "edit");
      break;
    case "flows":
      put("page", "flows");
      for (const name of ["territory", "from", "until", "means"] as const) put(name, place[name]);
      break;
    case "graph":
      if (place.network !== "") path += `/${encodeURIComponent(place.network)}`;
      else if (place.place !== "") {
        put("place", place.place);
        put("hops", String(place.hops));
      } else put("territory", place.territory);
      put("link_kind", place.kinds.join(","));
      put("means", place.means.join(","));
      put("on", place.on);
      put("closed", place.closed ? "include" : "");
      put("layout", place.layout === "layers" ? "layers" : "");
  }
  const text = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text === "" ? path : `${path}?${text}`;
}

/** The graph of a network with everything else as it is by default. */
export const graphOf = (part: Partial<Omit<GraphPlace, "page">>): GraphPlace => ({ page: "graph", network: "", place: "", hops: 2, territory: "", kinds: [], means: [], on: "", closed: false, layout: "force", ...part });

/** What is asked of the server: the same for the graph, its analysis, what-if and exports. */
export function graphQuery(place: GraphPlace): GraphQuery {
  return {
    ...(place.network !== "" ? { network: place.network } : {}),
    ...(place.place !== "" ? { place: place.place, hops: place.hops } : {}),
    ...(place.territory !== "" ? { territory: place.territory } : {}),
    ...(place.kinds.length > 0 ? { link_kind: [...place.kinds] } : {}),
    ...(place.means.length > 0 ? { means: [...place.means] } : {}),
    ...(place.on !== "" ? { on: place.on } : {}),
    ...(place.closed ? { closed: "include" as const } : {}),
  };
}

/** Networks with a record first, then those with most links and places: codes that a single place carries come last. */
export function sortNetworks<N extends { code: string; recorded: boolean; links: number; places: number }>(networks: readonly N[]): N[] {
  return [...networks].sort((a, b) => Number(b.recorded) - Number(a.recorded) || b.links - a.links || b.places - a.places || (a.code < b.code ? -1 : 1));
}
