import type { Action, DealPoint, Me } from "../api/client";
import { sightOf } from "./sight";

/** How much of the map a role is shown. The server decides and enforces; the screen only fits itself to it. */
export type Sees = "points" | "aggregates" | "nothing";

export function sees(me: Pick<Me, "sees_points" | "sees_aggregates">): Sees {
  if (me.sees_points) return "points";
  return me.sees_aggregates ? "aggregates" : "nothing";
}

/** Erasing is a right over the whole map, for who sees the record whole. */
export const mayErase = (me: Pick<Me, "allowed">, point: DealPoint): boolean => me.allowed.includes("erase") && sightOf(point.properties) === "whole";

export const mayAdd = (me: Pick<Me, "allowed">): boolean => me.allowed.includes("add");

/** The steps of life and the edit, as offered on a sheet. */
const sheetActions = ["confirm", "edit", "step", "close", "reopen"] as const satisfies readonly Action[];
export type SheetAction = (typeof sheetActions)[number];

export interface Offer {
  actions: SheetAction[];
  /** Why the rest is not offered; null when nothing needs saying. */
  why: "role" | "territory" | "blurred" | null;
}

/** What to offer on a point: what the server allows there now, and in one word why not more. */
export function offer(me: Pick<Me, "allowed">, point: DealPoint): Offer {
  const { allowed = [], next_statuses: next = [], status, withheld } = point.properties;
  const actions = sheetActions.filter((action) => allowed.includes(action)).filter((action) => {
    if (action === "step") return next.some((s) => s !== "closed") && status !== "closed";
    if (action === "close") return status !== "closed";
    if (action === "reopen") return status === "closed";
    return true;
  });
  if (actions.includes("edit") || actions.includes("close") || actions.includes("reopen")) return { actions, why: null };
  if (withheld.includes("name")) return { actions, why: "blurred" };
  return { actions, why: me.allowed.includes("edit") ? "territory" : "role" };
}
