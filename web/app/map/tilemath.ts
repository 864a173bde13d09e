/**
 * Arithmetic of web map tiles. "World" coordinates are Web Mercator scaled to the unit square, x to the east and y to
 * the south: they do not depend on the zoom, and a double keeps them to less than a millimetre.
 */
import type { Box, LngLat } from "./types";

/** Highest zoom asked of the server; closer views enlarge these tiles, whose unit is then about 0.4 m in France. */
export const MAX_TILE_ZOOM = 14;

/** Highest zoom at which places come as clusters; from the next one on they come one by one. */
export const MAX_CLUSTER_ZOOM = 8;

/** Side of a tile on the screen, in CSS pixels. */
export const TILE_SIZE = 256;

/** Latitude at which the Mercator square ends, in degrees. */
const MAX_LATITUDE = 85.0511287798;

export interface TileId {
  z: number;
  x: number;
  y: number;
}

/** A rectangle in world coordinates. */
export interface WorldBox {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

export function toWorld([lon, lat]: LngLat): [x: number, y: number] {
  const sin = Math.sin((Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat)) * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}

export function toLngLat(x: number, y: number): LngLat {
  return [(x - 0.5) * 360, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
}

/** World box of a box in degrees. */
export function boxToWorld([west, south, east, north]: Box): WorldBox {
  const [minX, minY] = toWorld([west, north]);
  const [maxX, maxY] = toWorld([east, south]);
  return { minX, minY, maxX, maxY };
}

export const tileKey = ({ z, x, y }: TileId): string => `${z}/${x}/${y}`;

/** Whether two lists, none of which names a tile twice, hold the same tiles in whatever order. */
export function sameTiles(a: readonly TileId[], b: readonly TileId[]): boolean {
  if (a.length !== b.length) return false;
  const keys = new Set(a.map(tileKey));
  return b.every((tile) => keys.has(tileKey(tile)));
}

/** Reads a tile's name `z/x/y`; null unless it names a tile that exists. */
export function parseTile(name: string): TileId | null {
  const parts = /^(\d{1,2})\/(\d{1,8})\/(\d{1,8})$/.exec(name);
  if (!parts) return null;
  const [z, x, y] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const side = 2 ** z;
  return z <= 24 && x < side && y < side ? { z, x, y } : null;
}

/** The tile itself, or its ancestor at zoom {@link MAX_TILE_ZOOM}. */
export function nativeTile({ z, x, y }: TileId): TileId {
  if (z <= MAX_TILE_ZOOM) return { z, x, y };
  const side = 2 ** (z - MAX_TILE_ZOOM);
  return { z: MAX_TILE_ZOOM, x: Math.floor(x / side), y: Math.floor(y / side) };
}

export function tileWorldBox({ z, x, y }: TileId): WorldBox {
  const side = 2 ** -z;
  return { minX: x * side, minY: y * side, maxX: (x + 1) * side, maxY: (y + 1) * side };
}

/** A rectangle on the screen or on a canvas, in CSS pixels. */
export interface PixelBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The smallest box that holds a box and whose edges lie between pixels of the screen, of which a CSS pixel has `ratio` along a side. */
export function wholePixels({ left, top, right, bottom }: PixelBox, ratio: number): PixelBox {
  return { left: Math.floor(left * ratio) / ratio, top: Math.floor(top * ratio) / ratio, right: Math.ceil(right * ratio) / ratio, bottom: Math.ceil(bottom * ratio) / ratio };
}

/** Tiles of a zoom that meet a world box, nearest to its middle first. */
export function tilesCovering(box: WorldBox, z: number): TileId[] {
  const side = 2 ** z;
  const first = (v: number): number => Math.max(0, Math.floor(v * side));
  const last = (v: number): number => Math.min(side - 1, Math.floor(v * side));
  const tiles: TileId[] = [];
  for (let x = first(box.minX); x <= last(box.maxX); x++) {
    for (let y = first(box.minY); y <= last(box.maxY); y++) tiles.push({ z, x, y });
  }
  const cx = ((box.minX + box.maxX) / 2) * side - 0.5;
  const cy = ((box.minY + box.maxY) / 2) * side - 0.5;
  const distance = (t: TileId): number => (t.x - cx) ** 2 + (t.y - cy) ** 2;
  return tiles.sort((a, b) => distance(a) - distance(b));
}

/** Whether one of two tiles holds the other. */
export function related(a: TileId, b: TileId): boolean {
  const [coarse, fine] = a.z <= b.z ? [a, b] : [b, a];
  const side = 2 ** (fine.z - coarse.z);
  return Math.floor(fine.x / side) === coarse.x && Math.floor(fine.y / side) === coarse.y;
}
