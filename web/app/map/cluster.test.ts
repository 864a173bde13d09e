import { describe, expect, test } from "vitest";
import { clusterRadius, fitRadii, ringArcs, zoomStep } from "./cluster";

describe("clusterRadius", () => {
  test("never shrinks when places are added, and has a limit", () => {
    let before = 0;
    for (let n = 2; n < 2_000_000; n = Math.ceil(n * 1.13)) {
      const radius = clusterRadius(n);
      // A change of digits ("999" to "1 k") may cost a pixel of room.
      expect(radius).toBeGreaterThanOrEqual(before - 2);
      expect(radius).toBeLessThanOrEqual(34);
      before = radius;
    }
  });

  test("the area grows with the count where nothing limits it", () => {
    const grown = (n: number): number => clusterRadius(n) - 10;
    expect(grown(400) / grown(100)).toBeCloseTo(2, 5);
  });
});

describe("fitRadii", () => {
  const fit = (at: [x: number, y: number, count: number][]): number[] => [
    ...fitRadii(Float64Array.from(at, (a) => a[0]), Float64Array.from(at, (a) => a[1]), Uint32Array.from(at, (a) => a[2]), 1),
  ];

  test("clusters that stand apart keep their size, places have none", () => {
    expect(fit([[0, 0, 5000], [200, 0, 5000], [5, 5, 0]])).toEqual([34, 34, 0]);
  });

  test("the larger of two neighbours gives way", () => {
    const [large = 0, small = 0] = fit([[0, 0, 5000], [40, 0, 3]]);
    expect(large + small).toBeCloseTo(38, 3);
    expect(small).toBe(12.5);
  });

  test("among three in a row none covers another", () => {
    const [a = 0, b = 0, c = 0] = fit([[0, 0, 7800], [50, 10, 1200], [100, 0, 900]]);
    expect(a + b).toBeLessThanOrEqual(Math.hypot(50, 10) - 1.99);
    expect(b + c).toBeLessThanOrEqual(Math.hypot(50, 10) - 1.99);
  });
});

describe("ringArcs", () => {
  test("closes the ring, in the order of the statuses, without the empty ones", () => {
    const arcs = ringArcs([10, 0, 30, 0, 60]);
    expect(arcs.map((a) => a.status)).toEqual([0, 2, 4]);
    expect(arcs[0]?.from).toBeCloseTo(-Math.PI / 2, 12);
    expect(arcs[2]?.to).toBeCloseTo(1.5 * Math.PI, 9);
    expect(arcs[1]?.from).toBe(arcs[0]?.to);
    const lengths = arcs.map((a) => (a.to - a.from) / (2 * Math.PI));
    expect(lengths[0]).toBeCloseTo(0.1, 9);
    expect(lengths[2]).toBeCloseTo(0.6, 9);
  });

  test("one among a thousand still shows", () => {
    const arcs = ringArcs([0, 1, 0, 0, 999]);
    expect((arcs[0]?.to ?? 0) - (arcs[0]?.from ?? 0)).toBeGreaterThan(0.1);
    expect(arcs[1]?.to).toBeCloseTo(1.5 * Math.PI, 9);
  });

  test("no counts, no ring", () => expect(ringArcs([0, 0, 0, 0, 0])).toEqual([]));
});

test("a click on a cluster goes in farther on a larger view, at least one level", () => {
  expect(zoomStep(300, 200)).toBe(1);
  expect(zoomStep(1440, 900)).toBe(2);
  expect(zoomStep(3840, 2160)).toBe(3);
});
