/** Which tiles of links a view needs, and the lines made from those that have come. */
import { NO_LINKS, joinPieces } from "./linkchains";
import type { LinkScene } from "./linkchains";
import { decodeLinks } from "./linktile";
import type { LinkTile } from "./linktile";
import { MAX_TILE_ZOOM, parseTile, sameTiles, tileKey, tilesCovering } from "./tilemath";
import type { TileId, WorldBox } from "./tilemath";
import { TileStore } from "./tilestore";
import type { TileStoreOptions } from "./tilestore";

/** Ends of pieces that are rounded to the units of two tiles meet within this many of them. */
const MEET = 4;

export type LinkReports = Pick<TileStoreOptions<LinkTile>, "onPending" | "onError" | "onSuccess" | "ask"> & {
  /** The lines are others. */
  onChange(): void;
};

export class LinkSource {
  private readonly store: TileStore<LinkTile>;
  private wanted: TileId[] = [];
  private joined: LinkScene | null = NO_LINKS;
  /** Zoom whose tiles are shown as long as those of another have not come. */
  private standIn = -1;

  constructor(
    private filter: string,
    private readonly reports: LinkReports,
  ) {
    this.store = new TileStore<LinkTile>({
      url: (key) => `/tiles/links/${key}.mvt${this.filter === "" ? "" : `?${this.filter}`}`,
      decode: (bytes, key) => decodeLinks(bytes, parseTile(key) ?? { z: 0, x: 0, y: 0 }),
      onChange: () => this.changed(),
      onPending: reports.onPending,
      onError: reports.onError,
      onSuccess: reports.onSuccess,
      ask: reports.ask,
      keep: 32,
    });
  }

  /** Joined when asked for, so that tiles that come in the same frame cost one pass. */
  get scene(): LinkScene {
    return (this.joined ??= joinPieces(this.shown(), MEET / (4096 * 2 ** this.standIn)));
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
    if (filter === this.filter) return;
    this.filter = filter;
    this.refreshAll();
  }

  /** As {@link refreshAll}, for changes that may come in a row. A link crosses tiles that no change names: those that are as they were answer 304. */
  renewAll(): void {
    this.store.renew(() => true);
  }

  refreshAll(): void {
    this.store.refresh(() => true);
  }

  destroy(): void {
    this.store.destroy();
  }

  private changed(): void {
    const first = this.wanted[0];
    if (first && (this.standIn < 0 || this.wanted.every((tile) => this.store.get(tileKey(tile))))) this.standIn = first.z;
    this.joined = null;
    this.reports.onChange();
  }

  private *shown(): IterableIterator<LinkTile> {
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
