import { afterEach, describe, expect, it, vi } from "vitest";
import { shortCommune, addDays, daysBetween, formatAgo, formatDay, formatDistance, formatTime, isOverdue, todayInFrance } from "./format";

describe("days", () => {
  it("are written in French, whatever the zone of the machine", () => expect(formatDay("2026-08-01")).toBe("1er août 2026"));
  it("are counted across the change of clock", () => expect(daysBetween("2026-03-01", "2026-04-01")).toBe(31));
  it("are added across a year", () => expect(addDays("2026-12-31", 1)).toBe("2027-01-01"));
  it.each([
    ["2026-11-23", "aujourd’hui"],
    ["2026-11-22", "hier"],
    ["2026-11-11", "il y a 12 jours"],
    ["2026-03-03", "le 3 mars 2026"],
    ["2026-12-01", "le 1er décembre 2026"],
  ])("says %s as %s", (day, want) => expect(formatAgo(day, "2026-11-23")).toBe(want));
});

describe("todayInFrance", () => {
  afterEach(() => void vi.useRealTimers());
  it.each([
    ["2026-11-28T22:59:00Z", "2026-11-28"],
    ["2026-11-28T23:00:00Z", "2026-11-29"],
    ["2026-07-14T21:59:00Z", "2026-07-14"],
    ["2026-07-14T22:00:00Z", "2026-07-15"],
  ])("at %s is %s, wherever the browser is", (now, day) => {
    vi.useFakeTimers({ now: new Date(now) });
    expect(todayInFrance()).toBe(day);
  });
});

it.each([
  [new Date(2026, 10, 30, 7, 5), "07:05"],
  [new Date(2026, 10, 30, 0, 0), "00:00"],
  [new Date(2026, 10, 30, 23, 59), "23:59"],
])("the time of day of %s", (moment, want) => {
  expect(formatTime(moment)).toBe(want);
  for (const language of ["fr-FR", "en-GB"]) expect(new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(moment)).toBe(want);
});

describe("isOverdue", () => {
  it.each([
    ["2026-11-22", "active", true],
    ["2026-11-23", "active", false],
    ["2026-11-22", "closed", false],
    [null, "active", false],
  ])("%s, %s: %s", (next, status, want) => expect(isOverdue(next, status, "2026-11-23")).toBe(want));
});

describe("formatDistance", () => {
  it.each([
    [42.4, "42\u00a0m"],
    [1534, "1,5\u00a0km"],
    [12_400, "12\u00a0km"],
  ])("%d m", (metres, want) => expect(formatDistance(metres)).toBe(want));
});

it("an arrondissement is written short, other communes as they are", () => {
  expect(shortCommune("Marseille 12e Arrondissement")).toBe("Marseille 12e");
  expect(shortCommune("Paris 1er Arrondissement")).toBe("Paris 1er");
  expect(shortCommune("Aix-en-Provence")).toBe("Aix-en-Provence");
});
