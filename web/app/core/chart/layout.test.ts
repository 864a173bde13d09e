import { describe, expect, it, vi } from "vitest";
import { carriesGoods } from "../networks";
import { inventGraph } from "./chart.fixture";
import { forceLayout, type Layout } from "./force";
import { layeredLayout } from "./layered";
import { chartModel, componentsOf } from "./model";
import { ranks } from "./rank";
import { SPACING } from "./spread";

vi.setConfig({ testTimeout: 30_000 });

const inputOf = (n: number, each?: number) => {
  const { ties } = inventGraph(n, each);
  return { n, from: ties.map(({ from }) => from), to: ties.map(({ to }) => to), goods: ties.map(({ kind }) => carriesGoods(kind)) };
};

const nearest = ({ x, y }: Layout): number => {
  let least = Infinity;
  for (let i = 0; i < x.length; i++) for (let j = 0; j < i; j++) least = Math.min(least, Math.hypot((x[i] ?? 0) - (x[j] ?? 0), (y[i] ?? 0) - (y[j] ?? 0)));
  return least;
};

describe.each([
  ["force", forceLayout],
  ["layers", layeredLayout],
] as const)("the layout %s", (_, layout) => {
  it.each([0, 1, 2, 110])("is finite and always the same for %i places", (n) => {
    const first = layout(inputOf(n));
    expect([...first.x, ...first.y].every(Number.isFinite)).toBe(true);
    expect(first.x.length).toBe(n);
    expect(layout(inputOf(n))).toEqual(first);
  });

  it("lets no two of 300 places overlap", () => expect(nearest(layout(inputOf(300)))).toBeGreaterThanOrEqual(2 * SPACING * 0.99));

  it("keeps apart what does not hang together, and what stands alone", () => {
    const made = layout({ n: 7, from: [0, 1, 3], to: [1, 2, 4], goods: [true, true, false] });
    expect(nearest(made)).toBeGreaterThanOrEqual(2 * SPACING * 0.99);
  });

  it("takes ties of a place to itself and two ties between the same places", () => {
    const made = layout({ n: 2, from: [0, 0, 1, 0], to: [0, 1, 0, 1], goods: [true, true, true, true] });
    expect([...made.x, ...made.y].every(Number.isFinite)).toBe(true);
  });
});

describe("the layout force", () => {
  it("spreads a hub of 400 ties", () => {
    const made = forceLayout({ n: 401, from: Array.from({ length: 400 }, () => 0), to: Array.from({ length: 400 }, (_, i) => i + 1) });
    expect(nearest(made)).toBeGreaterThanOrEqual(2 * SPACING * 0.99);
  });

  it("leaves places where they stand when another one comes", () => {
    const before = forceLayout(inputOf(40));
    const kept = [...before.x].map((x, i) => [x, before.y[i] ?? 0] as const);
    const { from, to } = inputOf(40);
    const after = forceLayout({ n: 41, from: [...from, 3], to: [...to, 40], kept: [...kept, null] });
    const moved = kept.map(([x, y], i) => Math.hypot(x - (after.x[i] ?? 0), y - (after.y[i] ?? 0)));
    expect(Math.max(...moved)).toBeLessThan(SPACING * 3);
    expect(Math.hypot((after.x[40] ?? 0) - (after.x[3] ?? 0), (after.y[40] ?? 0) - (after.y[3] ?? 0))).toBeLessThan(SPACING * 8);
  });
});

describe("ranks", () => {
  it("are the longest way that goods come", () => {
    // 0 → 1 → 2 → 3, and 0 → 3.
    expect([...ranks({ n: 4, from: [0, 1, 2, 0], to: [1, 2, 3, 3], goods: [true, true, true, true] })]).toEqual([0, 1, 2, 3]);
  });

  it("begin at entry points, whatever is said to supply them, and put other sources above what they supply", () => {
    // 2 → 0 → 1 → 3 and 4 → 3, where goods come in at 0.
    expect([...ranks({ n: 5, from: [2, 0, 1, 4], to: [0, 1, 3, 3], goods: [true, true, true, true], entries: new Set([0]) })]).toEqual([0, 1, 0, 2, 1]);
  });

  it("end in circles, too", () => {
    const layers = [...ranks({ n: 4, from: [0, 1, 2, 3], to: [1, 2, 1, 0], goods: [true, true, true, true] })];
    expect(layers.every((layer) => layer >= 0 && layer < 4)).toBe(true);
  });

  it("put places without goods beside the nearest with them", () => {
    expect([...ranks({ n: 4, from: [0, 1, 2], to: [1, 2, 3], goods: [true, false, false] })]).toEqual([0, 1, 1, 1]);
  });

  it("go outwards from the best tied place where nothing carries goods", () => {
    expect([...ranks({ n: 4, from: [1, 1, 1], to: [0, 2, 3], goods: [false, false, false] })]).toEqual([1, 0, 1, 1]);
  });
});

describe("chartModel", () => {
  it("bends several ties of one pair to different sides", () => {
    const graph = inventGraph(2);
    const tie = graph.ties[0]!;
    const { ties, neighbours } = chartModel({ nodes: graph.nodes, ties: [{ ...tie, from: 0, to: 1 }, { ...tie, id: "b", from: 1, to: 0 }, { ...tie, id: "c", from: 0, to: 0 }, { ...tie, id: "d", from: 0, to: 9 }] });
    // Seen from its own beginning each of the two that are left bends to the left: they pass each other.
    expect(ties.map(({ bend }) => bend)).toEqual([-0.5, -0.5]);
    expect(neighbours).toEqual([[1], [0]]);
  });

  it("finds parts, the largest first", () => expect(componentsOf([[1], [0], [3, 4], [2], [2], []])).toEqual([[2, 3, 4], [0, 1], [5]]));
});
