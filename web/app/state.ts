import type { Box } from "./api/calls";
import type { Me, NodeStanding, Vocabulary } from "./api/client";
import { forgetFamilies, isKnownSite } from "./api/family";
import { readPlace, writePlace, type Filter, type Place, type View } from "./core/filters";
import { createStore } from "./core/store";

export type LiveState = "connecting" | "on" | "retry" | "off";

/** Everything that more than one part of the screen has to know. */
export interface State {
  me: Me;
  vocabulary: Vocabulary;
  /** What the address bar holds. */
  place: Place;
  /** What the map shows, once there is a map. */
  box: Box | null;
  /** Whether the list is limited to it. */
  inView: boolean;
  /** Reference under the pointer or the focus, in the list or on the map. */
  highlighted: string | null;
  live: LiveState;
  /** How the server stands as one of several; null where it is the only one. */
  node: NodeStanding | null;
  /** When the data on the screen were last known to be current. */
  updated: Date | null;
  /** Counts up each time that something on the map may have changed: lists and counts read again. */
  generation: number;
}

/** What a screen has read is read again this often while changes come without a pause, in milliseconds. */
export const longest = 2_000;

const zero = {} as unknown;

/** Other screens have addresses, and queries, of their own. */
const onMap = (): boolean => location.pathname === "/";

/** The one store. `me` and `vocabulary` are set before any screen that reads them is built. */
export const store = createStore<State>({
  me: zero as Me,
  vocabulary: zero as Vocabulary,
  place: onMap() ? readPlace(location.search, location.hash) : readPlace("", ""),
  box: null,
  inView: true,
  highlighted: null,
  live: "connecting",
  node: null,
  updated: null,
  generation: 0,
});

/** Goes to another place of the map: a new entry in the browser's history, except for moves of the map, which replace the present one. */
export function go(part: Partial<Place>): void {
  const place = { ...store.get().place, ...part, ...(part.point === undefined ? {} : named(part.point)) };
  const replace = Object.keys(part).every((name) => name === "view");
  const address = `/${writePlace(place)}`;
  const away = !onMap();
  if (address !== location.pathname + location.search + location.hash) {
    history[replace ? "replaceState" : "pushState"](null, "", address);
  }
  store.set({ place });
  // The map comes back: everything that follows the address hears of it.
  if (away) dispatchEvent(new PopStateEvent("popstate"));
}

/** A reference in the address, with the family that it is known to be of. */
const named = (point: string): Pick<Place, "point" | "family"> => ({ point, family: isKnownSite(point) ? "sites" : "points" });

/** The point that is shown goes by another reference, or is of another family: the address follows, without a step back to the old one. */
export function renamePoint(reference: string): void {
  const place = { ...store.get().place, ...named(reference) };
  history.replaceState(null, "", `/${writePlace(place)}`);
  store.set({ place });
}

/** Forgets where the person was: for the one who signs in next, on the same screen. */
export function forgetPlace(): void {
  history.replaceState(null, "", "/");
  store.set({ place: readPlace("", ""), box: null, highlighted: null });
}

/** Forgets who looked and what they saw: nothing of it may stay in memory once they may not see it. */
export function forgetPerson(): void {
  forgetFamilies();
  store.set({ me: zero as Me, box: null, highlighted: null, live: "connecting", node: null, updated: null });
}

export const setFilter = (part: Partial<Filter>): void => go({ filter: { ...store.get().place.filter, ...part } });
export const setView = (view: View): void => go({ view });
export const openPoint = (reference: string): void => go({ point: reference });

/** Follows back, forward and a link pasted into the same tab. */
export function followAddress(): void {
  const follow = (): void => {
    // Other screens have addresses of their own; where the map was stays as it is meanwhile.
    if (!onMap()) return;
    const place = readPlace(location.search, location.hash);
    // A change of the fragment alone is told twice, as popstate and as hashchange.
    if (writePlace(place) !== writePlace(store.get().place)) store.set({ place });
  };
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
}
