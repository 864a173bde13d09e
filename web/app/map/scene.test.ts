import { describe, expect, test } from "vitest";
import { describeHit } from "./hits";
import { writeTile } from "./mvt.fixture";
import { buildScene, differences, findRef, hiddenSymbols, hit, placeRadius } from "./scene";
import type { Scene } from "./scene";
import { decodeSymbols } from "./symbols";
import type { SymbolTile } from "./symbols";
import { toWorld } from "./tilemath";
import type { TileId } from "./tilemath";

const A: TileId = { z: 12, x: 2109, y: 1500 };
const B: TileId = { z: 12, x: 2110, y: 1500 };
const WORLD = 256 * 2 ** 12;

type Spec = [ref: string, x: number, y: number, status?: string, id?: number];
const places = (tile: TileId, specs: Spec[]): SymbolTile =>
  decodeSymbols(
    writeTile({
      deal_points: specs.map(([ref, x, y, status = "active", id = 0]) => ({ id, point: [x, y], tags: { ref, status, intensity: 3 } })),
    }),
    tile,
  );
const refs = (scene: Scene): (string | undefined)[] => scene.tile.map((tile, i) => tile.ref.at(scene.index[i] ?? 0));
const sceneOf = (...tiles: [TileId, SymbolTile][]): Scene =>
  buildScene(
    tiles.map(([id]) => id),
    (id) => tiles.find(([other]) => other === id)?.[1],
    () => [],
  );

describe("buildScene", () => {
  test("what is active is drawn last", () => {
    const tile = places(A, [["a", 1, 1, "active"], ["c", 2, 2, "closed"], ["s", 3, 3, "dormant"], ["d", 4, 4, "disrupted"], ["r", 5, 5, "reported"]]);
    expect(refs(sceneOf([A, tile]))).toEqual(["c", "s", "r", "d", "a"]);
  });

  test("the same feature on both sides of an edge is drawn once, equal ids elsewhere are not confused", () => {
    const left = places(A, [["x", 4095, 10, "active", 42], ["y", 100, 100, "active", 7]]);
    const right = places(B, [["x", 0, 10, "active", 42], ["z", 100, 100, "active", 7]]);
    expect(refs(sceneOf([A, left], [B, right])).sort()).toEqual(["x", "y", "z"]);
  });

  test("features without id are all drawn", () => {
    expect(sceneOf([A, places(A, [["x", 5, 5], ["y", 5, 5]])]).length).toBe(2);
  });

  test("a tile that has not come is filled from the zoom before, within its bounds only", () => {
    const parent: TileId = { z: 11, x: 1054, y: 750 };
    // Tile A is the right half of the top of its parent.
    const old = places(parent, [["in", 3000, 100], ["out", 100, 100]]);
    const scene = buildScene([A, B], (id) => (id === B ? places(B, [["b", 9, 9]]) : undefined), () => [old]);
    expect(refs(scene).sort()).toEqual(["b", "in"]);
  });

  test("small clusters are drawn over large ones", () => {
    const tile = decodeSymbols(
      writeTile({ clusters: [5, 500, 50].map((count, i) => ({ point: [i, 0] as [number, number], tags: { count, active: count } })) }),
      { z: 6, x: 32, y: 22 },
    );
    const scene = buildScene([{ z: 6, x: 32, y: 22 }], () => tile, () => []);
    expect([...scene.index].map((i) => tile.count[i])).toEqual([500, 50, 5]);
  });
});

describe("hit", () => {
  // 16 tile units are one pixel at this zoom.
  const scene = sceneOf([A, places(A, [["a", 1600, 1600], ["b", 1680, 1600]])]);
  const at = (px: number, py: number, tolerance = 4): string | undefined => {
    const i = hit(scene, (A.x + px / 256) / 4096, (A.y + py / 256) / 4096, WORLD, 12, tolerance);
    return i < 0 ? undefined : refs(scene)[i];
  };

  test("the nearest one, where symbols overlap too", () => {
    expect(at(100, 100)).toBe("a");
    expect(at(102, 100)).toBe("a");
    expect(at(103, 100)).toBe("b");
  });

  test("as far as its radius and the tolerance, not farther", () => {
    const reach = placeRadius(12, 3);
    expect(at(100 - reach - 3.9, 100)).toBe("a");
    expect(at(100 - reach - 4.2, 100)).toBeUndefined();
    expect(at(100 - reach - 4.2, 100, 16)).toBe("a");
  });

  test("agrees with a search through everything, seed 5", () => {
    let seed = 5;
    const random = (n: number): number => {
      seed = (seed * 1664525 + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * n);
    };
    const many = sceneOf([A, places(A, Array.from({ length: 800 }, (_, i): Spec => [`p${i}`, random(4096), random(4096)]))]);
    for (let trial = 0; trial < 200; trial++) {
      const [px, py] = [random(256), random(256)];
      const [x, y] = [(A.x + px / 256) / 4096, (A.y + py / 256) / 4096];
      const distance = (i: number): number => Math.hypot((many.x[i] ?? 0) - x, (many.y[i] ?? 0) - y) * WORLD;
      const got = hit(many, x, y, WORLD, 12, 4);
      const nearest = Math.min(...Array.from({ length: many.length }, (_, i) => distance(i)));
      if (nearest <= placeRadius(12, 3) + 4) expect(distance(got)).toBeCloseTo(nearest, 6);
      else expect(got).toBe(-1);
    }
  });
});

test("a hit says everything the tile told", () => {
  const scene = sceneOf([A, places(A, [["13-K7QF", 2048, 2048, "disrupted"]])]);
  const found = describeHit(scene, findRef(scene, "13-K7QF"));
  expect(found).toMatchObject({ ref: "13-K7QF", status: "disrupted", intensity: 3 });
  const [x, y] = toWorld(found.lngLat);
  expect(x * 4096).toBeCloseTo(2109.5, 6);
  expect(y * 4096).toBeCloseTo(1500.5, 6);
  expect(findRef(scene, "13-ZZZZ")).toBe(-1);
});

test("a cluster's hit counts by status", () => {
  const id: TileId = { z: 6, x: 32, y: 22 };
  const tile = decodeSymbols(writeTile({ clusters: [{ point: [5, 5], tags: { count: 12, active: 9, closed: 3 } }] }), id);
  const found = describeHit(buildScene([id], () => tile, () => []), 0);
  expect(found).toMatchObject({ count: 12, byStatus: { reported: 0, active: 9, disrupted: 0, dormant: 0, closed: 3 } });
});

describe("differences", () => {
  const before = places(A, [["a", 1, 1, "active"], ["b", 2, 2, "active"], ["s", 3, 3, "active"], ["g", 4, 4, "active"]]);
  const at = (x: number): { x: number; y: number } => ({ x: (A.x + x / 4096) / 4096, y: (A.y + x / 4096) / 4096 });
  test("news are the new and those of another status, not the moved or the gone, which are drawn otherwise as well", () => {
    const after = places(A, [["n", 9, 9, "reported"], ["a", 7, 7, "active"], ["b", 2, 2, "closed"], ["s", 3, 3, "active"]]);
    const { news, drawn } = differences(before, after);
    expect(news).toEqual([at(9), at(2)]);
    expect(drawn).toEqual([at(9), at(7), at(2), at(1), at(2), at(4)]);
    expect(differences(before, before)).toEqual({ news: [], drawn: [] });
  });
  test("places that have numbers are told apart by them, and no reference is read", () => {
    const [old, after] = [places(A, [["a", 1, 1, "active", 7], ["b", 2, 2, "active", 8]]), places(A, [["b", 2, 2, "closed", 8], ["a", 1, 1, "active", 7], ["n", 3, 3, "active", 9]])];
    const unread = { at: () => { throw new Error("a text was made"); } };
    expect(differences({ ...old, ref: unread }, { ...after, ref: unread }).news).toEqual([at(2), at(3)]);
  });
});

test("a more intense place is drawn larger, an unknown intensity is average", () => {
  expect(placeRadius(12, 5)).toBeGreaterThan(placeRadius(12, 1));
  expect(placeRadius(12, 0)).toBeGreaterThan(placeRadius(12, 1));
  expect(placeRadius(12, 0)).toBeLessThan(placeRadius(12, 5));
  expect(placeRadius(16, 3)).toBeGreaterThan(placeRadius(9, 3));
});

describe("hiddenSymbols", () => {
  const frame = { left: A.x * 256, top: A.y * 256, width: 256, height: 256, worldPixels: WORLD };
  const hidden = (scene: Scene): (string | undefined)[] => refs(scene).filter((_, i) => hiddenSymbols(scene, frame)[i] === 1);

  test("one of two of the same status on the same spot, none of two statuses", () => {
    expect(hidden(sceneOf([A, places(A, [["a", 160, 160], ["b", 161, 161], ["c", 160, 160, "closed"]])]))).toHaveLength(1);
    expect(hidden(sceneOf([A, places(A, [["a", 160, 160], ["b", 320, 160]])]))).toEqual([]);
  });

  test("a place of a status that this version does not know is drawn, and hides none of another", () => {
    expect(hidden(sceneOf([A, places(A, [["u", 160, 160, "a status of tomorrow"]])]))).toEqual([]);
    expect(hidden(sceneOf([A, places(A, [["u", 160, 160, "a status of tomorrow"], ["a", 160, 160]])]))).toEqual([]);
  });

  test("what is outside, unless it reaches in", () => {
    const far = places(B, [["far", 2000, 100], ["near", 10, 100]]);
    expect(hidden(sceneOf([B, far]))).toEqual(["far"]);
  });
});
