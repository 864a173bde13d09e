import type { DealPoint } from "../api/client";
import type { Candidate, MatchReason, RowCounts, RowState, StagedPlace, StagedRow } from "../api/imports";
import type { Json } from "./json";

/** A row that waits for a person. */
export const isUndecided = ({ state, decision }: StagedRow): boolean => state === "review" && !decision;

/** The next row that waits, after the given one and then from the top; -1 when none does. */
export function nextUndecided(rows: readonly StagedRow[], from: number): number {
  const later = rows.findIndex((row, i) => i > from && isUndecided(row));
  return later >= 0 ? later : rows.findIndex(isUndecided);
}

/** The surest place that the row may be merged into; places that it must not be merged into do not count. */
export const bestScore = ({ candidates }: StagedRow): number => Math.max(0, ...candidates.filter(({ blocked }) => !blocked).map(({ score }) => score));

/** How sure a score is, in steps that have a word. */
export type Certainty = "sure" | "likely" | "possible" | "weak";

export function certaintyOf(score: number, acceptFrom: number, proposeFrom: number): Certainty {
  if (score >= acceptFrom) return "sure";
  if (score >= (acceptFrom + proposeFrom) / 2) return "likely";
  return score >= proposeFrom ? "possible" : "weak";
}

/** What was found by reading rows: how sure the undecided ones are, and what people decided. */
export interface Tally {
  scores: number[];
  added: number;
  merged: number;
}

export const noTally = (): Tally => ({ scores: [], added: 0, merged: 0 });

export function tally(rows: readonly StagedRow[], into: Tally = noTally()): Tally {
  for (const row of rows) {
    if (row.decision?.action === "merge") into.merged++;
    else if (row.decision?.action === "add") into.added++;
    else if (row.decision?.action !== "skip") into.scores.push(bestScore(row));
  }
  return into;
}

/** States whose rows a threshold may send one way or the other. */
export const weighedStates = ["review", "merge"] as const satisfies readonly RowState[];

/** What a commit brings: rows that are merged, that become places, and of those the ones that wait as possible duplicates. */
export interface Outlook {
  merged: number;
  added: number;
  waiting: number;
}

/** The server's own counts, for the threshold that it proposes. */
export const serverOutlook = ({ merge, review, new: fresh }: RowCounts): Outlook => ({ merged: merge, added: fresh + review, waiting: review });

/** The same for another threshold, from the scores of all rows that may be merged; at 1 nothing is merged by itself. */
export function outlook({ merge, review, new: fresh }: RowCounts, { scores, added, merged }: Tally, threshold: number, proposeFrom: number): Outlook {
  const sure = threshold >= 1 ? 0 : scores.filter((score) => score >= threshold).length;
  const proposed = scores.filter((score) => score >= proposeFrom).length;
  // Rows that a person decided may be counted among the new ones: what is not merged is added, whatever it is counted as.
  const all = fresh + Math.max(merge + review, scores.length + added + merged);
  return { merged: merged + sure, added: all - merged - sure, waiting: Math.max(0, proposed - sure) };
}

/** One line of the comparison of a row with a place. */
export interface Compared {
  field: string;
  staged: Json | undefined;
  point: Json | undefined;
  /** Both say something, and not the same. */
  differs: boolean;
}

const compared = ["name", "address", "commune", "kind", "status", "accuracy", "products", "networks", "hours", "intensity", "first_seen", "last_confirmed", "owner", "handling.reach", "note"];

/** Both records field by field; what neither says is left out. `point` is null where the row looks like nothing. */
export function comparison(staged: StagedPlace, point: DealPoint | null, differing: readonly string[]): Compared[] {
  const other = point?.properties;
  const left: Record<string, Json | undefined> = {
    ...(staged as unknown as Record<string, Json>),
    commune: communeText(staged.commune_name, staged.commune),
    owner: staged.service ? { service: staged.service, unit: staged.unit ?? "" } : undefined,
    "handling.reach": staged.reach,
    intensity: staged.intensity || undefined,
  };
  const right: Record<string, Json | undefined> = {
    ...(other as unknown as Record<string, Json>),
    commune: other ? communeText(other.commune_name, other.commune) : undefined,
    "handling.reach": other?.handling?.reach,
  };
  const names = (field: string): boolean => differing.some((name) => name === field || name.startsWith(`${field}.`) || field.startsWith(`${name}.`));
  return compared
    .map((field) => ({ field, staged: left[field], point: right[field], differs: names(field) }))
    .filter((line) => !isNothing(line.staged) || !isNothing(line.point));
}

const communeText = (name: string, code: string): string => (name && code ? `${name} (${code})` : name || code);
const isNothing = (value: Json | undefined): boolean => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** A reason with the length of its bar, in per cent of the longest. */
export const barsOf = (reasons: readonly MatchReason[]): (MatchReason & { length: number })[] => {
  const longest = Math.max(...reasons.map(({ weight }) => Math.abs(weight)), 1e-9);
  return reasons.map((reason) => ({ ...reason, length: Math.max(4, Math.round((100 * Math.abs(reason.weight)) / longest)) }));
};

/** The candidate that the person looks at: the one that was decided on, else the surest that is not blocked, else the first. */
export function shownCandidate({ candidates, decision }: StagedRow): number {
  const decided = decision?.into ? candidates.findIndex(({ point }: Candidate) => point.id === decision.into) : -1;
  if (decided >= 0) return decided;
  return Math.max(0, candidates.findIndex(({ blocked }) => !blocked));
}

/** What a key does on the screen of the rows. */
export type RowKey = { do: "merge" | "add" | "skip" | "undo" | "next" | "previous" | "help" } | { do: "choose"; index: number };

const keys = new Map<string, Exclude<RowKey["do"], "choose">>([["f", "merge"], ["n", "add"], ["i", "skip"], ["u", "undo"], ["j", "next"], ["k", "previous"], ["ArrowDown", "next"], ["ArrowUp", "previous"], ["?", "help"]]);

/** Reads a key stroke; null where it belongs to the browser, the system or a field. */
export function rowKey({ key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): RowKey | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[1-5]$/.test(key)) return { do: "choose", index: Number(key) - 1 };
  const found = keys.get(key.length === 1 ? key.toLowerCase() : key);
  return found ? { do: found } : null;
}

/** Cells that a person changed, by the header of their column; null when none was. */
export function changedCells(header: readonly string[], before: readonly string[], after: ReadonlyMap<number, string>): Record<string, string> | null {
  const changed = [...after].filter(([at, text]) => text !== (before[at] ?? ""));
  return changed.length > 0 ? Object.fromEntries(changed.map(([at, text]) => [header[at] ?? "", text])) : null;
}

/** Columns of a row in the order of mending: those that a problem names, then those that are read, then the rest. */
export function columnsToMend(header: readonly string[], problems: readonly { column: string }[], read: readonly string[]): { first: number[]; rest: number[] } {
  const wrong = header.flatMap((name, i) => (problems.some(({ column }) => column === name) ? [i] : []));
  const mapped = header.flatMap((name, i) => (read.includes(name) && !wrong.includes(i) ? [i] : []));
  const first = [...wrong, ...mapped];
  return { first, rest: header.map((_, i) => i).filter((i) => !first.includes(i)) };
}
