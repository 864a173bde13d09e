import { describe, expect, it } from "vitest";
import { addMonths, dateOfMonth, formatMonth, isDay, lastDay, monthOf, monthsBetween, monthsFor } from "./clctmonths";

describe("months", () => {
  it("go over the year, both ways", () => {
    expect(addMonths("2026-11", 2)).toBe("2027-01");
    expect(addMonths("2026-01", -1)).toBe("2025-12");
    expect(addMonths("2026-11", -23)).toBe("2024-12");
    expect(monthsBetween("2024-12", "2026-11")).toBe(23);
  });

  it("add up, whatever the steps", () => {
    for (let n = -400; n <= 400; n += 7) expect(monthsBetween("2026-11", addMonths("2026-11", n))).toBe(n);
  });

  it("end on their last day", () => {
    expect(lastDay("2026-02")).toBe("2026-02-28");
    expect(lastDay("2024-02")).toBe("2024-02-29");
    expect(lastDay("2026-12")).toBe("2026-12-31");
  });

  it("stand for their last day, and the one that is not over for now", () => {
    expect(dateOfMonth("2026-10", "2026-11-28")).toBe("2026-10-31");
    expect(dateOfMonth("2026-11", "2026-11-28")).toBe("");
    expect(monthOf("2026-11-28")).toBe("2026-11");
  });

  it("are named in the language", () => expect(formatMonth("2026-08")).toBe("août 2026"));
});

it("only days of the calendar are days", () => {
  expect(isDay("2024-02-29")).toBe(true);
  for (const text of ["2026-02-29", "2026-13-01", "2026-1-1", "demain", ""]) expect(isDay(text)).toBe(false);
});

it("the slider goes back far enough for the date, in whole years", () => {
  expect(monthsFor("", "2026-11-28")).toBe(24);
  expect(monthsFor("2024-12-31", "2026-11-28")).toBe(24);
  expect(monthsFor("2024-11-30", "2026-11-28")).toBe(36);
  expect(monthsFor("1999-01-01", "2026-11-28")).toBe(120);
});
