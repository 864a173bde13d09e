import type { Box } from "./api/calls";
import type { Me, Vocabulary } from "./api/client";
import { readPlace, writePlace, type Filter, type Place, type View } from "./core/filters";
import { createStore } from "./core/store";

export type LiveState = "connecting" | "on" | "retry" | "off";

/** Everything that more than one part of the screen has to know. */
export interface State {
  me: Me;
  vocabulary: Vocabulary;
  /** Which screen the address names: `doublons` for /doublons, "" for the map. */
  screen: string;
  /** What the address bar holds. */
  place: Place;
  /** What the map shows, once there is a map. */
  box: Box | null;
  /** Whether the list is limited to it. */
  inView: boolean;
  /** Reference under the pointer or the focus, in the list or on the map. */
  highlighted: string | null;
  live: LiveState;
  /** When the data on the screen were last known to be current. */
  updated: Date | null;
  /** Counts up each time that something on the map may have changed: lists and counts read again. */
  generation: number;
}

const zero = {} as unknown;

const screenOf = (pathname: string): string => pathname.slice(1).replace(/^index\.html$/, "");

/** The place of the map that the address holds; other screens have queries of their own. */
const placeOf = ({ pathname, search, hash }: Location): Place => (screenOf(pathname) === "" ? readPlace(search, hash) : readPlace("", ""));

/** The one store. `me` and `vocabulary` are set before any screen that reads them is built. */
export const store = createStore<State>({
  me: zero as Me,
  vocabulary: zero as Vocabulary,
  screen: screenOf(location.pathname),
  place: placeOf(location),
  box: null,
  inView: true,
  highlighted: null,
  live: "connecting",
  updated: null,
  generation: 0,
});

/** Goes to another place of the map: a new entry in the browser's history, except for moves of the map, which replace the present one. */
export function go(part: Partial<Place>): void {
  const place = { ...store.get().place, ...part };
  const replace = Object.keys(part).every((name) => name === "view");
  const address = `/${writePlace(place)}`;
  if (address !== location.pathname + location.search + location.hash) {
    history[replace ? "replaceState" : "pushState"](null, "", address);
  }
  store.set({ place, screen: "" });
}

/** Goes to a screen of its own, or back to the map as it was left. */
export function goScreen(screen: string): void {
  history.pushState(null, "", `/${screen === "" ? writePlace(store.get().place) : screen}`);
  store.set({ screen });
}

/** The point that is shown goes by another reference: the address follows, without a step back to the old one. */
export function renamePoint(reference: string): void {
  const place = { ...store.get().place, point: reference };
  history.replaceState(null, "", `/${writePlace(place)}`);
  store.set({ place });
}

/** Forgets where the person was: for the one who signs in next, on the same screen. */
export function forgetPlace(): void {
  history.replaceState(null, "", "/");
  store.set({ place: readPlace("", ""), screen: "", box: null, highlighted: null });
}

/** Forgets who looked and what they saw: nothing of it may stay in memory once they may not see it. */
export function forgetPerson(): void {
  store.set({ me: zero as Me, box: null, highlighted: null, live: "connecting", updated: null });
}

export const setFilter = (part: Partial<Filter>): void => go({ filter: { ...store.get().place.filter, ...part } });
export const setView = (view: View): void => go({ view });
export const openPoint = (reference: string): void => go({ point: reference });

/** Follows back, forward and a link pasted into the same tab. */
export function followAddress(): void {
  const follow = (): void => {
    const screen = screenOf(location.pathname);
    if (screen !== "") return store.set({ screen });
    const place = placeOf(location);
    // A change of the fragment alone is told twice, as popstate and as hashchange.
    if (screen !== store.get().screen || writePlace(place) !== writePlace(store.get().place)) store.set({ place, screen });
  };
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
}
