import { locale, t, writeNumber } from "../i18n";

/** Dates of the record are days (2026-11-23) without a clock: they are read and written in UTC so that no zone moves them. */
const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);

export function formatDay(day: string): string {
  return ordinalFirst(new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(utc(day)));
}

/** French writes the first of a month "1er", which Intl does not. */
const ordinalFirst = (date: string): string => (locale() === "fr-FR" ? date.replace(/^1(?= )/, "1er") : date);

const two = (n: number): string => String(n).padStart(2, "0");

/** « 14:05 », as both languages write it: the first `Intl.DateTimeFormat` of a page takes longer than a frame has, and the map's first view waits. */
export const formatTime = (moment: Date): string => `${two(moment.getHours())}:${two(moment.getMinutes())}`;

/** An hour in a sentence: « 12 h 03 » in French. */
export function formatClock(moment: Date): string {
  if (locale() !== "fr-FR") return formatTime(moment);
  return `${moment.getHours()}\u00a0h\u00a0${two(moment.getMinutes())}`;
}

export function formatMoment(moment: string | Date): string {
  return ordinalFirst(new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short" }).format(new Date(moment)));
}

export const formatNumber = writeNumber;

/** The last day of what ends at a moment: midnight belongs to the day before. */
export const lastDayOf = (end: string | Date): string => dayOf(new Date(new Date(end).getTime() - 1));

/** The day it is in metropolitan France, by which the service judges dates: overseas, the browser's own day may be one that it refuses. */
export const todayInFrance = (): string => new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date());

/** The day of a moment where the person is, as the record writes days. */
export function dayOf(moment: Date): string {
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export function daysBetween(from: string, to: string): number {
  return Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000);
}

export function addDays(day: string, n: number): string {
  return new Date(utc(day).getTime() + n * 86_400_000).toISOString().slice(0, 10);
}

/** "aujourd'hui", "hier", "il y a 12 jours", then the date. */
export function formatAgo(day: string, today: string): string {
  const days = daysBetween(day, today);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  if (days > 1 && days <= 60) return t("time.daysAgo", { n: days });
  return t("time.on", { date: formatDay(day) });
}

/** A record is overdue when its review date has passed and it is not closed. */
export function isOverdue(nextReview: string | null | undefined, status: string, today: string): boolean {
  return !!nextReview && status !== "closed" && nextReview < today;
}

export function formatDistance(metres: number): string {
  const [value, unit, digits] = metres < 1000 ? [metres, "m", 0] : [metres / 1000, "km", metres < 10_000 ? 1 : 0];
  return `${value.toLocaleString(locale(), { maximumFractionDigits: digits })}\u00a0${unit}`;
}

/** "Marseille 3e Arrondissement" as it is said and as it fits a line: "Marseille 3e". */
export const shortCommune = (name: string): string => name.replace(/^(Paris|Lyon|Marseille) (\d+er?) Arrondissement$/i, "$1 $2");
