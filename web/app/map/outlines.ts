/** Land, water and territories of one tile, decoded to typed arrays. */
import { VectorTile } from "@mapbox/vector-tile";
import type { VectorTileFeature } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

/** Extent of a tile in its own units; layers with another extent are scaled to it. */
export const EXTENT = 4096;

/** A feature's geometry: rings (or lines) `from` to `to` of the tile's {@link OutlineTile.starts}. */
export interface Outline {
  /** `land`, `lake`, `river`, or the level of a territory: `reg`, `dep`, `arr`, `com`, `qpv`, `qrr`. */
  kind: string;
  /** False for lines, such as rivers. */
  area: boolean;
  /** Territories only, else empty. */
  code: string;
  name: string;
  from: number;
  to: number;
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** The point where the name of a territory goes, for those whose outline is not in the tile or not known. */
export interface NamePoint {
  level: string;
  code: string;
  name: string;
  /** Inhabitants, 0 when unknown. */
  population: number;
  /** In tile units. */
  x: number;
  y: number;
}

export interface OutlineTile {
  outlines: Outline[];
  names: NamePoint[];
  /** Vertices, x then y, in tile units; beyond 0 to EXTENT in the buffer. */
  coords: Int16Array;
  /** Index in coords where each ring starts; one more at the end. */
  starts: Uint32Array;
}

/** Decodes the layers `basemap` and `territories`; anything else is skipped. */
export function decodeOutlines(bytes: ArrayBuffer): OutlineTile {
  const layers = bytes.byteLength > 0 ? new VectorTile(new PbfReader(bytes)).layers : {};
  const outlines: Outline[] = [];
  const names: NamePoint[] = [];
  const coords: number[] = [];
  const starts: number[] = [0];
  for (const layerName of ["basemap", "territories"]) {
    const layer = layers[layerName];
    for (let i = 0; layer && i < layer.length; i++) {
      const feature = layer.feature(i);
      const p = feature.properties;
      const kind = String((layerName === "basemap" ? p["kind"] : p["level"]) ?? "");
      const [code, name] = [String(p["code"] ?? ""), String(p["name"] ?? "")];
      if (feature.type === 2 || feature.type === 3) {
        outlines.push({ kind, area: feature.type === 3, code, name, ...appendRings(feature, coords, starts) });
        continue;
      }
      const at = feature.type === 1 && name !== "" ? feature.loadGeometry()[0]?.[0] : undefined;
      const scale = EXTENT / feature.extent;
      if (at) names.push({ level: kind, code, name, population: Number(p["population"] ?? 0), x: at.x * scale, y: at.y * scale });
    }
  }
  return { outlines, names, coords: Int16Array.from(coords), starts: Uint32Array.from(starts) };
}

type Extent = Pick<Outline, "from" | "to" | "minX" | "minY" | "maxX" | "maxY">;

function appendRings(feature: VectorTileFeature, coords: number[], starts: number[]): Extent {
  const from = starts.length - 1;
  const scale = EXTENT / feature.extent;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of feature.loadGeometry()) {
    for (const point of ring) {
      const x = Math.round(point.x * scale);
      const y = Math.round(point.y * scale);
      coords.push(x, y);
      minX = Math.min(minX, x);
      minY = Math.min(minY, y);
      maxX = Math.max(maxX, x);
      maxY = Math.max(maxY, y);
    }
    starts.push(coords.length);
  }
  return { from, to: starts.length - 1, minX, minY, maxX, maxY };
}

/** What a canvas path and Path2D have in common. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

/** Traces the whole rings, to be filled (even-odd). */
export function traceArea(tile: OutlineTile, outline: Outline, path: PathSink): void {
  for (let r = outline.from; r < outline.to; r++) {
    const end = tile.starts[r + 1] ?? 0;
    for (let i = tile.starts[r] ?? 0, first = true; i < end; i += 2, first = false) {
      const x = tile.coords[i] ?? 0;
      const y = tile.coords[i + 1] ?? 0;
      if (first) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    path.closePath();
  }
}

/**
 * Traces the border alone, to be stroked: the edges that clipping made run outside the tile, along one of its sides,
 * and would otherwise show as a grid.
 */
export function traceBorder(tile: OutlineTile, outline: Outline, path: PathSink): void {
  const { coords, starts } = tile;
  for (let r = outline.from; r < outline.to; r++) {
    const start = starts[r] ?? 0;
    const end = starts[r + 1] ?? 0;
    if (end - start < 4) continue;
    let pen = false;
    for (let i = start; i < end; i += 2) {
      const last = i + 2 >= end;
      if (last && !outline.area) break;
      const next = last ? start : i + 2;
      const [x1, y1, x2, y2] = [coords[i] ?? 0, coords[i + 1] ?? 0, coords[next] ?? 0, coords[next + 1] ?? 0];
      const outside =
        (x1 <= 0 && x2 <= 0) || (y1 <= 0 && y2 <= 0) || (x1 >= EXTENT && x2 >= EXTENT) || (y1 >= EXTENT && y2 >= EXTENT);
      if (outside) {
        pen = false;
        continue;
      }
      if (!pen) path.moveTo(x1, y1);
      path.lineTo(x2, y2);
      pen = true;
    }
  }
}

/** Whether a position in tile units lies in an area (even-odd, so holes are outside). */
export function holds(tile: OutlineTile, outline: Outline, x: number, y: number): boolean {
  if (x < outline.minX || x > outline.maxX || y < outline.minY || y > outline.maxY) return false;
  const { coords, starts } = tile;
  let inside = false;
  for (let r = outline.from; r < outline.to; r++) {
    const start = starts[r] ?? 0;
    const end = starts[r + 1] ?? 0;
    for (let i = start, j = end - 2; i < end; j = i, i += 2) {
      const [yi, yj] = [coords[i + 1] ?? 0, coords[j + 1] ?? 0];
      if (yi > y === yj > y) continue;
      const [xi, xj] = [coords[i] ?? 0, coords[j] ?? 0];
      if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}
