/**
 * Where names of territories go. The view is sampled on a grid fixed to the ground; a name goes where its territory has
 * the most room around it, never over another name or a cluster, and stays there while the map pans.
 */

/** Side of a cell of the grid, in CSS pixels. */
export const CELL = 32;

/** Grid of a view: `columns` × `rows` cells, the first at (`column0`, `row0`) in cells from the world's corner. */
export interface Grid {
  column0: number;
  row0: number;
  columns: number;
  rows: number;
}

/** Smallest grid that covers a view given in world pixels. */
export function gridOver(minX: number, minY: number, maxX: number, maxY: number): Grid {
  const column0 = Math.floor(minX / CELL);
  const row0 = Math.floor(minY / CELL);
  return { column0, row0, columns: Math.ceil(maxX / CELL) - column0, rows: Math.ceil(maxY / CELL) - row0 };
}

/** A rectangle in world pixels. */
export interface Rect {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** A name as it can be written, one line or two; size in CSS pixels. */
export interface Writing {
  lines: string[];
  width: number;
  height: number;
}

/** A name placed: the middle of its text, in world pixels. */
export interface PlacedLabel {
  code: string;
  lines: string[];
  x: number;
  y: number;
  style: number;
}

/** What names have to respect. */
export interface Surroundings {
  /** How many symbols a name would cover: it keeps off them where it can. */
  crowd: { touching(rect: Rect, most?: number): number };
  /** Grows with each label placed. */
  taken: Rect[];
  /** Only labels wholly inside are placed. */
  view: Rect;
  /** Where a name was at this zoom. */
  previous: ReadonlyMap<string, PlacedLabel>;
}

export interface LabelRequest extends Surroundings {
  grid: Grid;
  /** Which territory each cell's middle is in: an index in names, or -1. */
  owner: Int32Array;
  /** Code of each territory, and its name in the manners it can be written, the preferred one first. */
  names: { code: string; writings: Writing[] }[];
  /** Passed on to the placed labels. */
  style: number;
}

/** How many cells are tried for a name before it is left out. */
const TRIES = 12;

/** A name may be wider than its territory by this much: departments are still told by a name that overhangs a little. */
const OVERHANG = 1.25;

/** Places what fits and can be read, with no symbol on it, the territories with the most cells first. */
export function placeLabels(request: LabelRequest): PlacedLabel[] {
  const cells = cellsOf(request);
  const order = [...cells.keys()].sort((a, b) => (cells.get(b)?.length ?? 0) - (cells.get(a)?.length ?? 0) || a - b);
  const room = clearance(request.grid, request.owner);
  const placed: PlacedLabel[] = [];
  for (const name of order) {
    const label = placeOne(request, name, cells.get(name) ?? [], room);
    if (label) placed.push(label);
  }
  return placed;
}

function cellsOf({ owner }: LabelRequest): Map<number, number[]> {
  const cells = new Map<number, number[]>();
  owner.forEach((name, cell) => {
    if (name < 0) return;
    const list = cells.get(name);
    if (list) list.push(cell);
    else cells.set(name, [cell]);
  });
  return cells;
}

interface Clearance {
  /** Cells of the same owner on the shorter side, the cell itself counted as a half. */
  across: Float32Array;
  down: Float32Array;
}

function clearance({ columns, rows }: Grid, owner: Int32Array): Clearance {
  const across = new Float32Array(owner.length);
  const down = new Float32Array(owner.length);
  const run = (from: number, step: number, length: number, out: Float32Array): void => {
    let start = 0;
    for (let i = 1; i <= length; i++) {
      if (i < length && owner[from + i * step] === owner[from + start * step]) continue;
      for (let j = start; j < i; j++) out[from + j * step] = Math.min(j - start, i - 1 - j) + 0.5;
      start = i;
    }
  };
  for (let row = 0; row < rows; row++) run(row * columns, 1, columns, across);
  for (let column = 0; column < columns; column++) run(column, columns, rows, down);
  return { across, down };
}

function placeOne(request: LabelRequest, name: number, cells: number[], room: Clearance): PlacedLabel | null {
  const { code, writings } = request.names[name] ?? { code: "", writings: [] };
  const readable = (writing: Writing, { x, y }: Position): boolean => free(request, writing, x, y) && covered(request, writing, x, y, 1) === 0;
  const stay = stayed(request, name, code, writings);
  if (stay && readable(stay.writing, stay)) return settle(request, code, stay.writing, stay.x, stay.y);
  for (const writing of writings) {
    const at = candidates(request, writing, cells, room).find((position) => readable(writing, position));
    if (at) return settle(request, code, writing, at.x, at.y);
  }
  return null;
}

/** Where the name was before, if its territory is still there. */
function stayed(request: LabelRequest, name: number, code: string, writings: Writing[]): (Position & { writing: Writing }) | null {
  const before = request.previous.get(code);
  const writing = before && writings.find(({ lines }) => lines.length === before.lines.length);
  if (!before || !writing || ownerAt(request, before.x, before.y) !== name) return null;
  return { x: before.x, y: before.y, writing };
}

/** Symbols that a name would cover there; those beyond `most` do not matter. */
export const covered = ({ crowd }: Surroundings, size: Writing, x: number, y: number, most?: number): number => crowd.touching(rectOf(size, x, y), most);

/** The best cells for a name: no symbols over the text, room around, near the middle of the territory. */
function candidates(request: LabelRequest, size: Writing, cells: number[], room: Clearance): Position[] {
  const { grid } = request;
  const middle = centre(grid, cells);
  const score = (cell: number): number => {
    const fit = Math.min(1.2, ((room.across[cell] ?? 0) * 2 * CELL) / size.width);
    const height = Math.min(1.2, ((room.down[cell] ?? 0) * CELL) / size.height);
    const at = position(grid, cell);
    const hidden = covered(request, size, at.x, at.y);
    return Math.min(fit, height) - Math.hypot(at.x - middle.x, at.y - middle.y) / (CELL * 24) - hidden;
  };
  return cells
    .filter((cell) => (room.across[cell] ?? 0) * 2 * CELL * OVERHANG >= size.width)
    .map((cell) => ({ cell, score: score(cell) }))
    .sort((a, b) => b.score - a.score || a.cell - b.cell)
    .slice(0, TRIES)
    .map(({ cell }) => position(grid, cell));
}

interface Position {
  x: number;
  y: number;
}

const position = ({ column0, row0, columns }: Grid, cell: number): Position => ({
  x: (column0 + (cell % columns) + 0.5) * CELL,
  y: (row0 + Math.floor(cell / columns) + 0.5) * CELL,
});

function centre(grid: Grid, cells: number[]): Position {
  let [x, y] = [0, 0];
  for (const cell of cells) {
    const at = position(grid, cell);
    x += at.x / cells.length;
    y += at.y / cells.length;
  }
  return { x, y };
}

function ownerAt({ grid, owner }: LabelRequest, x: number, y: number): number {
  const column = Math.floor(x / CELL) - grid.column0;
  const row = Math.floor(y / CELL) - grid.row0;
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return -1;
  return owner[row * grid.columns + column] ?? -1;
}

const rectOf = ({ width, height }: Writing, x: number, y: number): Rect => ({
  minX: x - width / 2 - 4,
  minY: y - height / 2 - 2,
  maxX: x + width / 2 + 4,
  maxY: y + height / 2 + 2,
});

/** Whether a name can be there: in view and over nothing that is taken. */
export function free({ taken, view }: Surroundings, size: Writing, x: number, y: number): boolean {
  const r = rectOf(size, x, y);
  if (r.minX < view.minX || r.minY < view.minY || r.maxX > view.maxX || r.maxY > view.maxY) return false;
  return !taken.some((t) => r.minX < t.maxX && r.maxX > t.minX && r.minY < t.maxY && r.maxY > t.minY);
}

function settle(request: LabelRequest, code: string, size: Writing, x: number, y: number): PlacedLabel {
  take(request, size, x, y);
  return { code, lines: size.lines, x, y, style: request.style };
}

/** Nothing else goes where this name is. */
export function take({ taken }: Surroundings, size: Writing, x: number, y: number): void {
  taken.push(rectOf(size, x, y));
}

/** A long name in two lines of about the same length, cut at a space or after a hyphen; null when it has neither. */
export function inTwoLines(name: string): [string, string] | null {
  let best: [string, string] | null = null;
  for (let i = 1; i < name.length; i++) {
    const cut: [string, string] | null =
      name[i] === " " ? [name.slice(0, i), name.slice(i + 1)] : name[i - 1] === "-" ? [name.slice(0, i), name.slice(i)] : null;
    const longest = (lines: [string, string]): number => Math.max(lines[0].length, lines[1].length);
    if (cut && (!best || longest(cut) < longest(best))) best = cut;
  }
  return best;
}
