/** Which territory each cell of a grid lies in, from the tiles at hand. */
import { CELL } from "./labels";
import type { Grid } from "./labels";
import { EXTENT, holds } from "./outlines";
import type { Outline, OutlineTile } from "./outlines";
import { TILE_SIZE, nativeTile, tileKey } from "./tilemath";

export interface Owners {
  /** Index in territories by cell of the grid, or -1. */
  owner: Int32Array;
  territories: { code: string; name: string }[];
}

/** Finds the territory of one level under the middle of each cell; cells whose tile is not there yet have none. */
export function findOwners(grid: Grid, zoom: number, level: string, get: (key: string) => OutlineTile | undefined): Owners {
  const owner = new Int32Array(grid.columns * grid.rows).fill(-1);
  const territories: Owners["territories"] = [];
  const indexOf = new Map<string, number>();
  const native = nativeTile({ z: zoom, x: 0, y: 0 }).z;
  // Side of one native tile on the screen at this zoom, in pixels.
  const side = TILE_SIZE * 2 ** (zoom - native);
  let last: { tile: OutlineTile; outline: Outline } | undefined;
  for (let cell = 0; cell < owner.length; cell++) {
    const px = (grid.column0 + (cell % grid.columns) + 0.5) * CELL;
    const py = (grid.row0 + Math.floor(cell / grid.columns) + 0.5) * CELL;
    const [tx, ty] = [Math.floor(px / side), Math.floor(py / side)];
    const tile = get(tileKey({ z: native, x: tx, y: ty }));
    if (!tile) continue;
    const x = (px / side - tx) * EXTENT;
    const y = (py / side - ty) * EXTENT;
    // Neighbouring cells are mostly in the same territory.
    const outline =
      last && last.tile === tile && holds(tile, last.outline, x, y)
        ? last.outline
        : tile.outlines.find((o) => o.kind === level && o.area && o.name !== "" && holds(tile, o, x, y));
    if (!outline) continue;
    last = { tile, outline };
    const key = outline.code || outline.name;
    let index = indexOf.get(key);
    if (index === undefined) {
      index = territories.push({ code: key, name: outline.name }) - 1;
      indexOf.set(key, index);
    }
    owner[cell] = index;
  }
  return { owner, territories };
}
