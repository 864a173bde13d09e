import { describe, expect, test } from "vitest";
import { writeTile } from "./mvt.fixture";
import { decodeOutlines } from "./outlines";
import { findOwners } from "./owners";

const rect = (x1: number, y1: number, x2: number, y2: number): [number, number][][] => [[[x1, y1], [x2, y1], [x2, y2], [x1, y2]]];
const tile = decodeOutlines(
  writeTile({
    territories: [
      { rings: rect(0, 0, 2048, 4096), area: true, tags: { code: "dep:1", name: "Ain", level: "dep" } },
      { rings: rect(2048, 0, 4096, 4096), area: true, tags: { code: "dep:2", name: "Aisne", level: "dep" } },
      { rings: rect(0, 0, 4096, 4096), area: true, tags: { code: "reg:1", name: "Région", level: "reg" } },
    ],
  }),
);

describe("findOwners", () => {
  const grid = { column0: 0, row0: 0, columns: 8, rows: 1 };

  test("one level, cell by cell", () => {
    const { owner, territories } = findOwners(grid, 5, "dep", (key) => (key === "5/0/0" ? tile : undefined));
    expect([...owner]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(territories.map((t) => t.name)).toEqual(["Ain", "Aisne"]);
  });

  test("a tile that is not there has no owner", () => {
    expect([...findOwners(grid, 5, "dep", () => undefined).owner]).toEqual(new Array(8).fill(-1));
  });

  test("closer than zoom 14 from the enlarged tile", () => {
    // At zoom 16 the tile is 1,024 pixels wide: 8 cells reach a quarter of it.
    const near = findOwners({ ...grid, column0: 12 }, 16, "dep", (key) => (key === "14/0/0" ? tile : undefined));
    expect([...near.owner]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });
});
