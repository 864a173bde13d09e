import { describe, expect, it } from "vitest";
import type { DealPoint } from "../api/client";
import { keyring } from "./keyring";
import { additionOf, fieldOf, missing, patchOf, recordOf, splitList, tidy } from "./record";

const point = {
  type: "Feature",
  id: "x",
  geometry: { type: "Point", coordinates: [5.4, 43.3] },
  properties: {
    reference: "13-K7QF", revision: 3, status: "active", kind: "four", name: "Tour A", address: "", accuracy: "building", commune: "13055",
    products: ["cannabis"], hours: "", intensity: null, lookouts: false, networks: [], case_references: [], withheld: [],
    handling: { reach: "national", code: "H0", blurred: false, groups: [] }, grading: { scheme: "europol", source: "A", information: "2" },
  },
} as unknown as DealPoint;

describe("a record", () => {
  it("keeps what a form edits, and nothing empty", () => {
    expect(recordOf(point)).toEqual({
      geometry: [5.4, 43.3], kind: "four", name: "Tour A", accuracy: "building", commune: "13055", products: ["cannabis"], lookouts: false,
      handling: { reach: "national", code: "H0" }, grading: { scheme: "europol", source: "A", information: "2" },
    });
  });

  it("makes no patch when nothing was touched", () => expect(patchOf(recordOf(point), tidy({ ...recordOf(point), hours: "", networks: [] }))).toBeNull());

  it("sends a moved position whole and the rest as it differs", () => {
    const moved = { ...recordOf(point), geometry: [5.5, 43.3], name: "Tour B", products: [] };
    expect(patchOf(recordOf(point), tidy(moved))).toEqual({
      geometry: { type: "Point", coordinates: [5.5, 43.3] },
      properties: { name: "Tour B", products: null },
    });
  });

  it("takes the position away", () => {
    expect(patchOf(recordOf(point), tidy({ ...recordOf(point), geometry: null, accuracy: "commune" }))).toEqual({ geometry: null, properties: { accuracy: "commune" } });
  });

  it("is added as a Feature", () => {
    expect(additionOf({ geometry: [5.4, 43.3], kind: "four", name: "Tour A" })).toEqual({
      type: "Feature", geometry: { type: "Point", coordinates: [5.4, 43.3] }, properties: { kind: "four", name: "Tour A" },
    });
  });
});

describe("missing", () => {
  it("is nothing for a whole record", () => expect(missing(recordOf(point)).size).toBe(0));
  it("names every field at once", () => expect([...missing({}).keys()].sort()).toEqual(["accuracy", "geometry", "kind", "name"]));
  it("wants the commune where there is no position", () => {
    expect([...missing({ kind: "four", name: "x", accuracy: "commune" }).keys()]).toEqual(["commune"]);
  });
  it("wants groups for the reach of a group", () => {
    expect(missing({ ...recordOf(point), handling: { reach: "group", code: "H0" } }).get("handling.groups")).toBe("form.groupsRequired");
  });
  it("notices swapped axes", () => expect(missing({ ...recordOf(point), geometry: [43.3, 5.4] }).get("geometry")).toBe("coords.swapped"));
});

describe("fieldOf", () => {
  const known = ["name", "geometry", "handling.reach", "handling.groups", "networks"];
  it.each([
    ["name", "name"],
    ["properties.name", "name"],
    ["geometry.coordinates", "geometry"],
    ["position", "geometry"],
    ["handling.groups[1]", "handling.groups"],
    ["handling", "handling.reach"],
    ["networks[0]", "networks"],
    ["unknown", null],
  ])("%s is %s", (name, want) => expect(fieldOf(name, known)).toBe(want));
});

describe("splitList", () => {
  it("separates, trims and drops what is double", () => expect(splitList(" R-13-7KQ, R-13-8XX;R-13-7KQ\n")).toEqual(["R-13-7KQ", "R-13-8XX"]));
});

describe("keyring", () => {
  it("keeps a key for the same request and changes it with the request", () => {
    let n = 0;
    const keyFor = keyring(() => `key-${++n}`);
    expect([keyFor({ a: 1 }), keyFor({ a: 1 }), keyFor({ a: 2 }), keyFor({ a: 2 })]).toEqual(["key-1", "key-1", "key-2", "key-2"]);
  });
});
