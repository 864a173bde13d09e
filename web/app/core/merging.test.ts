import { describe, expect, it } from "vitest";
import { differingOf, facing, metresBetween, outcome, pairKey, percent, readPairFilter, rowsOf, scoreWord, writePairFilter, zoomFor } from "./merging";
import { pairOf, pointOf } from "./pairs.fixture";
import { mergedInto } from "./redirect";

describe("which record goes on", () => {
  const stays = (a: object, b: object): string => facing(pairOf(pointOf("a", a), pointOf("b", b))).into.id;

  it("is the one that others were merged into", () => expect(stays({ revision: 9 }, { co_owners: [{ service: "GN", unit: "BR" }] })).toBe("b"));
  it("is the one with the longer life", () => expect(stays({ revision: 2, first_seen: "2020-01-01" }, { revision: 3 })).toBe("b"));
  it("is the one that was seen first", () => expect(stays({ first_seen: "2025-02-01" }, { first_seen: "2025-01-01" })).toBe("b"));
  it("is one that was ever seen", () => expect(stays({}, { first_seen: "2025-01-01" })).toBe("b"));
  it("does not depend on the order of the pair", () => {
    const [a, b] = [pointOf("a"), pointOf("b")];
    expect(facing(pairOf(a, b)).into.id).toBe(facing(pairOf(b, a)).into.id);
  });
});

describe("what differs", () => {
  it("is told where both show it", () => {
    const [a, b] = [pointOf("a", { hours: "Mo-Su" }), pointOf("b", { name: "Autre", hours: "", withheld: ["hours"] })];
    expect(differingOf(a, b)).toEqual(["name"]);
  });
  it("takes accuracy and commune with the position", () => expect(differingOf(pointOf("a"), pointOf("b", { accuracy: "door" }))).toEqual(["geometry"]));
  it("takes nothing, false and absent for the same", () => expect(differingOf(pointOf("a", { lookouts: false, intensity: null }), pointOf("b"))).toEqual([]));
  it("stands before what is the same", () => {
    const rows = rowsOf({ into: pointOf("a"), from: pointOf("b", { name: "Autre" }) }, ["name"]);
    expect(rows[0]).toMatchObject({ field: "name", differs: true, choosable: true });
    expect(rows.slice(1).map(({ field, differs }) => [field, differs])).toContainEqual(["products", false]);
    expect(rows.map(({ field }) => field)).not.toContain("hours");
  });
});

describe("what the rules make of a field", () => {
  const by = (field: string, into: object, from: object): unknown => outcome(field, pointOf("a", into), pointOf("b", from));

  it("takes the only word there is", () => expect(by("hours", {}, { hours: "Mo-Su" })).toEqual({ side: "from", why: "only" }));
  it("takes the better graded source of one scheme", () => {
    const graded = (source: "A" | "B", information = "1"): object => ({ grading: { scheme: "europol", source, information }, last_confirmed: source === "B" ? "2026-01-01" : "2025-01-01" });
    expect(by("name", { ...graded("B"), name: "x" }, { ...graded("A"), name: "y" })).toEqual({ side: "from", why: "graded" });
    expect(by("name", graded("A", "2"), graded("A", "1"))).toEqual({ side: "from", why: "graded" });
  });
  it("does not compare two schemes", () => {
    const other = { grading: { scheme: "admiralty", source: "A", information: "1" } };
    expect(by("name", { grading: { scheme: "europol", source: "B", information: "1" } }, other)).toEqual({ side: "into", why: "kept" });
  });
  it("takes what was confirmed last", () => expect(by("name", { last_confirmed: "2026-01-01" }, { last_confirmed: "2026-02-01" })).toEqual({ side: "from", why: "recent" }));
  it("takes the more exact position", () => {
    expect(by("geometry", { accuracy: "street" }, { accuracy: "door" })).toEqual({ side: "from", why: "exact" });
    expect(outcome("geometry", pointOf("a"), pointOf("b", { accuracy: "door" }, null))).toEqual({ side: "into", why: "exact" });
  });
  it("puts lists together", () => expect(by("products", { products: ["cannabis"] }, { products: ["cocaine"] })).toEqual({ side: "both", why: "union" }));
  it("takes yes from whichever says it", () => expect(by("lookouts", { lookouts: false }, { lookouts: true })).toEqual({ side: "from", why: "seen" }));
  it("takes the earliest and the latest day", () => {
    expect(by("first_seen", { first_seen: "2026-01-01" }, { first_seen: "2025-01-01" })).toEqual({ side: "from", why: "earliest" });
    expect(by("last_confirmed", { last_confirmed: "2026-01-01" }, {})).toEqual({ side: "into", why: "latest" });
  });
  it("takes the state from who knows the latest of it", () => {
    const closed = { status: "closed", closing: { reason: "faded", date: "2026-03-01" } };
    expect(by("status", { last_confirmed: "2026-02-01" }, closed)).toEqual({ side: "from", why: "known" });
    expect(by("status", { status: "reported" }, { status: "active" })).toEqual({ side: "from", why: "report" });
    expect(by("status", closed, { last_confirmed: "2026-02-01" })).toEqual({ side: "into", why: "known" });
  });
});

describe("scores", () => {
  it("are never rounded up to certainty", () => {
    expect(percent(0.9999)).toBe(99.9);
    expect(percent(0.987)).toBe(98);
    expect(percent(1)).toBe(100);
  });
  it.each([[0.94, "sure"], [0.93, "veryLikely"], [0.75, "likely"], [0.5, "possible"], [0.49, "doubtful"]] as const)("%s is said as %s", (score, word) => expect(scoreWord(score)).toBe(word));
});

it("a pair has one name", () => expect(pairKey(pairOf(pointOf("a"), pointOf("b")))).toBe(pairKey(pairOf(pointOf("b"), pointOf("a")))));

describe("where the map looks", () => {
  it("fits so many metres", () => {
    expect(zoomFor(100, 400, 43.3)).toBe(18);
    expect(zoomFor(1000, 400, 43.3)).toBe(15);
    expect(zoomFor(0, 400, 0)).toBe(18);
  });
  it("measures what lies between", () => {
    expect(metresBetween([5.37, 43.3], [5.37, 43.301])).toBeCloseTo(111.2, 1);
    expect(metresBetween([5.37, 43.3], null)).toBeNull();
  });
});

it("knows a record that was merged by another reference coming back", () => {
  expect(mergedInto("13-B", pointOf("a"))).toBe(true);
  expect(mergedInto("13-a", pointOf("a"))).toBe(false);
  expect(mergedInto("A", pointOf("a"))).toBe(false);
});

describe("the address of the queue", () => {
  it.each(["", "?territory=dep:13", "?territory=dep:13&import=1f0c&least=0.9"])("%s is read and written back", (search) => expect(writePairFilter(readPairFilter(search))).toBe(search));
  it("leaves out what is no score", () => expect(readPairFilter("?least=12")).toEqual({ territory: "", import: "", least: null }));
});
