import { describe, expect, it } from "vitest";
import { changeOf, noOperationFilter, noWatchChoice, operationQuery, readOperationFilter, readResults, resultsPatch, splitReferences, toldResults, verdictOf, watchQuery } from "./operations";

describe("the filter of operations", () => {
  it("comes back from its own address", () => {
    const filter = { type: "judicial", from: "2026-01-01", until: "2026-02-01", territory: "dep:13" };
    expect(readOperationFilter(new URLSearchParams(operationQuery(filter)))).toEqual(filter);
  });
  it("leaves out what is not understood", () => expect(readOperationFilter(new URLSearchParams("type=war&from=hier"))).toEqual(noOperationFilter));
  it("is nothing when nothing is set", () => expect(operationQuery(noOperationFilter)).toEqual({}));
});

describe("results", () => {
  it("are read as whole numbers, with the spaces that French writes", () => expect(readResults({ arrests: " 12 ", cannabis_g: "1\u202f250", checks: "" })).toEqual({ results: { arrests: 12, cannabis_g: 1250 }, wrong: [] }));
  it("name the fields that hold no whole number", () => expect(readResults({ arrests: "-1", fines: "1,5", cash_eur: "beaucoup" }).wrong).toEqual(["arrests", "fines", "cash_eur"]));
  it("say nothing of what is nought", () => expect(toldResults({ checks: 40, arrests: 0, places_closed: 1 })).toEqual([["checks", 40], ["places_closed", 1]]));
  it("change by what differs, and null takes a number back", () => {
    expect(resultsPatch({ arrests: 3, checks: 4 }, { arrests: 3, fines: 1 })).toEqual({ fines: 1, checks: null });
    expect(resultsPatch({ arrests: 0 }, {})).toBeNull();
  });
});

it("references are split however they were pasted", () => expect(splitReferences(" 13-k7qf, 13-ABCD;13-K7QF\n13-0001 ")).toEqual(["13-K7QF", "13-ABCD", "13-0001"]));

describe("the watch", () => {
  it("asks only for what was chosen", () => {
    expect(watchQuery(noWatchChoice)).toEqual({});
    expect(watchQuery({ buffer: 500, ring: null, days: 30, control: "dep:13" })).toEqual({ buffer: "500", days: "30", control: "dep:13" });
  });
  it.each([
    [false, 0, 0, "unknown"],
    [true, 0, 0, "none"],
    [true, -118, -1.97, "fell"],
    [true, -118, -1.5, "perhaps-fell"],
    [true, 12, 2.4, "rose"],
    [true, 12, 0.4, "perhaps-rose"],
  ] as const)("known %s, %d at z %d is %s", (known, difference, z, verdict) => expect(verdictOf({ known, difference, z })).toBe(verdict));
  it("tells no change from nothing", () => expect([changeOf({ before: 0, after: 4 }), changeOf({ before: 8, after: 6 })]).toEqual([null, -25]));
});
