/** Places and clusters of one tile, decoded to typed arrays. */
import { siteKinds } from "../core/vocabulary";
import { readPoints } from "./columns";
import type { PointLayer } from "./columns";
import type { TileId } from "./tilemath";
import { STATUSES } from "./types";

/** Index of a status that this version does not know; drawn as "reported". */
export const UNKNOWN_STATUS = 255;

/** Number of known statuses: width of a row of {@link SymbolTile.shares}. */
export const STATUS_COUNT = STATUSES.length;

const LAYERS = ["deal_points", "sites", "clusters"];
const KEYS = ["ref", "name", "kind", "product", "service", "status", "intensity", "count", ...STATUSES];

/** Column store: the same index in every array is the same symbol. */
export interface SymbolTile {
  clusters: boolean;
  length: number;
  /** World coordinates. */
  x: Float64Array;
  y: Float64Array;
  /** Feature ids; 0 when the tile gives none. */
  id: Float64Array;
  /** Index in STATUSES. */
  status: Uint8Array;
  /** One more than the index of a support site's kind; 0 for what is none. */
  site: Uint8Array;
  intensity: Uint8Array;
  /** 1 for a place. */
  count: Uint32Array;
  /** Clusters only: STATUS_COUNT counts for each symbol. */
  shares: Uint32Array;
  /** Places only, else empty. */
  ref: Texts;
  name: Texts;
  kind: Texts;
  product: Texts;
  service: Texts;
}

/** One text for each symbol; a list is one. */
export interface Texts {
  at(i: number): string | undefined;
}

/**
 * Decodes the layer `deal_points`, `sites` or `clusters`. Only symbols whose centre is in the tile proper are kept: each symbol
 * is then known to one tile, the one that a live change names, and copies in the neighbours' buffers cannot go stale.
 */
export function decodeSymbols(bytes: ArrayBuffer, tile: TileId): SymbolTile {
  const layers = readPoints(bytes, LAYERS, KEYS);
  const clusters = layers.get("clusters");
  const layer = layers.get("deal_points") ?? layers.get("sites") ?? clusters;
  const out = emptyTile(layer?.length ?? 0, clusters !== undefined);
  if (!layer) return out;
  const side = 2 ** tile.z;
  out.length = layer.length;
  for (let n = 0; n < layer.length; n++) {
    out.x[n] = (tile.x + (layer.x[n] ?? 0)) / side;
    out.y[n] = (tile.y + (layer.y[n] ?? 0)) / side;
    out.id[n] = layer.id[n] ?? 0;
  }
  if (out.clusters) readClusters(out, layer);
  else readPlaces(out, layer);
  return out;
}

/** A tile with room for symbols and none in it. */
export function emptyTile(capacity: number, clusters: boolean): SymbolTile {
  return {
    clusters,
    length: 0,
    x: new Float64Array(capacity),
    y: new Float64Array(capacity),
    id: new Float64Array(capacity),
    status: new Uint8Array(capacity),
    site: new Uint8Array(capacity),
    intensity: new Uint8Array(capacity),
    count: new Uint32Array(capacity).fill(1),
    shares: new Uint32Array(clusters ? capacity * STATUS_COUNT : 0),
    ref: [],
    name: [],
    kind: [],
    product: [],
    service: [],
  };
}

const whole = (value: number): number => (value > 0 ? Math.round(value) : 0);

export function statusIndex(status: unknown): number {
  const index = (STATUSES as readonly unknown[]).indexOf(status);
  return index < 0 ? UNKNOWN_STATUS : index;
}

/** What {@link SymbolTile.site} holds for a kind. */
export const siteIndex = (kind: unknown): number => (siteKinds as readonly unknown[]).indexOf(kind) + 1;

function readPlaces(out: SymbolTile, { columns }: PointLayer): void {
  const [status, kind, intensity] = [columns.get("status"), columns.get("kind"), columns.get("intensity")];
  for (let n = 0; n < out.length; n++) {
    out.status[n] = status?.coded(n, statusIndex, UNKNOWN_STATUS) ?? UNKNOWN_STATUS;
    out.site[n] = kind?.coded(n, siteIndex, 0) ?? 0;
    out.intensity[n] = Math.min(5, whole(intensity?.number(n) ?? 0));
  }
  for (const key of ["ref", "name", "kind", "product", "service"] as const) out[key] = columns.get(key) ?? [];
}

function readClusters(out: SymbolTile, { columns }: PointLayer): void {
  const counted = STATUSES.map((status) => columns.get(status));
  const all = columns.get("count");
  for (let n = 0; n < out.length; n++) {
    out.count[n] = Math.max(1, whole(all?.number(n) ?? 0));
    let largest = 0;
    out.status[n] = UNKNOWN_STATUS;
    for (let s = 0; s < STATUS_COUNT; s++) {
      const count = whole(counted[s]?.number(n) ?? 0);
      out.shares[n * STATUS_COUNT + s] = count;
      if (count > largest) {
        largest = count;
        out.status[n] = s;
      }
    }
  }
}
