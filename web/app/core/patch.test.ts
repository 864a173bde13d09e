import { describe, expect, it } from "vitest";
import { applyPatch, mergePatch } from "./patch";

const from = { name: "Tour A", hours: "10h-22h", products: ["cannabis"], handling: { reach: "national", code: "H0" } };

describe("mergePatch", () => {
  it.each([
    ["nothing", from, {}],
    ["one value", { ...from, name: "Tour B" }, { name: "Tour B" }],
    ["a value taken away", { ...from, hours: null }, { hours: null }],
    ["a list, whole", { ...from, products: ["cannabis", "crack"] }, { products: ["cannabis", "crack"] }],
    ["one nested value", { ...from, handling: { reach: "zone", code: "H0" } }, { handling: { reach: "zone" } }],
    ["an object taken away", { ...from, handling: null }, { handling: null }],
    ["an added value", { ...from, address: "1 rue X" }, { address: "1 rue X" }],
  ])("writes %s", (_, to, want) => {
    expect(mergePatch(from, to)).toEqual(want);
    expect(mergePatch(applyPatch(from, mergePatch(from, to)), to)).toEqual({});
  });

  it("takes absent and null for the same", () => expect(mergePatch({ a: null }, {})).toEqual({}));
});
