import { locale } from "../i18n";

/** A month of the calendar, "2026-11". */
export type Month = string;

const index = (month: Month): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
const named = (n: number): Month => `${String(Math.floor(n / 12)).padStart(4, "0")}-${String((n % 12) + 1).padStart(2, "0")}`;

export const monthOf = (day: string): Month => day.slice(0, 7);
export const addMonths = (month: Month, n: number): Month => named(index(month) + n);
export const monthsBetween = (from: Month, to: Month): number => index(to) - index(from);

/** The last day of a month, "2026-02-28". */
export function lastDay(month: Month): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10);
}

/** Whether a text is a day of the calendar: 2026-02-30 is none. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

/** The date that stands for a month on the slider: its last day, and "" (now) for the month that is not over. */
export const dateOfMonth = (month: Month, today: string): string => (month >= monthOf(today) ? "" : lastDay(month));

const asDate = (month: Month): Date => new Date(`${month}-15T00:00:00Z`);

export const formatMonth = (month: Month): string => new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric", timeZone: "UTC" }).format(asDate(month));
export const formatMonthShort = (month: Month): string => new Intl.DateTimeFormat(locale(), { month: "short", timeZone: "UTC" }).format(asDate(month));

/** How many months the slider has to hold so that a date is on it: whole years, two at least, ten at most. */
export function monthsFor(date: string, today: string): number {
  const needed = date === "" ? 1 : monthsBetween(monthOf(date), monthOf(today)) + 1;
  return Math.min(120, Math.max(24, Math.ceil(needed / 12) * 12));
}
