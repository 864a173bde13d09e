import { locale } from "../i18n";
import { formatNumber } from "./format";

/** A number of the server, or why there is none: suppressed because it is small, or not known at all. */
export type Figure = { is: "known"; n: number } | { is: "suppressed" } | { is: "unknown" };

type Told = number | null | undefined;

/** Null is a suppressed number where small numbers are suppressed, and an unknown one elsewhere; what is not finite is never shown. */
export function figure(n: Told, suppressed: boolean): Figure {
  if (typeof n === "number" && Number.isFinite(n)) return { is: "known", n };
  return { is: n === null && suppressed ? "suppressed" : "unknown" };
}

/** The sum of numbers; one that is not known makes the sum unknown too. */
export function sum(numbers: readonly Told[]): number | null {
  let total = 0;
  for (const n of numbers) {
    if (typeof n !== "number" || !Number.isFinite(n)) return null;
    total += n;
  }
  return total;
}

/** A part of a whole between 0 and 1; null when either is not known, or there is nothing to be a part of. */
export function share(part: Told, whole: Told): number | null {
  if (typeof part !== "number" || typeof whole !== "number" || !Number.isFinite(part + whole) || whole <= 0) return null;
  return Math.min(1, Math.max(0, part / whole));
}

/** What is now less what was; null when either is not known. */
export function change(now: Told, before: Told): number | null {
  return typeof now === "number" && typeof before === "number" && Number.isFinite(now - before) ? now - before : null;
}

/** One digit after the comma, two for what is less than one, so that small territories can be told apart. */
export function formatRate(rate: number): string {
  const digits = rate > 0 && rate < 1 ? 2 : 1;
  return rate.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** "64 %", with the space that the language has. */
export const formatShare = (part: number): string => part.toLocaleString(locale(), { style: "percent", maximumFractionDigits: 0 });

/** "+ 12", "− 3", "0": the sign of mathematics, not a hyphen, and a thin space that does not break. */
export function formatChange(n: number): string {
  if (n === 0) return "0";
  return `${n > 0 ? "+" : "−"}\u202f${formatNumber(Math.abs(n))}`;
}

/** A change in proportion to what was; null where there was nothing. */
export const relative = (now: Told, before: Told): number | null => {
  const difference = change(now, before);
  return difference === null || !before ? null : difference / before;
};

export const formatRelative = (part: number): string => {
  const rounded = Math.round(part * 100);
  return rounded === 0 ? formatShare(0) : `${rounded > 0 ? "+" : "−"}\u202f${formatShare(Math.abs(rounded) / 100)}`;
};

/** Names with their numbers as bars are drawn: in the order of the vocabulary, then what it does not know; zeros are left out. */
export function inOrder(numbers: Readonly<Record<string, number | null>>, order: readonly string[]): [string, number | null][] {
  const names = [...order.filter((name) => name in numbers), ...Object.keys(numbers).filter((name) => !order.includes(name)).sort()];
  return names.map((name): [string, number | null] => [name, numbers[name] ?? null]).filter(([, n]) => n !== 0);
}
