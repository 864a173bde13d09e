import type { JsonObject } from "../core/json";

/**
 * What was typed and not sent yet, kept in memory only (nothing of the map rests in the browser): a session that ends
 * meanwhile gives it back to the same person after the next sign-in.
 */
export interface Draft {
  username: string;
  /** Empty when adding. */
  reference: string;
  values: JsonObject;
}

let kept: Draft | null = null;

export function keepDraft(draft: Draft): void {
  kept = draft;
}

/** The draft of this person; somebody else's is dropped. */
export function draftFor(username: string): Draft | null {
  if (kept && kept.username !== username) kept = null;
  return kept;
}

export function forgetDraft(): void {
  kept = null;
}
