import type { NodeStanding } from "../api/client";

/** What people are told of a server whose engine does not answer: since when, and until when it shows the map without it. */
export interface Alone {
  since: Date | null;
  until: Date | null;
}

/** Null when there is nothing to tell: the only server there is, or one that its engine answers. */
export function aloneOf(standing: NodeStanding | null): Alone | null {
  if (standing?.engine !== "away") return null;
  return { since: momentOf(standing.since), until: momentOf(standing.until) };
}

function momentOf(text: string | undefined): Date | null {
  const at = new Date(text ?? "");
  return Number.isNaN(at.getTime()) ? null : at;
}
