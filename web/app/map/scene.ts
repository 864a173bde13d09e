/** Everything symbolic in view, gathered from its tiles in the order of drawing, and found again under the pointer. */
import { fitRadii } from "./cluster";
import { REACH, around } from "./parts";
import { SITE_SIZE } from "./shapes";
import { STATUS_COUNT } from "./symbols";
import type { SymbolTile } from "./symbols";
import type { PixelBox, TileId, WorldBox } from "./tilemath";
import { TILE_SIZE, tileWorldBox } from "./tilemath";

/** Two features with the same id closer than this (in world units, about 40 m) are one feature seen twice. */
const SAME_PLACE = 1e-6;

/** Status indices from the bottom of the drawing to its top: what is active must not hide under what is closed. */
const DRAW_RANK = [2, 4, 3, 1, 0];

export interface Scene {
  length: number;
  /** Tile and index in it, of each symbol. */
  tile: SymbolTile[];
  index: Uint32Array;
  x: Float64Array;
  y: Float64Array;
  /** Outer radius of each cluster, in CSS pixels; 0 for what is drawn as a single place. */
  cluster: Float32Array;
}

export const EMPTY_SCENE: Scene = {
  length: 0,
  tile: [],
  index: new Uint32Array(0),
  x: new Float64Array(0),
  y: new Float64Array(0),
  cluster: new Float32Array(0),
};

/**
 * Gathers the symbols of the wanted tiles. A wanted tile that has not come yet is filled from tiles of other zooms that
 * are still loaded, so that nothing blinks while zooming. With `countsOnly` a count of one is a cluster too: nothing looks
 * like the place of a point.
 */
export function buildScene(
  wanted: TileId[],
  get: (tile: TileId) => SymbolTile | undefined,
  others: () => Iterable<SymbolTile>,
  countsOnly = false,
): Scene {
  const parts: Part[] = [];
  for (const id of wanted) {
    const tile = get(id);
    const box = tileWorldBox(id);
    if (tile) parts.push({ tile, box, whole: true });
    else for (const other of others()) parts.push({ tile: other, box, whole: false });
  }
  const { tile: tiles, index, rank: ranks, length } = pick(parts);
  const order = inOrder(ranks, length);
  const x = new Float64Array(length);
  const y = new Float64Array(length);
  const counts = new Uint32Array(length);
  const at = new Uint32Array(length);
  const tile: SymbolTile[] = new Array<SymbolTile>(length);
  for (let to = 0; to < length; to++) {
    const from = order[to] ?? 0;
    const of = tiles[from] as SymbolTile;
    const i = index[from] ?? 0;
    const count = of.count[i] ?? 1;
    tile[to] = of;
    at[to] = i;
    x[to] = of.x[i] ?? 0;
    y[to] = of.y[i] ?? 0;
    counts[to] = count > 1 || (countsOnly && of.clusters) ? count : 0;
  }
  return { length, tile, index: at, x, y, cluster: fitRadii(x, y, counts, TILE_SIZE * 2 ** (wanted[0]?.z ?? 0)) };
}

/** A tile, or (not `whole`) what of another one stands in for it: what is in its box. */
interface Part {
  tile: SymbolTile;
  box: WorldBox;
  whole: boolean;
}

interface Picked {
  length: number;
  tile: SymbolTile[];
  index: Uint32Array;
  rank: Float64Array;
}

/** All symbols of the parts, each once: only at the edge of a box can one come twice. */
function pick(parts: readonly Part[]): Picked {
  const most = parts.reduce((sum, { tile }) => sum + tile.length, 0);
  const picked: Picked = { length: 0, tile: new Array<SymbolTile>(most), index: new Uint32Array(most), rank: new Float64Array(most) };
  const seen = new Map<number, number>();
  for (const { tile, box, whole } of parts) {
    for (let i = 0; i < tile.length; i++) {
      if (!whole && !within(box, tile, i)) continue;
      const n = picked.length;
      if (!within(box, tile, i, SAME_PLACE) && twice(seen, picked, tile, i)) continue;
      picked.tile[n] = tile;
      picked.index[n] = i;
      picked.rank[n] = rank(tile, i);
      picked.length++;
    }
  }
  return picked;
}

/** Whether a symbol is there already; if not, it is from now on. */
function twice(seen: Map<number, number>, { tile: tiles, index, length }: Picked, tile: SymbolTile, i: number): boolean {
  const id = tile.id[i] ?? 0;
  if (id === 0) return false;
  const other = seen.get(id);
  if (other !== undefined) {
    const twin = tiles[other];
    const at = index[other] ?? 0;
    if (twin && Math.abs((twin.x[at] ?? 0) - (tile.x[i] ?? 0)) < SAME_PLACE && Math.abs((twin.y[at] ?? 0) - (tile.y[i] ?? 0)) < SAME_PLACE) return true;
  }
  seen.set(id, length);
  return false;
}

/** Indices from the lowest rank to the highest, as they come within a rank. Ranks of places are few, and places are many. */
function inOrder(ranks: Float64Array, length: number): Uint32Array {
  const order = new Uint32Array(length);
  const groups: number[] = [];
  let to = 0;
  for (let i = 0; i < length; i++) if ((ranks[i] ?? 0) < 0) groups.push(i);
  groups.sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
  for (const i of groups) order[to++] = i;
  for (let rank = 0; rank < DRAW_RANK.length; rank++) {
    for (let i = 0; i < length; i++) if (ranks[i] === rank) order[to++] = i;
  }
  return order;
}

/** One scene over another: what is in the second lies on top. */
export function joinScenes(below: Scene, above: Scene): Scene {
  if (above.length === 0) return below;
  if (below.length === 0) return above;
  const joined = <T extends Uint32Array | Float32Array | Float64Array>(into: T, a: T, b: T): T => {
    into.set(a);
    into.set(b, a.length);
    return into;
  };
  const length = below.length + above.length;
  return {
    length,
    tile: below.tile.concat(above.tile),
    index: joined(new Uint32Array(length), below.index, above.index),
    x: joined(new Float64Array(length), below.x, above.x),
    y: joined(new Float64Array(length), below.y, above.y),
    cluster: joined(new Float32Array(length), below.cluster, above.cluster),
  };
}

/** Scenes over one another, the first at the bottom; joined anew only when one of them is another one. */
export class JoinedScenes {
  private of: readonly Scene[] = [];
  private scene = EMPTY_SCENE;

  join(...of: readonly Scene[]): Scene {
    if (of.length !== this.of.length || of.some((part, i) => part !== this.of[i])) {
      this.of = of;
      this.scene = of.reduce(joinScenes, EMPTY_SCENE);
    }
    return this.scene;
  }
}

/** Small clusters above large ones, then places by status. */
function rank(tile: SymbolTile, index: number): number {
  const count = tile.count[index] ?? 1;
  return count > 1 ? -count : (DRAW_RANK[tile.status[index] ?? 0] ?? 2);
}

/** Whether a symbol is in a box, not nearer to its edge than `margin`. */
function within(box: WorldBox, tile: SymbolTile, i: number, margin = 0): boolean {
  const x = tile.x[i] ?? 0;
  const y = tile.y[i] ?? 0;
  return x >= box.minX + margin && x < box.maxX - margin && y >= box.minY + margin && y < box.maxY - margin;
}

/** Radius of a single place's symbol, in CSS pixels: grows with the zoom and, a little, with the intensity. */
export function placeRadius(zoom: number, intensity: number): number {
  const base = Math.max(4.5, Math.min(8, 4.5 + (zoom - 8) * 0.5));
  return base * (intensity === 0 ? 1 : 0.84 + 0.08 * intensity);
}

/** Radius on the screen of the i-th symbol of a scene, in CSS pixels. */
export function symbolRadius(scene: Scene, i: number, zoom: number): number {
  const tile = scene.tile[i];
  const index = scene.index[i] ?? 0;
  if (!tile) return 0;
  return scene.cluster[i] || placeRadius(zoom, tile.intensity[index] ?? 0) * (tile.site[index] ? SITE_SIZE : 1);
}

/** Symbols whose middles are in the same square of this side, in CSS pixels, cover each other. */
const COVER = 3;

/** A window on the scene: its corner in world pixels, and sizes in CSS pixels. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
  worldPixels: number;
  /** What of it is painted; all of it when absent. */
  parts?: readonly PixelBox[];
}

/**
 * Marks with 1 what need not be drawn: symbols outside the window, and places under another one of the same status.
 * In a crowd of ten thousand that is most of the work.
 */
export function hiddenSymbols(scene: Scene, { left, top, width, height, worldPixels, parts }: Window): Uint8Array {
  const { left: west, top: north, right: east, bottom: south } = grown(parts ? around(parts) : { left: 0, top: 0, right: width, bottom: height });
  const several = parts && parts.length > 1 ? parts.map(grown) : null;
  const hidden = new Uint8Array(scene.length);
  const columns = Math.ceil(width / COVER);
  const topmost = new Uint8Array(columns * Math.ceil(height / COVER));
  for (let i = scene.length - 1; i >= 0; i--) {
    const x = (scene.x[i] ?? 0) * worldPixels - left;
    const y = (scene.y[i] ?? 0) * worldPixels - top;
    if (x < west || y < north || x > east || y > south || (several && !inAny(several, x, y))) {
      hidden[i] = 1;
      continue;
    }
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const tile = scene.tile[i];
    const index = scene.index[i] ?? 0;
    if (!tile || scene.cluster[i]) continue;
    const cell = Math.floor(y / COVER) * columns + Math.floor(x / COVER);
    const mark = Math.min((tile.status[index] ?? 0) + 1, 15) + 16 * (tile.site[index] ?? 0);
    if (topmost[cell] === mark) hidden[i] = 1;
    else topmost[cell] = mark;
  }
  return hidden;
}

const grown = ({ left, top, right, bottom }: PixelBox): PixelBox => ({
  left: left - REACH,
  top: top - REACH,
  right: right + REACH,
  bottom: bottom + REACH,
});

function inAny(boxes: readonly PixelBox[], x: number, y: number): boolean {
  for (const { left, top, right, bottom } of boxes) if (x >= left && y >= top && x <= right && y <= bottom) return true;
  return false;
}

/**
 * The symbol nearest to a world position among those within reach: inside its radius plus a tolerance in CSS pixels.
 * `worldPixels` is the side of the world on the screen. Returns -1 when there is none.
 */
export function hit(scene: Scene, x: number, y: number, worldPixels: number, zoom: number, tolerance: number): number {
  let best = -1;
  let nearest = Infinity;
  const farthest = REACH + tolerance;
  for (let i = scene.length - 1; i >= 0; i--) {
    const dx = ((scene.x[i] ?? 0) - x) * worldPixels;
    const dy = ((scene.y[i] ?? 0) - y) * worldPixels;
    if (dx > farthest || dx < -farthest || dy > farthest || dy < -farthest) continue;
    const distance = Math.hypot(dx, dy);
    if (distance >= nearest || distance > symbolRadius(scene, i, zoom) + tolerance) continue;
    nearest = distance;
    best = i;
  }
  return best;
}

/** Index of the place with a reference, or -1. */
export function findRef(scene: Scene, ref: string): number {
  for (let i = 0; i < scene.length; i++) {
    if (scene.tile[i]?.ref.at(scene.index[i] ?? 0) === ref) return i;
  }
  return -1;
}

/** A position in the world. */
export interface Position {
  x: number;
  y: number;
}

/**
 * What a live change has done to the places of a tile: the news are those that are new or have another status; drawn otherwise are they, and
 * those that have moved, look different or are gone.
 */
export function differences(before: SymbolTile, after: SymbolTile): { news: Position[]; drawn: Position[] } {
  const [news, drawn]: [Position[], Position[]] = [[], []];
  if (before.clusters || after.clusters) return { news, drawn };
  const indexOf = new Map<number | string, number>();
  for (let i = 0; i < before.length; i++) indexOf.set(nameIn(before, i), i);
  const stays = new Uint8Array(before.length);
  for (let i = 0; i < after.length; i++) {
    const was = indexOf.get(nameIn(after, i)) ?? -1;
    const at = positionIn(after, i);
    if (before.status[was] !== after.status[i]) news.push(at);
    if (was >= 0 && looksAlike(before, was, after, i)) stays[was] = 1;
    else drawn.push(at);
  }
  for (let i = 0; i < before.length; i++) if (stays[i] === 0) drawn.push(positionIn(before, i));
  return { news, drawn };
}

const positionIn = (tile: SymbolTile, i: number): Position => ({ x: tile.x[i] ?? 0, y: tile.y[i] ?? 0 });

const looksAlike = (a: SymbolTile, i: number, b: SymbolTile, j: number): boolean =>
  a.x[i] === b.x[j] && a.y[i] === b.y[j] && a.status[i] === b.status[j] && a.intensity[i] === b.intensity[j] && a.site[i] === b.site[j];

/** What tells a place from all others of its tile: its reference is a text, which is made only where there is no number. */
const nameIn = (tile: SymbolTile, i: number): number | string => tile.id[i] || (tile.ref.at(i) ?? "");

/** Counts by status of the i-th symbol. */
export function sharesOf(scene: Scene, i: number): Uint32Array {
  const index = scene.index[i] ?? 0;
  return (scene.tile[i]?.shares ?? new Uint32Array(0)).subarray(index * STATUS_COUNT, (index + 1) * STATUS_COUNT);
}
