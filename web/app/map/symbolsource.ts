/** Which symbol tiles a view needs, and the scene made from those that have come. */
import { EMPTY_SCENE, buildScene, differences } from "./scene";
import type { Position, Scene } from "./scene";
import { decodeSymbols } from "./symbols";
import type { SymbolTile } from "./symbols";
import { MAX_CLUSTER_ZOOM, MAX_TILE_ZOOM, TILE_SIZE, parseTile, related, sameTiles, tileKey, tileWorldBox, tilesCovering } from "./tilemath";
import type { TileId, WorldBox } from "./tilemath";
import { TileStore } from "./tilestore";
import type { TileStoreOptions } from "./tilestore";

/** Symbols whose centre is this far outside the view still show at its edge, in CSS pixels. */
const BLEED = 40;

/** More new places than this at once are an import or a new filter, not news. */
const MAX_NEWS = 20;

export type SourceReports = Pick<TileStoreOptions<SymbolTile>, "onPending" | "onError" | "onSuccess" | "ask"> & {
  /** Which family is drawn; support sites have no clusters, and are first seen one by one. */
  layer?: "deal_points" | "sites";
  /** Highest zoom at which clusters are asked for; above it, places. */
  clustersTo: number;
  /** A count of one is drawn as a count, not as a place. */
  countsOnly?: boolean;
  /** The scene is another one: with `parts`, only in what is drawn of the places of those parts of the world; `live` when what was shown has changed. */
  onScene(parts: readonly WorldBox[] | undefined, live: boolean): void;
  /** Places that a live change has added or given another status. */
  onNews(places: Position[]): void;
};

export class SymbolSource {
  /** The scene as last gathered; null when something has changed since. */
  private gathered: Scene | null = EMPTY_SCENE;
  private readonly store: TileStore<SymbolTile>;
  private wanted: TileId[] = [];
  /** Zoom of the tiles that stand in for those which have not come yet. */
  private standIn = -1;
  /** Tiles whose next content answers a live change. */
  private readonly live = new Set<string>();

  private clustersTo: number;

  constructor(
    private filter: string,
    private readonly reports: SourceReports,
  ) {
    this.clustersTo = reports.clustersTo;
    this.store = new TileStore<SymbolTile>({
      url: (key) => this.url(key),
      decode: (bytes, key) => decodeSymbols(bytes, parseTile(key) ?? { z: 0, x: 0, y: 0 }),
      onChange: (key, before) => this.changed(key, before),
      onPending: reports.onPending,
      onError: reports.onError,
      onSuccess: reports.onSuccess,
      ask: reports.ask,
      keep: 48,
    });
  }

  /** Everything to draw. Gathered when asked for, so that tiles that come in the same frame cost one pass. */
  get scene(): Scene {
    return (this.gathered ??= this.gather());
  }

  /** Says what is in view; null when nothing is to be shown. */
  view(box: WorldBox | null, zoom: number): void {
    const before = this.wanted;
    if (this.reports.layer === "sites" && zoom <= MAX_CLUSTER_ZOOM) box = null;
    const bleed = BLEED / (TILE_SIZE * 2 ** zoom);
    const grown = box && {
      minX: box.minX - bleed,
      minY: box.minY - bleed,
      maxX: box.maxX + bleed,
      maxY: box.maxY + bleed,
    };
    this.wanted = grown ? tilesCovering(grown, Math.min(zoom, MAX_TILE_ZOOM)) : [];
    if (sameTiles(before, this.wanted)) return;
    const had = before.map(tileKey);
    const keys = this.wanted.map(tileKey);
    this.store.swap(had, keys);
    // What leaves is out of sight, and may stay on the canvas; what comes later tells of itself.
    const same = this.wanted[0]?.z === before[0]?.z;
    if (same && !keys.some((key) => !had.includes(key) && this.store.get(key))) this.gathered = null;
    else this.rebuild();
  }

  setFilter(filter: string): void {
    this.filter = filter;
    this.refreshAll();
  }

  /** Highest zoom at which clusters are asked for from now on. */
  setClusters(to: number): void {
    if (to === this.clustersTo) return;
    this.clustersTo = to;
    this.refreshAll();
  }

  refreshAll(): void {
    this.live.clear();
    this.store.refresh(() => true);
  }

  /** As {@link refreshAll}, for changes that may come in a row. */
  renewAll(): void {
    this.store.renew(() => true);
  }

  /** Refetches the tiles that hold one of the named ones, and all clusters that are shown. */
  refresh(names: string[]): void {
    const changed = names.map(parseTile).filter((tile) => tile !== null);
    if (changed.length === 0) return;
    this.store.renew((key) => {
      const tile = parseTile(key);
      // A cluster that takes a place in can change clusters far away; unchanged tiles answer 304.
      if (!tile || !(this.clusters(tile.z) || changed.some((c) => related(tile, c)))) return false;
      this.live.add(key);
      return true;
    });
  }

  destroy(): void {
    this.store.destroy();
  }

  private clusters(zoom: number): boolean {
    return this.reports.layer !== "sites" && zoom <= this.clustersTo;
  }

  private url(key: string): string {
    const zoom = Number(key.split("/")[0]);
    const layer = this.clusters(zoom) ? "clusters" : (this.reports.layer ?? "deal_points");
    return `/tiles/${layer}/${key}.mvt${this.filter === "" ? "" : `?${this.filter}`}`;
  }

  private changed(key: string, before: SymbolTile | undefined): void {
    const after = this.store.get(key);
    const live = this.live.has(key);
    // The content that comes next answers a live change too.
    if (!this.store.changesAgain(key)) this.live.delete(key);
    // Clusters make room for each other across tiles. What stood in for a tile that has come was in its own part of the world, too.
    const tile = after && !after.clusters && !before?.clusters ? parseTile(key) : null;
    if (!tile) return this.rebuild();
    const whole = [tileWorldBox(tile)];
    if (!live || !before || !after) return this.rebuild(whole, before !== undefined);
    const { news, drawn } = differences(before, after);
    if (news.length > 0 && news.length <= MAX_NEWS) this.reports.onNews(news);
    this.rebuild(drawn.length <= MAX_NEWS ? drawn.map(({ x, y }) => ({ minX: x, minY: y, maxX: x, maxY: y })) : whole, true);
  }

  private rebuild(parts?: readonly WorldBox[], live = false): void {
    const first = this.wanted[0];
    if (first && this.wanted.every((tile) => this.store.get(tileKey(tile)))) this.standIn = first.z;
    this.gathered = null;
    this.reports.onScene(parts, live);
  }

  private gather(): Scene {
    return buildScene(
      this.wanted,
      (tile) => this.store.get(tileKey(tile)),
      () => this.standIns(),
      this.reports.countsOnly,
    );
  }

  private *standIns(): IterableIterator<SymbolTile> {
    if (this.wanted[0]?.z === this.standIn) return;
    const prefix = `${this.standIn}/`;
    for (const [key, tile] of this.store.loaded()) if (key.startsWith(prefix)) yield tile;
  }
}
