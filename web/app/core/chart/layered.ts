import { neighboursOf, type Layout, type LayoutInput } from "./force";
import { ranks, type RankInput } from "./rank";
import { SPACING } from "./spread";

/** Between places of a row, between the rows of one layer, and between layers. */
const across = SPACING * 2.6;
const within = SPACING * 2.4;
const between = SPACING * 4.2;

/**
 * Goods come from above: layers by the longest way (Sugiyama, Tagawa and Toda 1981), places of a layer in the order of the
 * means of their neighbours. A layer too wide for the screen takes several rows.
 */
export function layeredLayout(input: LayoutInput & Pick<RankInput, "goods" | "entries">): Layout {
  const { n, from, to } = input;
  const layers = ranks(input);
  const neighbours = neighboursOf(n, from, to);
  const rows: number[][] = [];
  for (let i = 0; i < n; i++) (rows[layers[i] ?? 0] ??= []).push(i);
  const filled = Array.from({ length: rows.length }, (_, k) => rows[k] ?? []);
  sortRows(filled, layers, neighbours);

  const most = Math.max(12, Math.ceil(Math.sqrt(n) * 2));
  const [x, y] = [new Float64Array(n), new Float64Array(n)];
  let top = 0;
  for (const row of filled) {
    if (row.length === 0) continue;
    const lines = Math.ceil(row.length / most);
    // Neighbours in order stay side by side: columns are filled from above.
    row.forEach((i, k) => {
      const column = Math.floor(k / lines);
      x[i] = (column - (Math.ceil(row.length / lines) - 1) / 2) * across + (lines > 1 ? ((k % lines) % 2) * across * 0.5 : 0);
      y[i] = top + (k % lines) * within;
    });
    top += (lines - 1) * within + between;
  }
  if (n < 1500) straighten(filled, most, neighbours, x);
  return { x, y, layers };
}

/** Sweeps down and up, each place going to the mean of its neighbours in other layers (barycentre); ties keep their order. */
function sortRows(rows: number[][], layers: Int32Array, neighbours: readonly (readonly number[])[]): void {
  const at = new Float64Array(layers.length);
  const number = (row: readonly number[]): void => row.forEach((i, k) => (at[i] = row.length > 1 ? k / (row.length - 1) : 0.5));
  rows.forEach(number);
  for (let sweep = 0; sweep < 10; sweep++) {
    const order = sweep % 2 === 0 ? rows : [...rows].reverse();
    for (const row of order) {
      const mean = new Map<number, number>();
      for (const i of row) {
        const near = (neighbours[i] ?? []).filter((j) => layers[j] !== layers[i]);
        mean.set(i, near.length > 0 ? near.reduce((sum, j) => sum + (at[j] ?? 0), 0) / near.length : (at[i] ?? 0));
      }
      row.sort((a, b) => (mean.get(a) ?? 0) - (mean.get(b) ?? 0) || a - b);
      number(row);
    }
  }
}

/** Moves the places of narrow rows towards their neighbours, in their order and with room between them. */
function straighten(rows: readonly (readonly number[])[], most: number, neighbours: readonly (readonly number[])[], x: Float64Array): void {
  for (let round = 0; round < 12; round++) {
    for (const row of round % 2 === 0 ? rows : [...rows].reverse()) {
      if (row.length === 0 || row.length > most) continue;
      const wanted = row.map((i) => {
        const near = neighbours[i] ?? [];
        // Rows lean to the middle, else they would drift apart.
        return 0.8 * (near.length > 0 ? near.reduce((sum, j) => sum + (x[j] ?? 0), 0) / near.length : (x[i] ?? 0));
      });
      // The mean of what is pushed to the right and what is pushed to the left keeps the row where it wants to be.
      const right = [...wanted];
      for (let k = 1; k < right.length; k++) right[k] = Math.max(right[k] ?? 0, (right[k - 1] ?? 0) + across);
      const left = [...wanted];
      for (let k = left.length - 2; k >= 0; k--) left[k] = Math.min(left[k] ?? 0, (left[k + 1] ?? 0) - across);
      row.forEach((i, k) => (x[i] = ((right[k] ?? 0) + (left[k] ?? 0)) / 2));
    }
  }
}
