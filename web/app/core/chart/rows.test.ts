import { describe, expect, it } from "vitest";
import { inventGraph } from "./chart.fixture";
import { chartModel } from "./model";
import { placeRows, rowsNeeded, sortRows, tieRows } from "./rows";

const model = chartModel(inventGraph(50));

describe("the rows of a graph", () => {
  it("are its places and ties, by the same ids as on the chart", () => {
    expect(placeRows(model, new Map()).map(({ id }) => id)).toEqual(model.nodes.map(({ id }) => id));
    for (const { id, from, to } of tieRows(model)) {
      const tie = model.ties[model.tieAt.get(id) ?? -1];
      expect([from, to]).toEqual([model.nodes[tie?.from ?? -1]?.reference, model.nodes[tie?.to ?? -1]?.reference]);
    }
  });

  it("have the measures of the analysis once they are known", () => {
    const [first] = placeRows(model, new Map([[model.nodes[0]!.id, { id: model.nodes[0]!.id, degree: 99, in: 1, out: 2, strength: 3, betweenness: 0.5, component: 0, community: 4, articulation: true }]]));
    expect(first).toMatchObject({ degree: 99, betweenness: 0.5, articulation: true, community: 4 });
  });

  it("are sorted by numbers and by words, what is unknown last", () => {
    const rows = [{ v: 10 }, { v: null }, { v: 9 }];
    expect(sortRows(rows, ({ v }) => v, "ascending").map(({ v }) => v)).toEqual([9, 10, null]);
    expect(sortRows(rows, ({ v }) => v, "descending").map(({ v }) => v)).toEqual([10, 9, null]);
    expect(sortRows(["Épicerie", "Zone", "Est 10", "Est 9", ""], (v) => v, "ascending")).toEqual(["Épicerie", "Est 9", "Est 10", "Zone", ""]);
  });

  it("are drawn as far as the one that was selected on the chart", () => {
    const keys = Array.from({ length: 450 }, (_, i) => String(i));
    expect(rowsNeeded(keys, null, 0, 200)).toBe(200);
    expect(rowsNeeded(keys, "399", 200, 200)).toBe(400);
    expect(rowsNeeded(keys, "449", 200, 200)).toBe(450);
    expect(rowsNeeded(keys, "gone", 400, 200)).toBe(400);
    expect(rowsNeeded([], null, 0, 200)).toBe(0);
  });
});
