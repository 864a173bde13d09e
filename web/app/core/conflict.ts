import { same, type Json, type JsonObject } from "./json";

/** One field that two people changed, or that only the other changed since the form was opened. */
export interface Difference {
  field: string;
  mine: Json | undefined;
  theirs: Json | undefined;
  /** Whether both sides moved it: then the person has to choose. */
  contested: boolean;
}

export type Choice = "mine" | "theirs";

/**
 * Compares what a form was opened on, what the person made of it, and what stands now. Fields that only the person
 * changed are not listed: nobody contests them.
 */
export function differences(base: JsonObject, mine: JsonObject, theirs: JsonObject): Difference[] {
  const found: Difference[] = [];
  for (const field of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const [was, my, their] = [base[field] ?? null, mine[field] ?? null, theirs[field] ?? null];
    if (same(was, their) || same(my, their)) continue;
    found.push({ field, mine: my, theirs: their, contested: !same(was, my) });
  }
  return found;
}

/** What to begin with: the other's change where the person changed nothing, the person's own where both did. */
export function defaultChoices(found: readonly Difference[]): Map<string, Choice> {
  return new Map(found.map((d) => [d.field, d.contested ? "mine" : "theirs"]));
}

/** The person's version with every difference settled; to be saved over the revision of theirs. */
export function settle(mine: JsonObject, found: readonly Difference[], choices: ReadonlyMap<string, Choice>): JsonObject {
  const result: { [name: string]: Json | undefined } = { ...mine };
  for (const { field, theirs } of found) {
    if (choices.get(field) === "theirs") result[field] = theirs;
  }
  return result;
}
