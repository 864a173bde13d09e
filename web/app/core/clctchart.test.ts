import { describe, expect, it } from "vitest";
import { chartTop, flowBars, flowTops, pieces, reasonsOf, stack } from "./clctchart";

const months: Parameters<typeof flowBars>[0] = [
  { month: "2026-10", opened: 5, reopened: 1, closed: { dismantled: 3, faded: 0 } },
  { month: "2026-11", opened: null, reopened: 2, closed: { displaced: null, unheard: 1 } },
];

describe("a chart of flows", () => {
  const reasons = reasonsOf(months, ["dismantled", "displaced", "faded"]);

  it("draws the reasons that occur, in the vocabulary's order, a suppressed one among them", () => expect(reasons).toEqual(["dismantled", "displaced", "unheard"]));

  it("has a bar for each month, with every reason", () => {
    const bars = flowBars(months, reasons);
    expect(bars).toEqual([
      { month: "2026-10", up: [5, 1], down: [3, 0, 0] },
      { month: "2026-11", up: [null, 2], down: [0, null, 1] },
    ]);
    expect(flowTops(bars)).toEqual({ up: 6, down: 4 });
    expect(flowTops([])).toEqual({ up: 1, down: 1 });
  });

  it("stacks from the base outwards; what is suppressed has no length", () => {
    expect(stack([5, null, 2])).toEqual([{ from: 0, length: 5 }, { from: 5, length: 0 }, { from: 5, length: 2 }]);
  });
});

it("a scale ends on a round number that holds everything", () => {
  for (let most = 0; most < 3000; most++) {
    const top = chartTop(most);
    expect(top).toBeGreaterThanOrEqual(most);
    expect(top).toBeLessThanOrEqual(Math.max(1, most * 2));
  }
  expect(chartTop(140)).toBe(150);
  expect(chartTop(Number.NaN)).toBe(1);
});

it("a line is cut where a value is missing", () => {
  expect(pieces([1, 2, null, 4])).toEqual([[{ x: 0, y: 1 }, { x: 1, y: 2 }], [{ x: 3, y: 4 }]]);
  expect(pieces([null, Number.NaN])).toEqual([]);
});
