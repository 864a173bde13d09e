import { describe, expect, it } from "vitest";
import type { DealPoint } from "../api/client";
import type { Candidate, RowCounts, StagedPlace, StagedRow } from "../api/imports";
import { barsOf, bestScore, certaintyOf, changedCells, columnsToMend, comparison, isUndecided, nextUndecided, outlook, rowKey, serverOutlook, shownCandidate, tally } from "./importrows";

const point = (id: string): DealPoint => ({ type: "Feature", id, geometry: null, properties: { reference: `13-${id}`, revision: 1, kind: "street", status: "active", name: "Les Lauriers", address: "", commune: "13203", commune_name: "Marseille 3e", departement: "13", products: ["cannabis"], hours: "Mo-Su 12:00-22:00", owner: { service: "GN", unit: "BR Aix" }, networks: [], case_references: [], withheld: [], handling: { reach: "national", code: "H0" } } });
const candidate = (id: string, score: number, blocked?: string): Candidate => ({ point: point(id), score, reasons: [], differing: [], ...(blocked ? { blocked } : {}) });
const row = (line: number, of: Partial<StagedRow> = {}): StagedRow => ({ line, state: "review", cells: [], problems: [], candidates: [], ...of });
const place: StagedPlace = { geometry: null, name: "Cité des Lauriers", address: "", commune: "13203", commune_name: "Marseille 3e", kind: "street", status: "active", accuracy: "", products: ["cannabis"], networks: [], located_by: "commune", service: "PN", unit: "BSU", reach: "national" };

describe("the rows that wait", () => {
  it("are under review without a decision", () => {
    expect(isUndecided(row(1))).toBe(true);
    expect(isUndecided(row(1, { decision: { action: "add" } }))).toBe(false);
    expect(isUndecided(row(1, { state: "merge" }))).toBe(false);
  });
  it("are taken from the present one on, then from the top", () => {
    const rows = [row(1), row(2, { decision: { action: "add" } }), row(3), row(4, { state: "new" })];
    expect(nextUndecided(rows, 0)).toBe(2);
    expect(nextUndecided(rows, 2)).toBe(0);
    expect(nextUndecided([row(1, { state: "known" })], 0)).toBe(-1);
  });
});

describe("scores", () => {
  it("count only places that the row may be merged into", () => {
    expect(bestScore(row(1, { candidates: [candidate("a", 0.99, "autre réseau"), candidate("b", 0.7)] }))).toBe(0.7);
    expect(bestScore(row(1))).toBe(0);
  });
  it.each([[0.97, "sure"], [0.9, "likely"], [0.7, "possible"], [0.5, "weak"]] as const)("%d is %s", (score, word) => expect(certaintyOf(score, 0.97, 0.6)).toBe(word));
  it("show first what was decided, then the surest that may be merged", () => {
    const candidates = [candidate("a", 0.99, "autre réseau"), candidate("b", 0.9), candidate("c", 0.8)];
    expect(shownCandidate(row(1, { candidates }))).toBe(1);
    expect(shownCandidate(row(1, { candidates, decision: { action: "merge", into: "c" } }))).toBe(2);
    expect(shownCandidate(row(1, { candidates: candidates.slice(0, 1) }))).toBe(0);
  });
  it("have bars relative to the most telling reason", () => {
    const bars = barsOf([{ field: "a", text: "", weight: 4 }, { field: "b", text: "", weight: -2 }, { field: "c", text: "", weight: 0.01 }]);
    expect(bars.map(({ length }) => length)).toEqual([100, 50, 4]);
  });
});

describe("what a threshold does", () => {
  const counts: RowCounts = { rows: 100, quarantined: 5, skipped: 0, known: 0, new: 60, review: 3, merge: 2, done: 0, by_address: 0, commune_only: 0 };
  const rows = [
    row(1, { candidates: [candidate("a", 0.9)] }),
    row(2, { candidates: [candidate("a", 0.8)], decision: { action: "merge", into: "a" } }),
    row(3, { candidates: [candidate("a", 0.95)], decision: { action: "add" } }),
    row(4, { state: "merge", candidates: [candidate("a", 0.98)] }),
    row(5, { state: "merge", candidates: [candidate("a", 0.99)] }),
  ];
  it("is what the server says for its own", () => expect(serverOutlook(counts)).toEqual({ merged: 2, added: 63, waiting: 3 }));
  it("moves undecided rows only, and loses none", () => {
    const found = tally(rows);
    expect(outlook(counts, found, 0.97, 0.6)).toEqual({ merged: 3, added: 62, waiting: 1 });
    expect(outlook(counts, found, 0.9, 0.6)).toEqual({ merged: 4, added: 61, waiting: 0 });
    expect(outlook(counts, found, 0.985, 0.6)).toEqual({ merged: 2, added: 63, waiting: 2 });
    for (const threshold of [0.5, 0.9, 0.99, 1]) {
      const { merged, added } = outlook(counts, found, threshold, 0.6);
      expect(merged + added).toBe(65);
    }
  });
  it("merges nothing by itself at 1, not even what is certain", () => expect(outlook(counts, tally([row(1, { candidates: [candidate("a", 1)] })]), 1, 0.6).merged).toBe(0));
});

describe("comparison", () => {
  it("marks what differs and leaves out what neither says", () => {
    const lines = comparison(place, point("a"), ["name", "owner.service"]);
    expect(lines.filter(({ differs }) => differs).map(({ field }) => field)).toEqual(["name", "owner"]);
    expect(lines.map(({ field }) => field)).toEqual(["name", "commune", "kind", "status", "products", "hours", "owner", "handling.reach"]);
    expect(lines.find(({ field }) => field === "commune")?.staged).toBe("Marseille 3e (13203)");
  });
  it("says the row alone where it looks like nothing", () => expect(comparison(place, null, []).every(({ point: other, differs }) => other === undefined && !differs)).toBe(true));
});

describe("keys", () => {
  const press = (key: string, of: Partial<KeyboardEvent> = {}): ReturnType<typeof rowKey> => rowKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...of });
  it.each([["f", "merge"], ["F", "merge"], ["n", "add"], ["i", "skip"], ["u", "undo"], ["j", "next"], ["k", "previous"], ["ArrowDown", "next"], ["ArrowUp", "previous"], ["?", "help"]])("%s", (key, action) => expect(press(key)).toEqual({ do: action }));
  it("chooses by number", () => {
    expect(press("1")).toEqual({ do: "choose", index: 0 });
    expect(press("5")).toEqual({ do: "choose", index: 4 });
    expect(press("6")).toBeNull();
  });
  it.each([["u", { ctrlKey: true }], ["f", { metaKey: true }], ["n", { altKey: true }], ["Enter", {}], ["Tab", {}], ["constructor", {}]])("leaves %s with %o to others", (key, of) => expect(press(key, of)).toBeNull());
});

describe("mending", () => {
  it("sends only cells that changed", () => {
    expect(changedCells(["A", "B", "C"], ["1", "2"], new Map([[0, "1"], [1, "x"], [2, ""]]))).toEqual({ B: "x" });
    expect(changedCells(["A"], ["1"], new Map([[0, "1"]]))).toBeNull();
  });
  it("begins with what is wrong, then what is read", () => {
    expect(columnsToMend(["A", "B", "C", "D"], [{ column: "C" }, { column: "" }], ["A", "C"])).toEqual({ first: [2, 0], rest: [1, 3] });
  });
});
