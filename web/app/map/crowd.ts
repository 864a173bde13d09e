/** Counts the symbols that a rectangle would cover, without looking at all of them. */
import { CELL } from "./labels";
import type { Rect } from "./labels";

/** Largest radius of a single symbol, in CSS pixels. */
const RADIUS = 8;

export class Crowd {
  /** Positions (x, y, x, y …) by cell. */
  private readonly cells = new Map<number, number[]>();

  /** A symbol in world pixels. */
  add(x: number, y: number): void {
    const key = cellKey(Math.floor(x / CELL), Math.floor(y / CELL));
    const cell = this.cells.get(key);
    if (cell) cell.push(x, y);
    else this.cells.set(key, [x, y]);
  }

  /** Number of symbols that touch a rectangle; from `most` on they are not counted any further. */
  touching({ minX, minY, maxX, maxY }: Rect, most = Infinity): number {
    const [left, top, right, bottom] = [minX - RADIUS, minY - RADIUS, maxX + RADIUS, maxY + RADIUS];
    let count = 0;
    for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column++) {
      for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row++) {
        const cell = this.cells.get(cellKey(column, row)) ?? [];
        for (let i = 0; i < cell.length; i += 2) {
          const [x, y] = [cell[i] ?? 0, cell[i + 1] ?? 0];
          if (x > left && x < right && y > top && y < bottom && ++count >= most) return count;
        }
      }
    }
    return count;
  }
}

/** A world of zoom 18 has 2²¹ cells on a side. */
const cellKey = (column: number, row: number): number => column * 2 ** 22 + row;
