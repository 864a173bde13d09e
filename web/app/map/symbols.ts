/** Places and clusters of one tile, decoded to typed arrays. */
import { VectorTile } from "@mapbox/vector-tile";
import type { VectorTileFeature } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { siteKinds } from "../core/vocabulary";
import type { TileId } from "./tilemath";
import { STATUSES } from "./types";

/** Index of a status that this version does not know; drawn as "reported". */
export const UNKNOWN_STATUS = 255;

/** Number of known statuses: width of a row of {@link SymbolTile.shares}. */
export const STATUS_COUNT = STATUSES.length;

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
  ref: string[];
  name: string[];
  kind: string[];
  product: string[];
  service: string[];
}

/**
 * Decodes the layer `deal_points`, `sites` or `clusters`. Only symbols whose centre is in the tile proper are kept: each symbol
 * is then known to one tile, the one that a live change names, and copies in the neighbours' buffers cannot go stale.
 */
export function decodeSymbols(bytes: ArrayBuffer, tile: TileId): SymbolTile {
  const layers = bytes.byteLength > 0 ? new VectorTile(new PbfReader(bytes)).layers : {};
  const clusters = layers["clusters"];
  const layer = layers["deal_points"] ?? layers["sites"] ?? clusters;
  const out = emptyTile(layer?.length ?? 0, clusters !== undefined);
  if (!layer) return out;
  const side = 2 ** tile.z;
  for (let i = 0; i < layer.length; i++) {
    const feature = layer.feature(i);
    const at = position(feature);
    if (!at || at.x < 0 || at.y < 0 || at.x >= layer.extent || at.y >= layer.extent) continue;
    const n = out.length++;
    out.x[n] = (tile.x + at.x / layer.extent) / side;
    out.y[n] = (tile.y + at.y / layer.extent) / side;
    out.id[n] = feature.id ?? 0;
    if (out.clusters) readCluster(out, n, feature);
    else readPlace(out, n, feature);
  }
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

function position(feature: VectorTileFeature): { x: number; y: number } | undefined {
  return feature.type === 1 ? feature.loadGeometry()[0]?.[0] : undefined;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const whole = (value: unknown): number => (typeof value === "number" && value > 0 ? Math.round(value) : 0);

export function statusIndex(status: unknown): number {
  const index = (STATUSES as readonly unknown[]).indexOf(status);
  return index < 0 ? UNKNOWN_STATUS : index;
}

/** What {@link SymbolTile.site} holds for a kind. */
export const siteIndex = (kind: unknown): number => (siteKinds as readonly unknown[]).indexOf(kind) + 1;

function readPlace(out: SymbolTile, n: number, { properties: p }: VectorTileFeature): void {
  out.status[n] = statusIndex(p["status"]);
  out.site[n] = siteIndex(p["kind"]);
  out.intensity[n] = Math.min(5, whole(p["intensity"]));
  out.ref.push(text(p["ref"]));
  out.name.push(text(p["name"]));
  out.kind.push(text(p["kind"]));
  out.product.push(text(p["product"]));
  out.service.push(text(p["service"]));
}

function readCluster(out: SymbolTile, n: number, { properties: p }: VectorTileFeature): void {
  out.count[n] = Math.max(1, whole(p["count"]));
  let largest = 0;
  out.status[n] = UNKNOWN_STATUS;
  for (let s = 0; s < STATUS_COUNT; s++) {
    const count = whole(p[STATUSES[s] ?? ""]);
    out.shares[n * STATUS_COUNT + s] = count;
    if (count > largest) {
      largest = count;
      out.status[n] = s;
    }
  }
}

