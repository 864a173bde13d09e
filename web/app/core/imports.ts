import type { Import, ImportStage, RowCounts, RowState } from "../api/imports";
import { locale } from "../i18n";

/** The steps of the assistant, in their order; the address names the one that is shown. */
export const importSteps = ["reading", "columns", "rows", "commit"] as const;
export type ImportStep = (typeof importSteps)[number];

const open: Record<ImportStage, readonly ImportStep[]> = {
  uploaded: ["reading", "columns"],
  failed: ["reading", "columns"],
  staging: ["rows"],
  staged: importSteps,
  committing: ["commit"],
  committed: ["rows", "commit"],
  undoing: ["commit"],
  undone: ["commit"],
};

/** What can be looked at where the server is; nothing is shown that it would refuse. */
export const openSteps = (stage: ImportStage): readonly ImportStep[] => open[stage];

/** The step that is shown: the one asked for where it is open, else the one to go on with. */
export function stepShown(stage: ImportStage, asked: string): ImportStep {
  const steps = open[stage];
  const found = steps.find((step) => step === asked);
  if (found) return found;
  if (stage === "uploaded") return "reading";
  if (stage === "failed") return "columns";
  return stage === "staged" || stage === "staging" ? "rows" : "commit";
}

/** The server is at work on its own. */
export const isBusy = (stage: ImportStage): boolean => stage === "staging" || stage === "committing" || stage === "undoing";

/** Whether the list is on the map, wholly or partly: it is undone before it is forgotten. */
export const isOnMap = (stage: ImportStage): boolean => stage === "committing" || stage === "committed" || stage === "undoing";

const firstWait = 500;
const longestWait = 5_000;

/** Milliseconds until the next question, after as many answers in a row that told nothing new. */
export const pollDelay = (unchanged: number): number => Math.min(longestWait, Math.round(firstWait * 1.5 ** unchanged));

/** What a screen reader is told of progress: each tenth, not each answer. */
export const tenth = (done: number, total: number): number => (total <= 0 ? 0 : Math.min(10, Math.floor((10 * done) / total)));

/** States in the order in which they want attention. */
export const rowStates = ["quarantined", "review", "merge", "new", "known", "skipped", "done"] as const satisfies readonly RowState[];

/** What is looked at first: what wants something of the person. */
export const firstState = (counts: RowCounts): RowState => rowStates.find((state) => counts[state] > 0) ?? "new";

/** What the person does next with an import, and with how many. */
export interface Next {
  what: "columns" | "wait" | "mend" | "decide" | "commit" | "duplicates" | "again" | "report" | "nothing";
  n: number;
}

export function nextOf({ stage, counts, report }: Pick<Import, "stage" | "counts" | "report">): Next {
  if (isBusy(stage)) return { what: "wait", n: 0 };
  switch (stage) {
    case "uploaded":
      return { what: "columns", n: 0 };
    case "failed":
      return { what: "again", n: 0 };
    case "staged":
      if (counts.quarantined > 0) return { what: "mend", n: counts.quarantined };
      return counts.review > 0 ? { what: "decide", n: counts.review } : { what: "commit", n: counts.new + counts.merge };
    case "committed":
      return (report?.waiting ?? 0) > 0 ? { what: "duplicates", n: report?.waiting ?? 0 } : { what: "report", n: 0 };
    default:
      return { what: "nothing", n: 0 };
  }
}

const units = { fr: ["o", "Ko", "Mo", "Go"], en: ["B", "KB", "MB", "GB"] };

/** A size as a person reads it: « 12,4 Mo ». */
export function formatSize(bytes: number): string {
  const names = locale().startsWith("fr") ? units.fr : units.en;
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < names.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${value.toLocaleString(locale(), { maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1 })}\u00a0${names[unit]}`;
}

/** A share as a person reads it; never rounded up to a certainty that it is not: 0.9971 is 99,7 %. */
export function formatShare(share: number): string {
  const digits = share > 0.99 && share < 1 ? 1 : 0;
  const scale = 100 * 10 ** digits;
  return (Math.floor(share * scale + 1e-9) / scale).toLocaleString(locale(), { style: "percent", maximumFractionDigits: digits });
}

/** Part of a whole in per cent, whole numbers, 100 only when all is done. */
export const percent = (done: number, total: number): number => (total <= 0 ? 0 : Math.min(100, Math.floor((100 * done) / total)));

/** Where the map looks to show a box: the middle, and the closest zoom at which about a screen holds it. */
export function viewOf([west = 0, south = 0, east = 0, north = 0]: readonly number[]): { zoom: number; lat: number; lon: number } {
  const widest = Math.max(east - west, (north - south) * 1.6, 0.002);
  const zoom = Math.max(3, Math.min(16, Math.floor(Math.log2((360 * 3) / widest))));
  return { zoom, lat: (south + north) / 2, lon: (west + east) / 2 };
}
