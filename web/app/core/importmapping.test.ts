import { describe, expect, it } from "vitest";
import type { ImportField, Mapping } from "../api/imports";
import { fitProfile, partFields, samplesOf, tidyMapping, unreadColumns, wordsToMap, wrongInMapping } from "./importmapping";

const field = (name: string): ImportField => ({ name, label: name, help: "", terms: [], settable: false });
const header = ["Nom", "X", "Y", "Etat", "Commune"];

describe("partFields", () => {
  it("shows what a place needs, what was found and what has a default, in the server's order", () => {
    const { main, rest } = partFields(["hours", "name", "landlord", "kind", "note"].map(field), { columns: { hours: "H" }, defaults: { note: "…" } });
    expect(main.map(({ name }) => name)).toEqual(["hours", "name", "kind", "note"]);
    expect(rest.map(({ name }) => name)).toEqual(["landlord"]);
  });
});

describe("samplesOf", () => {
  const rows = [["a", "1"], ["", "2"], ["a", "2"], ["b", "3"], ["c", ""], ["d", "4"]].map((cells, i) => ({ line: i + 2, cells }));
  it("gives the first different values", () => expect(samplesOf(["Nom", "X"], rows, "Nom")).toEqual(["a", "b", "c"]));
  it("gives none of a column that is not there", () => expect(samplesOf(["Nom", "X"], rows, "Y")).toEqual([]));
  it("bears rows that are cut short", () => expect(samplesOf(["Nom", "X"], [{ line: 2, cells: ["a"] }], "X")).toEqual([]));
});

describe("columns that nothing is read from", () => {
  it("are neither those of a field nor those of a condition", () => expect(unreadColumns([...header, ""], { columns: { name: "Nom", x: "X" }, only: { Etat: ["ouvert"] } })).toEqual(["Y", "Commune"]));
});

describe("wordsToMap", () => {
  it("holds unknown words and those that have a meaning already, once", () => {
    const mapping: Mapping = { columns: {}, vocabulary: { kind: { charbon: "street", plan: "" } } };
    expect(wordsToMap("kind", mapping, { mapping, why: {}, unmapped: [], unknown_values: { kind: ["charbon", "four n° 2"] } })).toEqual(["charbon", "four n° 2", "plan"]);
    expect(wordsToMap("status", mapping, undefined)).toEqual([]);
  });
});

describe("fitProfile", () => {
  it("leaves out columns that this file does not have, and names them once", () => {
    const { mapping, missing } = fitProfile({ name: "BSU", columns: { name: "Nom", note: "Obs" }, only: { Obs: ["x"], Etat: ["ouvert"] }, defaults: { reach: "national" }, epsg: 2154 }, header);
    expect(mapping).toEqual({ name: "BSU", columns: { name: "Nom" }, only: { Etat: ["ouvert"] }, defaults: { reach: "national" }, epsg: 2154 });
    expect(missing).toEqual(["Obs"]);
  });
});

describe("wrongInMapping", () => {
  const wrong = (mapping: Mapping, declared = false): [string, string][] => [...wrongInMapping(mapping, header, declared)];
  it("finds nothing wrong with both coordinates", () => expect(wrong({ columns: { x: "X", y: "Y" } })).toEqual([]));
  it("asks for the other coordinate", () => {
    expect(wrong({ columns: { x: "X" } })).toEqual([["columns.y", "xWithoutY"]]);
    expect(wrong({ columns: { y: "Y", commune: "Commune" } })).toEqual([["columns.x", "yWithoutX"]]);
  });
  it("names columns that are not there", () => expect(wrong({ columns: { name: "Nam", commune: "Commune" }, only: { Vile: ["x"] } })).toEqual([["columns.name", "unknownColumn"], ["only", "unknownColumn"]]));
  it("wants to know where points are, unless the file has shapes", () => {
    expect(wrong({ columns: { name: "Nom" } })).toEqual([["columns.address", "nowhere"]]);
    expect(wrong({ columns: { name: "Nom" } }, true)).toEqual([]);
    expect(wrong({ columns: { name: "Nom" }, defaults: { commune: "13055" } })).toEqual([]);
  });
});

describe("tidyMapping", () => {
  it("sends only what says something", () => {
    expect(tidyMapping({ name: "BSU", columns: { name: "Nom", note: "" }, defaults: { kind: "" }, vocabulary: { kind: {}, status: { "?": "" } }, only: { Etat: [] }, swapped: false, month_first: true, shift: [0, 0] })).toEqual({
      columns: { name: "Nom" },
      vocabulary: { status: { "?": "" } },
      month_first: true,
    });
  });
  it("keeps a shift, a system and swapped axes", () => expect(tidyMapping({ columns: {}, epsg: 2154, swapped: true, shift: [0.1, 0] })).toEqual({ columns: {}, epsg: 2154, swapped: true, shift: [0.1, 0] }));
});
