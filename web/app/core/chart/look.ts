import type { GraphAnalysis, GraphMeasures } from "../../api/networks";
import { createStore, type Store } from "../store";

export const measures = ["degree", "betweenness", "strength", "none"] as const;
export type Measure = (typeof measures)[number];

/** What stands out on chart, map and tables alike. Places and ties are named by their ids. */
export interface Look {
  selected: string | null;
  hovered: string | null;
  tie: string | null;
  hoveredTie: string | null;
  /** A group that was asked for, by its name; everything else steps back. */
  group: { name: string; places: ReadonlySet<string>; ties: ReadonlySet<string> } | null;
  /** Closed to try, and what that cuts off. */
  closed: ReadonlySet<string>;
  cutOff: ReadonlySet<string>;
  measure: Measure;
  communities: boolean;
  analysis: GraphAnalysis | null;
  byId: ReadonlyMap<string, GraphMeasures>;
}

export type LookStore = Store<Look>;

export const noLook: Look = { selected: null, hovered: null, tie: null, hoveredTie: null, group: null, closed: new Set(), cutOff: new Set(), measure: "degree", communities: false, analysis: null, byId: new Map() };

export const lookStore = (): LookStore => createStore<Look>(noLook);

/** What depends on a graph that has changed is forgotten where it names what is gone. */
export function keepKnown(look: Look, places: ReadonlyMap<string, number>, ties: ReadonlyMap<string, number>): Look {
  const place = (id: string | null): string | null => (id !== null && places.has(id) ? id : null);
  const tie = (id: string | null): string | null => (id !== null && ties.has(id) ? id : null);
  return { ...look, selected: place(look.selected), hovered: place(look.hovered), tie: tie(look.tie), hoveredTie: tie(look.hoveredTie), closed: new Set([...look.closed].filter((id) => places.has(id))) };
}

/** Adds to a set what is not in it and takes away what is. */
export function toggled<T>(set: ReadonlySet<T>, item: T): Set<T> {
  const after = new Set(set);
  if (!after.delete(item)) after.add(item);
  return after;
}
