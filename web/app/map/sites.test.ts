import { describe, expect, test } from "vitest";
import { siteKinds } from "../core/vocabulary";
import { describeHit } from "./hits";
import { kindShape } from "./kindshape";
import { writeTile } from "./mvt.fixture";
import { buildScene, EMPTY_SCENE, findRef, hiddenSymbols, hit, JoinedScenes, joinScenes, symbolRadius } from "./scene";
import { decodeSymbols } from "./symbols";
import type { SymbolTile } from "./symbols";

const A = { z: 12, x: 2109, y: 1500 };
const WORLD = 256 * 2 ** 12;
const tile = (layer: string, ...places: [ref: string, kind: string, x: number][]): SymbolTile =>
  decodeSymbols(writeTile({ [layer]: places.map(([ref, kind, x]) => ({ point: [x, 2048] as [number, number], tags: { ref, kind, name: `Lieu ${ref}`, status: "active", intensity: 3 } })) }), A);
const scene = (of: SymbolTile) => buildScene([A], () => of, () => []);

describe("support sites", () => {
  test("are decoded like points, each kind told apart", () => {
    const got = tile("sites", ...siteKinds.map((kind, i): [string, string, number] => [kind, kind, i * 300]));
    expect([...got.site.subarray(0, got.length)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tile("deal_points", ["a", "four", 5]).site[0]).toBe(0);
  });

  test("have outlines of their own, none a disc, as wide as others", () => {
    const outlines = siteKinds.map((kind) => kindShape(kind));
    expect(new Set(outlines.map((corners) => JSON.stringify(corners))).size).toBe(siteKinds.length);
    for (const corners of outlines) {
      const reach = Math.max(...(corners ?? []).map(([x, y]) => Math.hypot(x, y)));
      expect(reach).toBeGreaterThan(1);
      // The sprite has room for them.
      expect(reach).toBeLessThan(1.46);
    }
  });

  test("lie over points and are found first where both are", () => {
    const [points, sites] = [scene(tile("deal_points", ["p", "street", 1000], ["q", "street", 3000])), scene(tile("sites", ["s", "warehouse", 1000]))];
    const joined = joinScenes(points, sites);
    expect(joined.length).toBe(3);
    const at = (x: number): string => {
      const i = hit(joined, (2109 + x / 4096) / 4096, (1500 + 2048 / 4096) / 4096, WORLD, 12, 4);
      const found = i < 0 ? null : describeHit(joined, i);
      return found && "ref" in found ? found.ref : "";
    };
    expect([at(1000), at(3000), at(2000)]).toEqual(["s", "q", ""]);
    const s = findRef(joined, "s");
    expect(symbolRadius(joined, s, 12)).toBeGreaterThan(symbolRadius(joined, findRef(joined, "p"), 12));
    const joining = new JoinedScenes();
    const first = joining.join(points, sites, EMPTY_SCENE);
    expect(first).toEqual(joined);
    expect(joining.join(points, sites, EMPTY_SCENE)).toBe(first);
    expect(joining.join(points, EMPTY_SCENE, EMPTY_SCENE)).toBe(points);
    expect(joinScenes(points, EMPTY_SCENE)).toBe(points);
    expect(joinScenes(EMPTY_SCENE, sites)).toBe(sites);
  });

  test("do not hide under a site of another kind, nor a point under a site", () => {
    const joined = joinScenes(scene(tile("deal_points", ["p", "street", 1000])), scene(tile("sites", ["s", "warehouse", 1000], ["t", "growshop", 1000], ["u", "growshop", 1000])));
    const window = { left: 2109 * 256, top: 1500 * 256, width: 256, height: 256, worldPixels: WORLD };
    const shown = [...hiddenSymbols(joined, window)].filter((hidden) => hidden === 0).length;
    expect(shown).toBe(3);
  });
});
