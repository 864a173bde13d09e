/** Land, water and outlines of territories: one canvas for each tile, redrawn from typed arrays when the theme changes. */
import * as L from "leaflet";
import { EXTENT, decodeOutlines, traceArea, traceBorder } from "./outlines";
import type { Outline, OutlineTile } from "./outlines";
import type { Theme } from "./theme";
import { TileCanvases } from "./tilecanvases";
import { TILE_SIZE, nativeTile, tileKey } from "./tilemath";
import { TileStore } from "./tilestore";
import type { TileStoreOptions } from "./tilestore";

export interface BaseStyle {
  theme: Theme;
  /** The outlines are the subject (mode « territories ») and not the ground. */
  emphasis: boolean;
}

interface Shown {
  coords: L.Coords;
  canvas: HTMLCanvasElement;
  ready: (() => void) | null;
}

export type BaseReports = Pick<TileStoreOptions<OutlineTile>, "onPending" | "onError" | "onSuccess"> & {
  /** New outlines are drawn: names can be placed. */
  onDrawn(): void;
};

const NOTHING = decodeOutlines(new ArrayBuffer(0));

export class BaseLayer extends L.GridLayer {
  private readonly store: TileStore<OutlineTile>;
  /** Canvases by the key of the tile whose content they show. */
  private readonly shown = new Map<string, Set<Shown>>();
  private readonly canvases = new TileCanvases();

  constructor(
    private style: BaseStyle,
    private readonly reports: BaseReports,
  ) {
    super({ tileSize: TILE_SIZE, noWrap: true, keepBuffer: 1, updateWhenZooming: false, pane: "tilePane" });
    this.store = new TileStore<OutlineTile>({
      url: (key) => `/tiles/basemap,territories/${key}.mvt`,
      decode: decodeOutlines,
      onChange: (key) => this.draw(key),
      onPending: reports.onPending,
      onError: (status, key) => {
        this.draw(key);
        reports.onError(status, key);
      },
      onSuccess: reports.onSuccess,
      cache: "default",
      keep: 48,
    });
    this.on("tileunload", (event) => this.forget(event as L.TileEvent));
  }

  /** Outlines of a loaded tile. */
  outlines(key: string): OutlineTile | undefined {
    return this.store.get(key);
  }

  restyle(style: BaseStyle): void {
    this.style = style;
    // What is still loading is drawn in the new style when it comes.
    for (const [key, set] of this.shown) if ([...set].some(({ ready }) => ready === null)) this.draw(key);
  }

  /** Fetches every shown tile anew. */
  refresh(): void {
    this.store.refresh(() => true);
  }

  destroy(): void {
    this.remove();
    this.store.destroy();
  }

  protected override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    const canvas = this.canvases.take();
    const key = tileKey(nativeTile(coords));
    const shown: Shown = { coords, canvas, ready: () => done(undefined, canvas) };
    const set = this.shown.get(key);
    if (set) set.add(shown);
    else this.shown.set(key, new Set([shown]));
    this.store.acquire(key);
    // Leaflet knows the tile only after this function has returned.
    if (this.store.get(key)) requestAnimationFrame(() => this.draw(key));
    return canvas;
  }

  private forget({ coords, tile }: L.TileEvent): void {
    const key = tileKey(nativeTile(coords));
    const set = this.shown.get(key);
    for (const shown of set ?? []) {
      if (shown.canvas !== (tile as HTMLElement)) continue;
      set?.delete(shown);
      this.store.release(key);
      this.canvases.give(shown.canvas);
    }
    if (set?.size === 0) this.shown.delete(key);
  }

  /** Draws what is known of a tile: of one that could not be loaded, nothing but sea. */
  private draw(key: string): void {
    const tile = this.store.get(key) ?? NOTHING;
    for (const { canvas, coords } of this.shown.get(key) ?? []) drawOutlines(canvas, coords, tile, this.style);
    this.settle(key);
    this.reports.onDrawn();
  }

  /** Tells Leaflet that a tile will not get better by waiting, so that it drops the ones below. */
  private settle(key: string): void {
    for (const shown of this.shown.get(key) ?? []) {
      shown.ready?.();
      shown.ready = null;
    }
  }
}

function drawOutlines(canvas: HTMLCanvasElement, coords: L.Coords, tile: OutlineTile, style: BaseStyle): void {
  const size = Math.round(TILE_SIZE * window.devicePixelRatio);
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const ctx = canvas.getContext("2d", { alpha: false });
  if (!ctx) return;
  const { colours } = style.theme;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.fillStyle = colours.sea;
  ctx.fillRect(0, 0, size, size);
  const parts = 2 ** (coords.z - nativeTile(coords).z);
  const scale = (size * parts) / EXTENT;
  ctx.setTransform(scale, 0, 0, scale, -(coords.x % parts) * size, -(coords.y % parts) * size);
  ctx.lineJoin = "round";
  ctx.lineCap = "round";
  const pixel = window.devicePixelRatio / scale;
  const ofKind = (...kinds: string[]): Outline[] => tile.outlines.filter((o) => kinds.includes(o.kind));
  const fill = (outlines: Outline[], colour: string): void => {
    ctx.fillStyle = colour;
    for (const outline of outlines) {
      if (!outline.area) continue;
      ctx.beginPath();
      traceArea(tile, outline, ctx);
      ctx.fill("evenodd");
    }
  };
  const line = (outlines: Outline[], colour: string, width: number, dash: number[] = []): void => {
    if (width === 0 || outlines.length === 0) return;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * pixel;
    ctx.setLineDash(dash.map((d) => d * pixel));
    ctx.beginPath();
    for (const outline of outlines) traceBorder(tile, outline, ctx);
    ctx.stroke();
  };
  const z = coords.z;
  const near = z >= 10;
  fill(ofKind("land"), colours.abroad);
  const ground = ["reg", "dep", "arr", "com"].map((kind) => ofKind(kind)).find((found) => found.length > 0) ?? [];
  fill(ground, colours.land);
  // Closes the hairline that anti-aliasing leaves between neighbours.
  line(ground, colours.land, 1);
  fill(ofKind("lake"), colours.water);
  line(ofKind("river"), colours.water, z < 7 ? 0.8 : z < 10 ? 1.4 : 2.2);
  fill(ofKind("qpv", "qrr"), colours.quarter);
  const strong = style.emphasis ? 1.5 : 1;
  line(ofKind("com"), style.emphasis ? colours.border : colours.borderFine, z >= 10 ? 0.9 * strong : 0.5);
  line(ofKind("qpv", "qrr"), colours.border, z >= 13 ? 1.2 : 0.6, [4, 3]);
  line(ofKind("arr"), colours.border, 0.8 * strong, [6, 3]);
  const departments = near || style.emphasis ? colours.borderStrong : colours.border;
  line(ofKind("dep"), departments, (near ? 1.6 : z >= 7 ? 1.1 : 0.8) * strong);
  line(ofKind("reg"), colours.borderStrong, (z >= 7 ? 1.4 : 1) * strong);
}
