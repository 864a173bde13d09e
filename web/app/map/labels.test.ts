import { describe, expect, test } from "vitest";
import { Crowd } from "./crowd";
import { CELL, gridOver, inTwoLines, placeLabels } from "./labels";
import type { LabelRequest, PlacedLabel, Rect } from "./labels";

const names = (...widths: number[]): LabelRequest["names"] =>
  widths.map((width, i) => ({ code: `t${i}`, writings: [{ lines: [`Territoire ${i}`], width, height: 15 }] }));

/** A request over a picture of the ground: one letter a cell, A is territory 0, a point is none. */
function request(picture: string[], widths: number[], more: Partial<LabelRequest> = {}): LabelRequest {
  const rows = picture.length;
  const columns = picture[0]?.length ?? 0;
  const owner = Int32Array.from(picture.join(""), (c) => (c === "." ? -1 : c.charCodeAt(0) - 65));
  return {
    grid: { column0: 0, row0: 0, columns, rows },
    owner,
    names: names(...widths),
    style: 1,
    taken: [],
    view: { minX: 0, minY: 0, maxX: columns * CELL, maxY: rows * CELL },
    previous: new Map(),
    crowd: new Crowd(),
    ...more,
  };
}

const cellOf = ({ x, y }: PlacedLabel): [number, number] => [Math.floor(x / CELL), Math.floor(y / CELL)];
const twoHalves = Array.from({ length: 9 }, () => "AAAAAAAAABBBBBBBBB");

describe("placeLabels", () => {
  test("in the middle of each territory", () => {
    const placed = placeLabels(request(twoHalves, [100, 100]));
    expect(placed.map((p) => [p.code, ...cellOf(p)])).toEqual([
      ["t0", 4, 4],
      ["t1", 13, 4],
    ]);
  });

  test("inside a territory that bends around another", () => {
    const placed = placeLabels(request(["AAAAAAAA", "A......A", "A......A", "A......A"], [90]));
    expect(placed.map(cellOf)[0]?.[1]).toBe(0);
  });

  test("a name too long for its territory is left out", () => {
    expect(placeLabels(request(["......", "..AA..", "......"], [150]))).toEqual([]);
  });

  test("two lines where one is too long", () => {
    const wide = request(["........", "..AAA...", "..AAA...", "........"], [0]);
    wide.names = [{ code: "x", writings: [{ lines: ["Pays de la Loire"], width: 150, height: 15 }, { lines: ["Pays de", "la Loire"], width: 70, height: 30 }] }];
    expect(placeLabels(wide)[0]?.lines).toEqual(["Pays de", "la Loire"]);
  });

  test("never over something taken, never over each other", () => {
    const taken: Rect[] = [{ minX: 0, minY: 3 * CELL, maxX: 18 * CELL, maxY: 6 * CELL }];
    const placed = placeLabels(request(twoHalves, [200, 200], { taken: [...taken] }));
    expect(placed).toHaveLength(2);
    for (const { y } of placed) expect(y < 3 * CELL || y > 6 * CELL).toBe(true);
  });

  test("left out where every place has a symbol on it", () => {
    const crowd = new Crowd();
    for (let x = 0; x < 40 * CELL; x += 16) for (let y = 0; y < 40 * CELL; y += 10) crowd.add(x, y);
    expect(placeLabels(request(twoHalves, [100, 100], { crowd }))).toEqual([]);
  });

  test("off a crowd when there is room beside it", () => {
    const crowd = new Crowd();
    for (let i = 0; i < 40; i++) crowd.add(4 * CELL + (i % 8) * 8, 4.5 * CELL);
    const [placed] = placeLabels(request(twoHalves, [100, 100], { crowd }));
    expect(cellOf(placed!)[1]).not.toBe(4);
  });

  test("stays where it was while that is possible", () => {
    const before: PlacedLabel = { code: "t0", lines: ["Territoire 0"], x: 2.7 * CELL, y: 2.2 * CELL, style: 1 };
    const previous = new Map([["t0", before]]);
    expect(placeLabels(request(twoHalves, [100, 100], { previous }))[0]).toMatchObject({ x: before.x, y: before.y });
    const gone = new Map([["t0", { ...before, x: 14 * CELL }]]);
    expect(cellOf(placeLabels(request(twoHalves, [100, 100], { previous: gone }))[0]!)).toEqual([4, 4]);
  });

  test("makes way when symbols have come over it", () => {
    const crowd = new Crowd();
    crowd.add(2.7 * CELL, 2.2 * CELL);
    const previous = new Map([["t0", { code: "t0", lines: ["Territoire 0"], x: 2.7 * CELL, y: 2.2 * CELL, style: 1 }]]);
    const placed = placeLabels(request(twoHalves, [100, 100], { previous, crowd }));
    expect(cellOf(placed.find((p) => p.code === "t0")!)).toEqual([4, 4]);
  });
});

test("the grid is fixed to the ground", () => {
  expect(gridOver(100, 100, 200, 200)).toEqual({ column0: 3, row0: 3, columns: 4, rows: 4 });
  expect(gridOver(CELL * 5, 0, CELL * 6, CELL)).toEqual({ column0: 5, row0: 0, columns: 1, rows: 1 });
});

test.each([
  ["Auvergne-Rhône-Alpes", ["Auvergne-", "Rhône-Alpes"]],
  ["Pays de la Loire", ["Pays de", "la Loire"]],
  ["Bretagne", null],
])("%s in two lines", (name, lines) => expect(inTwoLines(name)).toEqual(lines));

test("a crowd is counted by what touches a rectangle", () => {
  const crowd = new Crowd();
  crowd.add(100, 100);
  crowd.add(100, 100);
  crowd.add(131, 100);
  expect(crowd.touching({ minX: 95, minY: 95, maxX: 105, maxY: 105 })).toBe(2);
  expect(crowd.touching({ minX: 95, minY: 95, maxX: 125, maxY: 105 })).toBe(3);
  expect(crowd.touching({ minX: 95, minY: 95, maxX: 125, maxY: 105 }, 2)).toBe(2);
  expect(crowd.touching({ minX: 300, minY: 95, maxX: 325, maxY: 105 })).toBe(0);
});
