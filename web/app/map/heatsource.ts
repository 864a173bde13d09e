/** Hexagons of heat that follow the zoom, from vector tiles. */
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { areaAt, paintAreas, prepareWorldArea } from "./areas";
import type { HeatColours, PreparedArea } from "./areas";
import type { Frame } from "./overlay";
import type { Theme } from "./theme";
import { MAX_TILE_ZOOM, parseTile, related, sameTiles, tileKey, tileWorldBox, tilesCovering } from "./tilemath";
import type { TileId, WorldBox } from "./tilemath";
import { TileStore } from "./tilestore";
import type { TileStoreOptions } from "./tilestore";
import { STATUSES } from "./types";

/** Least count of each class where no hexagon holds a hundred. */
const FEW = [1, 2, 3, 5, 10, 20, 50] as const;

/**
 * Least count of each class for the highest count in view: round numbers that change only when it grows or shrinks several
 * times, so that a colour keeps its meaning while one moves about.
 */
export function heatSteps(most: number): readonly number[] {
  if (most < 100) return FEW;
  const round: number[] = [];
  for (let power = 1; power <= most; power *= 10) round.push(...[1, 2, 5].map((n) => n * power).filter((n) => n <= most));
  return [1, ...round.slice(1 - FEW.length)];
}

/** One hexagon of a tile. */
interface HeatArea extends PreparedArea {
  count: number;
}

interface HeatTile {
  /** Its own ground; hexagons reach beyond. */
  box: WorldBox;
  areas: HeatArea[];
  /** Highest count. */
  most: number;
  /** Of its hexagons in metres, 0 in an empty tile. */
  width: number;
}

export type HeatReports = Pick<TileStoreOptions<HeatTile>, "onPending" | "onError" | "onSuccess" | "ask"> & {
  /** Something else is to be drawn. */
  onChange(): void;
};

/** The tone of a count among the steps. */
export const toneOfCount = (count: number, steps: readonly number[]): number => steps.filter((step) => count >= step).length - 1;

export class HeatSource {
  private readonly store: TileStore<HeatTile>;
  private wanted: TileId[] = [];
  /** Zoom of the tiles that stand in for those which have not come yet. */
  private standIn = -1;
  /** Least count of each class, for what is in view. */
  steps: readonly number[] = FEW;

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
      ask: reports.ask,
      keep: 48,
    });
  }

  /** Says what is in view; null when nothing is to be shown. */
  view(box: WorldBox | null, zoom: number): void {
    const before = this.wanted;
    this.wanted = box ? tilesCovering(box, Math.min(zoom, MAX_TILE_ZOOM)) : [];
    if (sameTiles(before, this.wanted)) return;
    this.store.swap(before.map(tileKey), this.wanted.map(tileKey));
    this.changed();
  }

  setFilter(filter: string): void {
    this.filter = filter;
    this.refreshAll();
  }

  refreshAll(): void {
    this.store.refresh(() => true);
  }

  /** As {@link refreshAll}, for changes that may come in a row. */
  renewAll(): void {
    this.store.renew(() => true);
  }

  /** Refetches the tiles that hold one of the named ones, which may come in a row. */
  refresh(names: readonly string[]): void {
    const changed = names.map(parseTile).filter((tile) => tile !== null);
    this.store.renew((key) => {
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
    for (const { box, areas } of this.shown()) {
      // A hexagon that crosses the edge of a tile is in both: each tile paints its own ground only.
      const [left, top] = [box.minX * frame.worldPixels - frame.left, box.minY * frame.worldPixels - frame.top];
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, top, (box.maxX - box.minX) * frame.worldPixels, (box.maxY - box.minY) * frame.worldPixels);
      ctx.clip();
      paintAreas(ctx, frame, areas, colours, theme, false, () => 0.88);
      ctx.restore();
    }
  }

  /** The hexagon at a position in world coordinates, and where its middle is. */
  at(x: number, y: number): { count: number; x: number; y: number } | null {
    const tile = [...this.shown()].find(({ box }) => x >= box.minX && x < box.maxX && y >= box.minY && y < box.maxY);
    const area = tile ? (areaAt(tile.areas, x, y, 0) as HeatArea | null) : null;
    return area?.shape ? { count: area.count, x: (area.shape.minX + area.shape.maxX) / 2, y: (area.shape.minY + area.shape.maxY) / 2 } : null;
  }

  destroy(): void {
    this.store.destroy();
  }

  private changed(): void {
    const tiles = this.wanted.map((tile) => this.store.get(tileKey(tile)));
    const first = this.wanted[0];
    if (first && tiles.every((tile) => tile !== undefined)) {
      this.standIn = first.z;
      this.steps = heatSteps(tiles.reduce((most, tile) => Math.max(most, tile?.most ?? 0), 0));
    }
    for (const { areas } of this.shown()) for (const area of areas) area.tone = toneOfCount(area.count, this.steps);
    this.reports.onChange();
  }

  /** The wanted tiles; those of another zoom as long as some are missing, so that nothing blinks. */
  private *shown(): IterableIterator<HeatTile> {
    if (this.wanted.length === 0) return;
    if (this.wanted[0]?.z !== this.standIn) {
      const prefix = `${this.standIn}/`;
      for (const [key, tile] of this.store.loaded()) if (key.startsWith(prefix)) yield tile;
      return;
    }
    for (const wanted of this.wanted) {
      const tile = this.store.get(tileKey(wanted));
      if (tile) yield tile;
    }
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
    areas.push({ ...prepareWorldArea(String(feature.id ?? ""), rings, -1), count });
  }
  return { box: tileWorldBox(tile), areas, most: Math.max(0, ...areas.map(({ count }) => count)), width };
}
