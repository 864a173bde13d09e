import type { ConsultationQuery, Finding, JournalQuery } from "../api/desk";
import type { Position } from "./coords";
import { addDays } from "./format";
import { isOneOf } from "./vocabulary";

/** The six operations of Directive (EU) 2016/680 art. 25, in the order in which screens list them. */
export const operations = ["collection", "alteration", "consultation", "disclosure", "combination", "erasure"] as const;
export type Operation = (typeof operations)[number];

/** What an auditor asks, as the address has it; "" asks for anything. */
export interface Question {
  place: string;
  subject: string;
  from: string;
  to: string;
  operation: Operation | "";
  kind: string;
}

export function readQuestion(query: URLSearchParams): Question {
  const text = (name: string): string => (query.get(name) ?? "").trim();
  const day = (name: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text(name)) ? text(name) : "");
  const operation = text("operation");
  return { place: text("place"), subject: text("subject"), from: day("from"), to: day("to"), operation: isOneOf(operations, operation) ? operation : "", kind: text("kind") };
}

const given = <T extends object>(values: T): Partial<T> => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined)) as Partial<T>;

/** Where a page of consultations begins: before a line of the one log, or where the page before ended in each of several. */
export type ConsultationPage = number | string;

export function consultationQuery({ place, subject, from, to, operation }: Question, page?: ConsultationPage): ConsultationQuery {
  return { limit: pageSize, ...given({ place, subject, from, to }), ...(page === undefined ? {} : typeof page === "number" ? { before: page } : { cursor: page }), ...(operation === "" ? {} : { operation: [operation] }) };
}

export function journalQuery({ place, subject, from, to, operation, kind }: Question, before?: number): JournalQuery {
  return { limit: pageSize, ...given({ place, subject, from, to, before }), ...(operation === "" ? {} : { operation: [operation] }), ...(kind === "" ? {} : { kind: [kind] }) };
}

/** Lines in a page of results. */
export const pageSize = 50;

/** Zoom and centre of a tile `z/x/y` (Web Mercator); null when it is none. */
export function tileCentre(tile: string): { zoom: number; at: Position } | null {
  const [, z = "", x = "", y = ""] = /^(\d{1,2})\/(\d+)\/(\d+)$/.exec(tile) ?? [];
  if (z === "") return null;
  const n = 2 ** Number(z);
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - (2 * (Number(y) + 0.5)) / n)));
  return { zoom: Number(z), at: { lon: ((Number(x) + 0.5) / n) * 360 - 180, lat: (latitude * 180) / Math.PI } };
}

/** Width of a tile on the ground at its centre, in kilometres. */
export const tileWidth = ({ zoom, at }: { zoom: number; at: Position }): number => (40_075 * Math.cos((at.lat * Math.PI) / 180)) / 2 ** zoom;

/** Every day of a period with its number, days without any included. */
export function daysOf(from: string, to: string, told: readonly { day: string; consultations: number }[]): { day: string; n: number }[] {
  const known = new Map(told.map(({ day, consultations }) => [day, consultations]));
  const days: { day: string; n: number }[] = [];
  for (let day = from; day <= to && days.length < 1000; day = addDays(day, 1)) days.push({ day, n: known.get(day) ?? 0 });
  return days;
}

/** The top of a scale for these numbers: 1, 2 or 5 times a power of ten. */
export function niceTop(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}

/** Largest first; zeros are left out. */
export const ranked = (counts: Readonly<Record<string, number>>): [string, number][] => Object.entries(counts).filter(([, n]) => n > 0).sort(([a, n], [b, m]) => m - n || a.localeCompare(b));

export type Verdict = "well" | "line" | "range" | "bad";

/** What a finding comes to: all is well, a line or a range is named, or something else is wrong. */
export function verdict({ problems, first_bad: line, up_to: upTo }: Finding): Verdict {
  if (problems.length === 0) return "well";
  return line ? "line" : upTo ? "range" : "bad";
}

/** The part of a filter's query that narrows it: every name with its values. */
export function filterParts(query: string): [name: string, values: string[]][] {
  const parts = new URLSearchParams(query);
  return [...new Set(parts.keys())].map((name) => [name, parts.getAll(name).flatMap((value) => (name === "bbox" || name === "near" || name === "q" ? [value] : value.split(",")))]);
}
