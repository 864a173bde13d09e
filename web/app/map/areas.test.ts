import { describe, expect, it } from "vitest";
import { areaAt, prepareArea } from "./areas";
import { toWorld } from "./tilemath";
import type { LngLat } from "./types";

const ring = (west: number, south: number, size: number): LngLat[] => [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]];
const at = (lon: number, lat: number, areas: Parameters<typeof areaAt>[0]): string | null => areaAt(areas, ...toWorld([lon, lat]), 1e-6)?.id ?? null;

describe("the area under the pointer", () => {
  const outer = prepareArea({ id: "outer", polygons: [[ring(0, 0, 4), ring(1, 1, 1)]], tone: 1 });
  const inner = prepareArea({ id: "inner", polygons: [[ring(3, 3, 0.5)]], tone: 2 });
  const ringed = prepareArea({ id: "circle", polygons: null, tone: -1, circle: { at: [2.5, 2.5], radius: 10 } });

  it("is the one painted last", () => expect(at(3.2, 3.2, [outer, inner])).toBe("inner"));
  it("is not there in a hole", () => expect(at(1.5, 1.5, [outer])).toBeNull());
  it("is not there outside", () => expect(at(9, 9, [outer, inner])).toBeNull());
  it("is that of a circle, whose outline may be missing", () => expect(at(2.5, 2.5, [outer, ringed])).toBe("circle"));
});
