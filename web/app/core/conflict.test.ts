import { describe, expect, it } from "vitest";
import { defaultChoices, differences, settle } from "./conflict";
import { mergePatch } from "./patch";

const base = { name: "Tour A", hours: "10h-22h", intensity: 3, products: ["cannabis"] };

describe("a conflict", () => {
  it("contests only what both changed", () => {
    const mine = { ...base, name: "Tour B", intensity: 4 };
    const theirs = { ...base, name: "Tour C", hours: "12h-22h" };
    expect(differences(base, mine, theirs)).toEqual([
      { field: "name", mine: "Tour B", theirs: "Tour C", contested: true },
      { field: "hours", mine: "10h-22h", theirs: "12h-22h", contested: false },
    ]);
  });

  it("is none when both made the same change", () => {
    const both = { ...base, products: ["cannabis", "crack"] };
    expect(differences(base, both, { ...both })).toEqual([]);
  });

  it("sees a field that the other took away", () => {
    const { hours: _, ...theirs } = base;
    expect(differences(base, base, theirs)).toEqual([{ field: "hours", mine: "10h-22h", theirs: null, contested: false }]);
  });

  it("is settled field by field and saved over the other's version", () => {
    const mine = { ...base, name: "Tour B", intensity: 4 };
    const theirs = { ...base, name: "Tour C", hours: "12h-22h" };
    const found = differences(base, mine, theirs);
    const choices = defaultChoices(found);
    expect(mergePatch(theirs, settle(mine, found, choices))).toEqual({ name: "Tour B", intensity: 4 });
    choices.set("name", "theirs");
    expect(mergePatch(theirs, settle(mine, found, choices))).toEqual({ intensity: 4 });
  });
});
