/** Operations on the ground: their types, what they brought, and what came after them. No persons. */
export const operationTypes = ["pilonnage", "judicial", "dissuasion", "reinvestment"] as const;
export type OperationType = (typeof operationTypes)[number];

/** What an operation brought, counted. The names are the API's. */
export const resultNames = ["arrests", "custody", "fines", "checks", "cannabis_g", "cocaine_g", "heroin_g", "other_drugs_g", "cash_eur", "weapons", "vehicles", "places_closed"] as const;
export type ResultName = (typeof resultNames)[number];
export type Results = Partial<Record<ResultName, number>>;

/** What the list of operations is narrowed to; its address and the API's query are the same. */
export interface OperationFilter {
  type: string;
  from: string;
  until: string;
  territory: string;
}

export const noOperationFilter: OperationFilter = { type: "", from: "", until: "", territory: "" };

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Reads an address; what is not understood is left out. */
export function readOperationFilter(query: URLSearchParams): OperationFilter {
  const value = (name: string): string => query.get(name) ?? "";
  const date = (name: string): string => (day.test(value(name)) ? value(name) : "");
  const type = value("type");
  return { type: operationTypes.some((known) => known === type) ? type : "", from: date("from"), until: date("until"), territory: value("territory") };
}

/** What is set of a filter. */
export const operationQuery = (filter: OperationFilter): Record<string, string> => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));

/** Results that say something: what is absent or nought is left out, in the order of the form. */
export const toldResults = (results: Results): [ResultName, number][] => resultNames.flatMap((name): [ResultName, number][] => ((results[name] ?? 0) > 0 ? [[name, results[name] ?? 0]] : []));

/** The numbers of a form: an empty field is no number; what is no whole number is named. */
export function readResults(texts: Readonly<Record<string, string>>): { results: Results; wrong: ResultName[] } {
  const results: Results = {};
  const wrong: ResultName[] = [];
  for (const name of resultNames) {
    const text = (texts[name] ?? "").replace(/[\s\u00a0\u202f]/g, "");
    if (text === "") continue;
    if (/^\d{1,10}$/.test(text)) results[name] = Number(text);
    else wrong.push(name);
  }
  return { results, wrong };
}

/** Numbers that a change takes back are null. */
export function resultsPatch(before: Results, after: Results): Partial<Record<ResultName, number | null>> | null {
  const patch: Partial<Record<ResultName, number | null>> = {};
  for (const name of resultNames) {
    if ((before[name] ?? 0) !== (after[name] ?? 0)) patch[name] = after[name] ?? null;
  }
  return Object.keys(patch).length > 0 ? patch : null;
}

/** References that were typed or pasted in one go. */
export const splitReferences = (text: string): string[] => [...new Set(text.toUpperCase().split(/[\s,;]+/).filter((part) => part !== ""))];

/** How far around and how long the watch looks; null leaves it to the server. */
export interface WatchChoice {
  buffer: number | null;
  ring: number | null;
  days: number | null;
  control: string;
}

export const noWatchChoice: WatchChoice = { buffer: null, ring: null, days: null, control: "" };

export function watchQuery({ buffer, ring, days, control }: WatchChoice): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries({ buffer, ring, days })) if (value !== null) query[name] = String(value);
  if (control !== "") query["control"] = control;
  return query;
}

/** Beyond this many standard errors a difference is unlikely to be chance (5 %, both sides). */
export const significant = 1.96;

export type Verdict = "unknown" | "none" | "fell" | "rose" | "perhaps-fell" | "perhaps-rose";

/** What a weighted displacement difference says: below 0, fewer than the control area lets expect, displacement included. */
export function verdictOf({ known, difference, z }: { known: boolean; difference: number; z: number }): Verdict {
  if (!known) return "unknown";
  if (difference === 0) return "none";
  if (Math.abs(z) >= significant) return difference < 0 ? "fell" : "rose";
  return difference < 0 ? "perhaps-fell" : "perhaps-rose";
}

/** Change in per cent, null where nothing was there before. */
export const changeOf = ({ before, after }: { before: number; after: number }): number | null => (before === 0 ? null : Math.round((100 * (after - before)) / before));
