/** Everything symbolic in view, gathered from its tiles in the order of drawing, and found again under the pointer. */
import { fitRadii } from "./cluster";
import { SITE_SIZE } from "./shapes";
import { STATUS_COUNT } from "./symbols";
import type { SymbolTile } from "./symbols";
import type { TileId, WorldBox } from "./tilemath";
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
  const picked: { tile: SymbolTile; index: number; rank: number }[] = [];
  const seen = new Map<number, { x: number; y: number }>();
  const add = (tile: SymbolTile, index: number): void => {
    const id = tile.id[index] ?? 0;
    const at = { x: tile.x[index] ?? 0, y: tile.y[index] ?? 0 };
    const twin = id === 0 ? undefined : seen.get(id);
    if (twin && Math.abs(twin.x - at.x) < SAME_PLACE && Math.abs(twin.y - at.y) < SAME_PLACE) return;
    if (id !== 0) seen.set(id, at);
    picked.push({ tile, index, rank: rank(tile, index) });
  };
  for (const id of wanted) {
    const tile = get(id);
    if (tile) {
      for (let i = 0; i < tile.length; i++) add(tile, i);
      continue;
    }
    const box = tileWorldBox(id);
    for (const other of others()) {
      for (let i = 0; i < other.length; i++) if (within(box, other, i)) add(other, i);
    }
  }
  picked.sort((a, b) => a.rank - b.rank);
  const x = Float64Array.from(picked, (p) => p.tile.x[p.index] ?? 0);
  const y = Float64Array.from(picked, (p) => p.tile.y[p.index] ?? 0);
  const counts = Uint32Array.from(picked, (p) => {
    const count = p.tile.count[p.index] ?? 1;
    return count > 1 || (countsOnly && p.tile.clusters) ? count : 0;
  });
  return {
    length: picked.length,
    tile: picked.map((p) => p.tile),
    index: Uint32Array.from(picked, (p) => p.index),
    x,
    y,
    cluster: fitRadii(x, y, counts, TILE_SIZE * 2 ** (wanted[0]?.z ?? 0)),
  };
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
    tile: [...below.tile, ...above.tile],
    index: joined(new Uint32Array(length), below.index, above.index),
    x: joined(new Float64Array(length), below.x, above.x),
    y: joined(new Float64Array(length), below.y, above.y),
    cluster: joined(new Float32Array(length), below.cluster, above.cluster),
  };
}

/** Small clusters above large ones, then places by status. */
function rank(tile: SymbolTile, index: number): number {
  const count = tile.count[index] ?? 1;
  return count > 1 ? -count : (DRAW_RANK[tile.status[index] ?? 0] ?? 2);
}

function within(box: WorldBox, tile: SymbolTile, i: number): boolean {
  const x = tile.x[i] ?? 0;
  const y = tile.y[i] ?? 0;
  return x >= box.minX && x < box.maxX && y >= box.minY && y < box.maxY;
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
}

/**
 * Marks with 1 what need not be drawn: symbols outside the window, and places under another one of the same status.
 * In a crowd of ten thousand that is most of the work.
 */
export function hiddenSymbols(scene: Scene, { left, top, width, height, worldPixels }: Window): Uint8Array {
  const hidden = new Uint8Array(scene.length);
  const columns = Math.ceil(width / COVER);
  const topmost = new Uint8Array(columns * Math.ceil(height / COVER));
  for (let i = scene.length - 1; i >= 0; i--) {
    const x = (scene.x[i] ?? 0) * worldPixels - left;
    const y = (scene.y[i] ?? 0) * worldPixels - top;
    if (x < 0 || y < 0 || x >= width || y >= height) {
      hidden[i] = x < -MAX_SYMBOL || y < -MAX_SYMBOL || x > width + MAX_SYMBOL || y > height + MAX_SYMBOL ? 1 : 0;
      continue;
    }
    const tile = scene.tile[i];
    const index = scene.index[i] ?? 0;
    if (!tile || scene.cluster[i]) continue;
    const cell = Math.floor(y / COVER) * columns + Math.floor(x / COVER);
    const mark = (((tile.status[index] ?? 0) + 1) % 16) + 16 * (tile.site[index] ?? 0);
    if (topmost[cell] === mark) hidden[i] = 1;
    else topmost[cell] = mark;
  }
  return hidden;
}

/** No symbol reaches farther from its middle, in CSS pixels. */
const MAX_SYMBOL = 40;

/**
 * The symbol nearest to a world position among those within reach: inside its radius plus a tolerance in CSS pixels.
 * `worldPixels` is the side of the world on the screen. Returns -1 when there is none.
 */
export function hit(scene: Scene, x: number, y: number, worldPixels: number, zoom: number, tolerance: number): number {
  let best = -1;
  let nearest = Infinity;
  const farthest = MAX_SYMBOL + tolerance;
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
    if (scene.tile[i]?.ref[scene.index[i] ?? 0] === ref) return i;
  }
  return -1;
}

/**
 * Places of `after` that are new or have another status than in `before`: what a live change has just done.
 * Returns indices in `after`.
 */
export function changedPlaces(before: SymbolTile, after: SymbolTile): number[] {
  if (before.clusters || after.clusters) return [];
  const statusOf = new Map<string, number>();
  for (let i = 0; i < before.length; i++) statusOf.set(before.ref[i] ?? "", before.status[i] ?? 0);
  const changed: number[] = [];
  for (let i = 0; i < after.length; i++) {
    if (statusOf.get(after.ref[i] ?? "") !== after.status[i]) changed.push(i);
  }
  return changed;
}

/** Counts by status of the i-th symbol. */
export function sharesOf(scene: Scene, i: number): Uint32Array {
  const index = scene.index[i] ?? 0;
  return (scene.tile[i]?.shares ?? new Uint32Array(0)).subarray(index * STATUS_COUNT, (index + 1) * STATUS_COUNT);
}
