import { describe, expect, it } from "vitest";
import type { Frame } from "./overlay";
import { paintPair } from "./pair";
import { DEFAULT_COLOURS } from "./theme";
import type { Theme } from "./theme";
import type { LngLat, PairPoint } from "./types";

const theme: Theme = { name: "light", colours: DEFAULT_COLOURS.light, statuses: [], font: "sans-serif" };
const frame: Frame = { zoom: 17, left: 0, top: 0, width: 800, height: 600, ratio: 1, worldPixels: 256 * 2 ** 17 };
const point = (label: string, lngLat: LngLat, square: boolean, radius = 25): PairPoint => ({ label, lngLat, square, radius });

/** What was drawn, in order. */
function drawn(points: PairPoint[]): { calls: [name: string, ...args: unknown[]][] } {
  const calls: [string, ...unknown[]][] = [];
  const ctx = new Proxy({}, { get: (_, name) => (...args: unknown[]) => calls.push([String(name), ...args]), set: () => true });
  paintPair(ctx as CanvasRenderingContext2D, frame, points, theme);
  return { calls };
}

const two = [point("13-A", [5.37, 43.3], false), point("13-B", [5.3703, 43.3001], true)];

describe("two records on the map", () => {
  it("have a line between them, one alone has none", () => {
    expect(drawn(two).calls.filter(([name]) => name === "lineTo")).toHaveLength(1);
    expect(drawn(two.slice(0, 1)).calls.filter(([name]) => name === "lineTo")).toHaveLength(0);
  });

  it("show the disc inside the square where they lie on one spot", () => {
    const names = drawn([two[0]!, { ...two[1]!, lngLat: two[0]!.lngLat }]).calls.map(([name]) => name);
    expect(names.lastIndexOf("arc")).toBeGreaterThan(names.lastIndexOf("rect"));
  });

  it("have circles as wide on the ground as their accuracy", () => {
    const [circle] = drawn(two).calls.filter(([name]) => name === "arc");
    const metresPerPixel = (156_543.034 * Math.cos((43.3 * Math.PI) / 180)) / 2 ** 17;
    expect(circle?.[3]).toBeCloseTo(25 / metresPerPixel, 2);
  });

  it("have their names on either side, so that they never lie over each other", () => {
    const lines = drawn([two[0]!, { ...two[1]!, lngLat: two[0]!.lngLat }]).calls.filter(([name]) => name === "fillText");
    expect(lines[0]?.[3]).toBeLessThan(Number(lines[1]?.[3]) - 20);
  });
});
