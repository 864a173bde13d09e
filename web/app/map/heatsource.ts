/** Hexagons of heat that follow the zoom, from vector tiles. */
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { areaAt, paintAreas, prepareWorldArea } from "./areas";
import type { HeatColours, PreparedArea } from "./areas";
import type { Frame } from "./overlay";
import type { Theme } from "./theme";
import { MAX_TILE_ZOOM, parseTile, related, tileKey, tilesCovering } from "./tilemath";
import type { TileId, WorldBox } from "./tilemath";
import { TileStore } from "./tilestore";
import type { TileStoreOptions } from "./tilestore";
import { STATUSES } from "./types";

/** Least count of each class. Fixed, so that a colour means the same wherever and whenever one looks. */
export const HEAT_STEPS = [1, 2, 3, 5, 10, 20, 50] as const;

/** One hexagon of a tile. */
interface HeatArea extends PreparedArea {
  count: number;
}

interface HeatTile {
  areas: HeatArea[];
  /** Of its hexagons in metres, 0 in an empty tile. */
  width: number;
}

export type HeatReports = Pick<TileStoreOptions<HeatTile>, "onPending" | "onError" | "onSuccess" | "fetch"> & {
  /** Something else is to be drawn. */
  onChange(): void;
};

/** The tone of a count. */
export function toneOfCount(count: number): number {
  let tone = -1;
  for (const step of HEAT_STEPS) if (count >= step) tone++;
  return tone;
}

export class HeatSource {
  private readonly store: TileStore<HeatTile>;
  private wanted: TileId[] = [];
  /** Zoom of the tiles that stand in for those which have not come yet. */
  private standIn = -1;

  constructor(
    private filter: string,
    private readonly reports: HeatReports,
  ) {
    this.store = new TileStore<HeatTile>({
      url: (key) => `/tiles/heat/${key}.mvt?${heatFilter(this.filter)}`,
      decode: (bytes, key) => decodeHeat(bytes, parseTile(key) ?? { z: 0, x: 0, y: 0 }),
      onChange: () => this.changed(),
      onPending: reports.onPending,
      onError: reports.onError,
      onSuccess: reports.onSuccess,
      fetch: reports.fetch,
      cache: "no-cache",
      keep: 48,
    });
  }

  /** Says what is in view; null when nothing is to be shown. */
  view(box: WorldBox | null, zoom: number): void {
    const before = this.wanted;
    this.wanted = box ? tilesCovering(box, Math.min(zoom, MAX_TILE_ZOOM)) : [];
    // First take, then give back: what stays wanted is not cancelled.
    for (const tile of this.wanted) this.store.acquire(tileKey(tile));
    for (const tile of before) this.store.release(tileKey(tile));
    this.changed();
  }

  setFilter(filter: string): void {
    this.filter = filter;
    this.refreshAll();
  }

  refreshAll(): void {
    this.store.refresh(() => true);
  }

  /** Refetches the tiles that hold one of the named ones. */
  refresh(names: readonly string[]): void {
    const changed = names.map(parseTile).filter((tile) => tile !== null);
    this.store.refresh((key) => {
      const tile = parseTile(key);
      return tile !== null && changed.some((one) => related(tile, one));
    });
  }

  /** Width in metres of the hexagons that are shown, null when there are none. */
  get width(): number | null {
    for (const tile of this.wanted) {
      const width = this.store.get(tileKey(tile))?.width ?? 0;
      if (width > 0) return width;
    }
    return null;
  }

  paint(ctx: CanvasRenderingContext2D, frame: Frame, colours: HeatColours, theme: Theme): void {
    paintAreas(ctx, frame, this.shown(), colours, theme, false, () => 0.9);
  }

  /** The hexagon at a position in world coordinates, and where its middle is. */
  at(x: number, y: number): { count: number; x: number; y: number } | null {
    const area = areaAt([...this.shown()], x, y, 0) as HeatArea | null;
    return area?.shape ? { count: area.count, x: (area.shape.minX + area.shape.maxX) / 2, y: (area.shape.minY + area.shape.maxY) / 2 } : null;
  }

  destroy(): void {
    this.store.destroy();
  }

  private changed(): void {
    const first = this.wanted[0];
    if (first && this.wanted.every((tile) => this.store.get(tileKey(tile)))) this.standIn = first.z;
    this.reports.onChange();
  }

  /** Hexagons of the wanted tiles; of another zoom as long as some are missing, so that nothing blinks. */
  private *shown(): IterableIterator<HeatArea> {
    if (this.wanted.length === 0) return;
    if (this.wanted[0]?.z !== this.standIn) {
      const prefix = `${this.standIn}/`;
      for (const [key, tile] of this.store.loaded()) if (key.startsWith(prefix)) yield* tile.areas;
      return;
    }
    for (const wanted of this.wanted) yield* this.store.get(tileKey(wanted))?.areas ?? [];
  }
}

/** Heat without a status counts by the ministry's rule; here it counts what the filter shows, which then is every status. */
function heatFilter(filter: string): string {
  const query = new URLSearchParams(filter);
  if (!query.has("status")) query.set("status", STATUSES.join(","));
  return query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

function decodeHeat(bytes: ArrayBuffer, tile: TileId): HeatTile {
  const layer = bytes.byteLength > 0 ? new VectorTile(new PbfReader(bytes)).layers["heat"] : undefined;
  const areas: HeatArea[] = [];
  let width = 0;
  const side = 2 ** -tile.z;
  for (let i = 0; layer && i < layer.length; i++) {
    const feature = layer.feature(i);
    const { properties } = feature;
    const count = Number(properties["count"] ?? 0);
    width = Number(properties["width"] ?? width);
    const rings = feature.loadGeometry().map((ring) => Float64Array.from(ring.flatMap(({ x, y }) => [(tile.x + x / feature.extent) * side, (tile.y + y / feature.extent) * side])));
    areas.push({ ...prepareWorldArea(String(feature.id ?? ""), rings, toneOfCount(count)), count });
  }
  return { areas, width };
}
