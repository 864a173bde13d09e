import { describe, expect, it } from "vitest";
import { fitView, reveal, zoomAt } from "./view";

const positions = { x: Float64Array.of(-100, 300), y: Float64Array.of(0, 50) };

describe("the view of a chart", () => {
  it("shows everything, in the middle", () => {
    const { k, x, y } = fitView(positions, 600, 400);
    expect(-100 * k + x).toBeGreaterThanOrEqual(0);
    expect(300 * k + x).toBeLessThanOrEqual(600);
    expect(25 * k + y).toBeCloseTo(200);
  });
  it("is finite for nothing and for one place", () => {
    expect(Object.values(fitView({ x: new Float64Array(0), y: new Float64Array(0) }, 600, 400)).every(Number.isFinite)).toBe(true);
    expect(fitView({ x: Float64Array.of(7), y: Float64Array.of(7) }, 600, 400)).toMatchObject({ k: 1.25 });
  });
  it("keeps what is under the pointer there while it zooms", () => {
    const before = { k: 1, x: 10, y: 20 };
    const after = zoomAt(before, 2, 110, 220);
    expect([(110 - after.x) / after.k, (220 - after.y) / after.k]).toEqual([100, 200]);
  });
  it("does not move for what is in view", () => {
    const view = { k: 1, x: 0, y: 0 };
    expect(reveal(view, 300, 200, 600, 400)).toEqual(view);
    expect(reveal(view, 900, 200, 600, 400).x).toBe(600 - 56 - 900);
  });
});
