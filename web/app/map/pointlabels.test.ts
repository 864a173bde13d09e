import { expect, test } from "vitest";
import { Crowd } from "./crowd";
import type { PlacedLabel, Surroundings } from "./labels";
import { communeText, placePointNames } from "./pointlabels";
import type { PointName } from "./pointlabels";

const name = (code: string, x: number, y: number): PointName => ({ code, x, y, writing: { lines: [code], width: 60, height: 14 }, style: 2 });
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  crowd: new Crowd(),
  taken: [],
  view: { minX: 0, minY: 0, maxX: 400, maxY: 400 },
  previous: new Map(),
  ...more,
});

test("a name is at its town", () => {
  expect(placePointNames([name("a", 100, 100)], around())).toEqual([{ code: "a", lines: ["a"], x: 100, y: 100, style: 2 }]);
});

test("below the cluster of its town", () => {
  const taken = [{ minX: 88, minY: 88, maxX: 112, maxY: 112 }];
  const [label] = placePointNames([name("a", 100, 100)], around({ taken }));
  expect(label?.y).toBeGreaterThan(112 + 7);
  expect(label?.y).toBeLessThan(140);
});

test("off the symbol of its town", () => {
  const crowd = new Crowd();
  crowd.add(100, 100);
  expect(placePointNames([name("a", 100, 100)], around({ crowd }))[0]?.y).not.toBe(100);
});

test("not at all where it could not be read, unless it is a landmark", () => {
  const crowd = new Crowd();
  for (let x = 60; x < 140; x += 5) for (let y = 0; y < 200; y += 5) crowd.add(x, y);
  expect(placePointNames([name("a", 100, 100)], around({ crowd }))).toEqual([]);
  expect(placePointNames([{ ...name("a", 100, 100), landmark: true }], around({ crowd }))).toHaveLength(1);
});

test("the first has the choice, what finds no room is left out", () => {
  const names = Array.from({ length: 20 }, (_, i) => name(`n${i}`, 100, 100));
  const placed = placePointNames(names, around());
  expect(placed[0]).toMatchObject({ code: "n0", y: 100 });
  expect(placed.length).toBeGreaterThan(1);
  expect(placed.length).toBeLessThan(8);
  const rows = placed.map((p) => p.y).sort((a, b) => a - b);
  for (let i = 1; i < rows.length; i++) expect((rows[i] ?? 0) - (rows[i - 1] ?? 0)).toBeGreaterThanOrEqual(14);
});

test("never cut by the edge of the view", () => {
  const placed = placePointNames([name("a", -25, 100), name("b", 100, 3), name("c", 10, 200)], around());
  expect(placed.map((p) => p.code)).toEqual(["b", "c"]);
  for (const { x, y } of placed) {
    expect(x).toBeGreaterThanOrEqual(30);
    expect(y).toBeGreaterThanOrEqual(7);
  }
});

test("beside its town where symbols are over and under it, never with one on it", () => {
  const crowd = new Crowd();
  for (let x = 60; x <= 140; x += 10) for (let y = 60; y <= 140; y += 4) if (y < 84 || y > 116) crowd.add(x, y);
  crowd.add(100, 100);
  const [label] = placePointNames([name("a", 100, 100)], around({ crowd }));
  expect(Math.abs((label?.x ?? 0) - 100)).toBe(42);
  expect(crowd.touching({ minX: (label?.x ?? 0) - 30, maxX: (label?.x ?? 0) + 30, minY: 93, maxY: 107 })).toBe(0);
  crowd.add(140, 100);
  crowd.add(60, 100);
  expect(placePointNames([name("a", 100, 100)], around({ crowd }))).toEqual([]);
});

test("stays where it was", () => {
  const before: PlacedLabel = { code: "a", lines: ["a"], x: 100, y: 114, style: 2 };
  expect(placePointNames([name("a", 100, 100)], around({ previous: new Map([["a", before]]) }))[0]?.y).toBe(114);
});

test.each([
  ["Marseille 3e Arrondissement", 9, null],
  ["Marseille 3e Arrondissement", 13, "3e arr."],
  ["Paris 1er Arrondissement", 12, "1er arr."],
  ["Marseille", 9, "Marseille"],
  ["Arrondissement-le-Vieux", 9, "Arrondissement-le-Vieux"],
])("%s at zoom %d", (full, zoom, text) => expect(communeText(full, zoom)).toBe(text));
