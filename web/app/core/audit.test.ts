import { describe, expect, it } from "vitest";
import type { Finding } from "../api/desk";
import { consultationQuery, daysOf, filterParts, journalQuery, niceTop, ranked, readQuestion, tileCentre, tileWidth, verdict } from "./audit";

describe("a question", () => {
  it("is read from the address, without what is not understood", () => {
    expect(readQuestion(new URLSearchParams("place=13-K7QF&from=2026-11-01&to=demain&operation=disclosure&x=1"))).toEqual({ place: "13-K7QF", subject: "", from: "2026-11-01", to: "", operation: "disclosure", kind: "" });
    expect(readQuestion(new URLSearchParams("operation=nothing")).operation).toBe("");
  });
  it("asks for what is given only", () => {
    const question = readQuestion(new URLSearchParams("subject=cross13&kind=place.added"));
    expect(consultationQuery(question)).toEqual({ subject: "cross13", limit: 50 });
    expect(consultationQuery(question, 12)).toEqual({ subject: "cross13", limit: 50, before: 12 });
    expect(consultationQuery(question, "lyon:4,paris:9")).toEqual({ subject: "cross13", limit: 50, cursor: "lyon:4,paris:9" });
    expect(journalQuery(question, 812)).toEqual({ subject: "cross13", kind: ["place.added"], before: 812, limit: 50 });
  });
});

describe("a tile", () => {
  it("has a centre and a width on the ground", () => {
    const tile = tileCentre("12/2109/1500");
    expect(tile?.zoom).toBe(12);
    expect(tile?.at.lon).toBeCloseTo(5.4053, 3);
    expect(tile?.at.lat).toBeCloseTo(43.297, 2);
    expect(tile && tileWidth(tile)).toBeCloseTo(7.12, 1);
  });
  it.each(["", "12/1", "a/b/c", "12/2109/1497/3"])("is not %j", (text) => expect(tileCentre(text)).toBeNull());
});

describe("numbers by day", () => {
  it("have the days on which nothing was asked", () =>
    expect(daysOf("2026-10-30", "2026-11-02", [{ day: "2026-11-01", consultations: 7 }, { day: "2026-09-01", consultations: 3 }]).map(({ day, n }) => `${day} ${n}`)).toEqual(["2026-10-30 0", "2026-10-31 0", "2026-11-01 7", "2026-11-02 0"]));
  it.each([[0, 1], [1, 1], [3, 5], [10, 10], [11, 20], [51, 100], [4321, 5000]])("up to %i have a scale up to %i", (most, top) => expect(niceTop(most)).toBe(top));
  it("are ranked, largest first", () => expect(ranked({ tile: 5, list: 9, sheet: 0, audit: 5 })).toEqual([["list", 9], ["audit", 5], ["tile", 5]]));
});

describe("a finding", () => {
  const finding = (part: Partial<Finding>): Finding => ({ log: "journal", lines: 10, erased: 0, root: "", checkpoints: 1, problems: [], ...part });
  it("comes to a verdict", () => {
    expect(verdict(finding({}))).toBe("well");
    expect(verdict(finding({ problems: ["x"], first_bad: 3 }))).toBe("line");
    expect(verdict(finding({ problems: ["x"], after: 3, up_to: 9 }))).toBe("range");
    expect(verdict(finding({ problems: ["x"] }))).toBe("bad");
  });
});

it("a filter is taken apart, a box stays whole", () => {
  expect(filterParts("bbox=5,43,6,44&status=active,closed&status=dormant&q=a,b")).toEqual([["bbox", ["5,43,6,44"]], ["status", ["active", "closed", "dormant"]], ["q", ["a,b"]]]);
});
