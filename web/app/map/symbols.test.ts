import { describe, expect, test } from "vitest";
import { writeTile } from "./mvt.fixture";
import { STATUS_COUNT, UNKNOWN_STATUS, decodeSymbols } from "./symbols";

const tile = { z: 12, x: 2109, y: 1500 };
const place = (ref: string, status: string): Record<string, string | number> => ({
  ref,
  name: `Lieu ${ref}`,
  status,
  kind: "street",
  product: "cannabis",
  service: "PN",
  intensity: 3,
});

describe("decodeSymbols", () => {
  test("places with their attributes and world positions", () => {
    const bytes = writeTile({
      deal_points: [
        { id: 7, point: [0, 0], tags: place("13-A", "active") },
        { id: 9, point: [2048, 1024], tags: { ...place("13-B", "closed"), intensity: 9 } },
      ],
    });
    const got = decodeSymbols(bytes, tile);
    expect(got.length).toBe(2);
    expect(got.clusters).toBe(false);
    expect([...got.id.subarray(0, 2)]).toEqual([7, 9]);
    expect([...got.status.subarray(0, 2)]).toEqual([1, 4]);
    expect([...got.intensity.subarray(0, 2)]).toEqual([3, 5]);
    expect([0, 1].map((i) => got.ref.at(i))).toEqual(["13-A", "13-B"]);
    expect(got.name.at(1)).toBe("Lieu 13-B");
    expect([got.kind.at(0), got.product.at(0), got.service.at(0)]).toEqual(["street", "cannabis", "PN"]);
    expect(got.x[0]).toBe(2109 / 4096);
    expect(got.x[1]).toBe(2109.5 / 4096);
    expect(got.y[1]).toBe(1500.25 / 4096);
  });

  test("what lies in the buffer belongs to the neighbour", () => {
    const at = (x: number, y: number) => ({ point: [x, y] as [number, number], tags: place(`${x},${y}`, "active") });
    const bytes = writeTile({ deal_points: [at(-1, 5), at(4096, 5), at(5, 4096), at(5, -3), at(4095, 0)] });
    const got = decodeSymbols(bytes, tile);
    expect(got.length).toBe(1);
    expect(got.ref.at(0)).toBe("4095,0");
  });

  test("a neighbouring pair of tiles puts a place at the same spot whichever edge it is on", () => {
    const left = decodeSymbols(writeTile({ deal_points: [{ point: [4095, 8], tags: place("a", "active") }] }), tile);
    const right = decodeSymbols(writeTile({ deal_points: [{ point: [0, 8], tags: place("b", "active") }] }), { ...tile, x: 2110 });
    expect((right.x[0] ?? 0) - (left.x[0] ?? 0)).toBeCloseTo(1 / 4096 / 4096, 12);
  });

  test("clusters with their counts, and single places among them", () => {
    const bytes = writeTile({
      clusters: [
        { point: [100, 100], tags: { count: 12, active: 9, closed: 3 } },
        { point: [200, 100], tags: { count: 1, dormant: 1 } },
      ],
    });
    const got = decodeSymbols(bytes, { z: 6, x: 32, y: 22 });
    expect(got.clusters).toBe(true);
    expect([...got.count.subarray(0, 2)]).toEqual([12, 1]);
    expect([...got.shares.subarray(0, STATUS_COUNT)]).toEqual([0, 9, 0, 0, 3]);
    expect(got.status[1]).toBe(3);
    expect(got.ref.at(0) ?? "").toBe("");
  });

  test("another extent, an unknown status, missing attributes", () => {
    const got = decodeSymbols(writeTile({ deal_points: [{ point: [256, 0], tags: { status: "novel" } }] }, 512), tile);
    expect(got.x[0]).toBe(2109.5 / 4096);
    expect(got.status[0]).toBe(UNKNOWN_STATUS);
    expect([got.ref.at(0) ?? "", got.name.at(0) ?? "", got.intensity[0]]).toEqual(["", "", 0]);
  });

  test("empty tiles", () => {
    expect(decodeSymbols(new ArrayBuffer(0), tile).length).toBe(0);
    expect(decodeSymbols(writeTile({ other: [] }), tile).length).toBe(0);
  });

  test("bytes that are no tile throw, so that the store can count them as a failure", () => {
    expect(() => decodeSymbols(new Uint8Array([26, 200, 1, 3, 255, 255]).buffer, tile)).toThrow();
  });
});
