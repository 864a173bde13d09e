import { describe, expect, it } from "vitest";
import { along, arrival, distanceTo, signAt, tieCurve } from "./tiecurve";

const straight = tieCurve(0, 0, 100, 0, 10, 20, 0)!;

describe("tieCurve", () => {
  it("goes from edge to edge", () => expect([straight.x0, straight.y0, straight.x1, straight.y1]).toEqual([10, 0, 80, 0]));
  it("is nothing between symbols that touch", () => expect(tieCurve(0, 0, 20, 0, 10, 10, 0)).toBeNull());
  it("passes aside of the middle by the bend, each on its side", () => {
    const one = tieCurve(0, 0, 100, 0, 0, 0, 0.5)!;
    const other = tieCurve(100, 0, 0, 0, 0, 0, 0.5)!;
    expect(along(one, 0.5)[1]).toBeCloseTo(8);
    expect(along(other, 0.5)[1]).toBeCloseTo(-8);
  });
  it("is finite for two places at one spot", () => expect(tieCurve(5, 5, 5, 5, 3, 3, 1)).toBeNull());
});

describe("distances and signs", () => {
  it("measure to the line and to its ends", () => {
    expect(distanceTo(straight, 50, 7)).toBeCloseTo(7);
    expect(distanceTo(straight, 0, 0)).toBeCloseTo(10);
    expect(distanceTo(tieCurve(0, 0, 100, 0, 0, 0, 1)!, 50, 16)).toBeLessThan(1);
  });
  it("point where the tie leads", () => {
    expect(arrival(straight)).toEqual([1, 0]);
    expect(signAt(straight, "arrow", 10).points[1]).toEqual([80, 0]);
    expect(signAt(straight, "bar", 10).points.flat().every(Number.isFinite)).toBe(true);
  });
});
