/** Why a person consults the map; stated at sign-in and written in the log with every consultation. */
export const motives = ["investigation", "intelligence", "operation", "update", "coordination", "audit", "other"] as const;
export type Motive = (typeof motives)[number];

/** Motives that belong to a case or a mission: its reference is asked for. */
export const wantsCase = (motive: string): boolean => motive === "investigation" || motive === "operation";

/** The case may be named for intelligence and internal control too, without being required. */
export const takesCase = (motive: string): boolean => wantsCase(motive) || motive === "intelligence" || motive === "audit";

/** "Autre motif" says nothing by itself. */
export const wantsDetail = (motive: string): boolean => motive === "other";

/** The sentence for the log: the listed motive, then the person's own words. */
export function motiveSentence(label: string, detail: string): string {
  const own = detail.trim();
  return own === "" ? label : `${label} : ${own}`;
}
