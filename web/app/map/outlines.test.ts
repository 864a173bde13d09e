import { describe, expect, test } from "vitest";
import { writeTile } from "./mvt.fixture";
import { decodeOutlines, holds, traceArea, traceBorder } from "./outlines";
import type { PathSink } from "./outlines";

type Ring = [number, number][];
const square = (a: number, b: number): Ring => [
  [a, a],
  [b, a],
  [b, b],
  [a, b],
];
const hole = (a: number, b: number): Ring => [...square(a, b)].reverse();

class Recorder implements PathSink {
  readonly steps: string[] = [];
  moveTo(x: number, y: number): void {
    this.steps.push(`M${x},${y}`);
  }
  lineTo(x: number, y: number): void {
    this.steps.push(`L${x},${y}`);
  }
  closePath(): void {
    this.steps.push("Z");
  }
}

describe("decodeOutlines", () => {
  test("ground first, then territories, with names and extents", () => {
    const tile = decodeOutlines(
      writeTile({
        territories: [{ rings: [square(0, 1000)], area: true, tags: { code: "dep:13", name: "Bouches-du-Rhône", level: "dep" } }],
        basemap: [
          { rings: [square(-64, 4160)], area: true, tags: { kind: "land" } },
          { rings: [[[0, 0], [50, 70]]], tags: { kind: "river" } },
        ],
      }),
    );
    expect(tile.outlines.map((o) => [o.kind, o.area])).toEqual([
      ["land", true],
      ["river", false],
      ["dep", true],
    ]);
    expect(tile.outlines[2]).toMatchObject({ code: "dep:13", name: "Bouches-du-Rhône", minX: 0, maxX: 1000 });
    expect(tile.outlines[0]).toMatchObject({ minX: -64, maxY: 4160 });
  });

  test("points where names go", () => {
    const tags = { code: "com:13055", name: "Marseille", level: "com", population: 877_215 };
    const tile = decodeOutlines(writeTile({ territories: [{ point: [12, 34], tags }, { point: [1, 1], tags: { level: "com" } }] }));
    expect(tile.outlines).toEqual([]);
    expect(tile.names).toEqual([{ level: "com", code: "com:13055", name: "Marseille", population: 877_215, x: 12, y: 34 }]);
  });

  test("other extents are scaled", () => {
    const tile = decodeOutlines(writeTile({ basemap: [{ rings: [square(0, 512)], area: true, tags: { kind: "land" } }] }, 512));
    expect(tile.outlines[0]?.maxX).toBe(4096);
  });

  test("empty tiles", () => expect(decodeOutlines(new ArrayBuffer(0)).outlines).toEqual([]));
});

describe("drawing", () => {
  const decode = (ring: Ring, area = true) =>
    decodeOutlines(writeTile({ territories: [{ rings: [ring], area, tags: { level: "dep", name: "x" } }] }));

  test("the whole ring is filled", () => {
    const tile = decode(square(10, 20));
    const path = new Recorder();
    traceArea(tile, tile.outlines[0]!, path);
    expect(path.steps.filter((s) => s === "Z")).toHaveLength(1);
    expect(path.steps[0]).toBe("M10,10");
  });

  test("the sides that clipping made are not stroked", () => {
    // Clipped on the left: the ring runs down the buffer's edge at x = -64.
    const tile = decode([
      [-64, 100],
      [500, 100],
      [500, 300],
      [-64, 300],
    ]);
    const path = new Recorder();
    traceBorder(tile, tile.outlines[0]!, path);
    expect(path.steps).toEqual(["M-64,100", "L500,100", "L500,300", "L-64,300"]);
  });

  test("a ring within the tile is stroked all around", () => {
    const tile = decode(square(10, 20));
    const path = new Recorder();
    traceBorder(tile, tile.outlines[0]!, path);
    // The decoder repeats the first vertex at the end: the way back to it is the last side.
    expect(path.steps.slice(0, 5)).toEqual(["M10,10", "L20,10", "L20,20", "L10,20", "L10,10"]);
  });

  test("a line is not closed", () => {
    const tile = decode([[10, 10], [20, 10], [20, 30]], false);
    const path = new Recorder();
    traceBorder(tile, tile.outlines[0]!, path);
    expect(path.steps).toEqual(["M10,10", "L20,10", "L20,30"]);
  });
});

test("holds knows holes", () => {
  const tile = decodeOutlines(
    writeTile({ territories: [{ rings: [square(0, 1000), hole(400, 600)], area: true, tags: { level: "com", name: "x" } }] }),
  );
  const outline = tile.outlines[0]!;
  expect(holds(tile, outline, 100, 100)).toBe(true);
  expect(holds(tile, outline, 500, 500)).toBe(false);
  expect(holds(tile, outline, 700, 500)).toBe(true);
  expect(holds(tile, outline, 1001, 500)).toBe(false);
});
