/**
 * The ground of a map, painted under everything else on the same canvas. Each tile is made a picture once. The pictures never
 * come to the screen by themselves: without a graphics processor a frame that shows 35 new canvases takes 70 to 120 ms.
 */
import { paintGround } from "./groundpaint";
import type { GroundStyle } from "./groundpaint";
import { decodeOutlines } from "./outlines";
import type { OutlineTile } from "./outlines";
import type { Frame } from "./overlay";
import { around } from "./parts";
import { TILE_SIZE, nativeTile, parseTile, related, sameTiles, tileKey, tileWorldBox, tilesCovering } from "./tilemath";
import type { PixelBox, TileId, WorldBox } from "./tilemath";
import { TileStore } from "./tilestore";
import type { TileStoreOptions } from "./tilestore";

/** Pictures that are kept: those of a large window and of the zoom before. Of 256 pixels they hold 24 MB, four times as much on a dense screen. */
const KEEP = 96;

/** What is shown of a tile that could not be loaded: sea. */
const NOTHING = decodeOutlines(new ArrayBuffer(0));

export type GroundReports = Pick<TileStoreOptions<OutlineTile>, "onPending" | "onError" | "onSuccess" | "ask"> & {
  /** This part of the world is to be painted anew. */
  onChange(part: WorldBox): void;
};

interface Picture {
  tile: TileId;
  bitmap: ImageBitmap;
}

export class Ground {
  private readonly store: TileStore<OutlineTile>;
  private wanted: TileId[] = [];
  /** Native tiles that could not be loaded, or whose right has ended. */
  private readonly failed = new Set<string>();
  /** By the key of the tile, the one that was used last at the end. */
  private readonly pictures = new Map<string, Picture>();
  private readonly easel = new OffscreenCanvas(1, 1);

  constructor(
    private style: GroundStyle,
    private readonly reports: GroundReports,
  ) {
    this.store = new TileStore<OutlineTile>({
      url: (key) => `/tiles/basemap,territories/${key}.mvt`,
      decode: decodeOutlines,
      onChange: (key) => this.changed(key),
      onPending: reports.onPending,
      onError: (status, key) => {
        this.changed(key);
        reports.onError(status, key);
      },
      onSuccess: reports.onSuccess,
      ask: reports.ask,
      keep: 48,
    });
  }

  /** Outlines of a loaded tile. */
  outlines(key: string): OutlineTile | undefined {
    return this.store.get(key);
  }

  /** Says what is in view; in the middle of a pinch, when the zoom is no whole number, there is nothing to ask for. */
  view(box: WorldBox, zoom: number): void {
    if (!Number.isInteger(zoom)) return;
    const before = this.wanted;
    this.wanted = tilesCovering(box, zoom);
    if (sameTiles(before, this.wanted)) return;
    this.store.swap(nativeKeys(before), nativeKeys(this.wanted));
  }

  restyle(style: GroundStyle): void {
    this.style = style;
    this.forget(() => true);
  }

  /** Fetches every tile anew. */
  refresh(): void {
    this.store.refresh(() => true);
  }

  destroy(): void {
    this.store.destroy();
    this.forget(() => true);
  }

  /** Covers all that is painted of the canvas; what has not come yet shows what other zooms know of it. */
  paint(ctx: CanvasRenderingContext2D, { parts, ...frame }: Frame): void {
    const { left, top, right, bottom } = parts ? around(parts) : { left: 0, top: 0, right: frame.width, bottom: frame.height };
    const { worldPixels, ratio } = frame;
    const box = { minX: (left + frame.left) / worldPixels, minY: (top + frame.top) / worldPixels, maxX: (right + frame.left) / worldPixels, maxY: (bottom + frame.top) / worldPixels };
    ctx.save();
    // Edges between pixels of the screen, or they would show as lines.
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = this.style.theme.colours.sea;
    ctx.fillRect(left * ratio, top * ratio, (right - left) * ratio, (bottom - top) * ratio);
    for (const tile of tilesCovering(box, Math.round(frame.zoom))) {
      const at = placeOf(tile, frame);
      const picture = this.picture(tile);
      if (picture) drawWhole(ctx, picture, at);
      else if (!this.content(tile)) this.standIn(ctx, tile, at, frame);
    }
    ctx.restore();
  }

  private changed(key: string): void {
    const native = parseTile(key);
    if (!native) return;
    if (this.store.get(key)) this.failed.delete(key);
    else this.failed.add(key);
    const concerned = (tile: TileId): boolean => tileKey(nativeTile(tile)) === key;
    this.forget(concerned);
    // Now and not in the next frame, which would have to make the pictures of all that came together.
    for (const tile of this.wanted) if (concerned(tile)) this.picture(tile);
    this.reports.onChange(tileWorldBox(native));
  }

  private forget(concerned: (tile: TileId) => boolean): void {
    for (const [key, { tile, bitmap }] of this.pictures) {
      if (!concerned(tile)) continue;
      bitmap.close();
      this.pictures.delete(key);
    }
  }

  /** Outlines to draw of a tile; undefined while nothing is known of it. */
  private content(tile: TileId): OutlineTile | undefined {
    const native = tileKey(nativeTile(tile));
    return this.store.get(native) ?? (this.failed.has(native) ? NOTHING : undefined);
  }

  /** The picture of a tile, made if need be; undefined while nothing is known of it, and where there is nothing but sea. */
  private picture(tile: TileId): ImageBitmap | undefined {
    const key = tileKey(tile);
    const kept = this.pictures.get(key);
    const picture = kept ?? this.make(tile);
    if (!picture) return undefined;
    if (kept) this.pictures.delete(key);
    this.pictures.set(key, picture);
    if (!kept) this.trim();
    return picture.bitmap;
  }

  private make(tile: TileId): Picture | undefined {
    const outlines = this.content(tile);
    if (!outlines?.outlines.length) return undefined;
    const ratio = window.devicePixelRatio;
    const size = Math.round(TILE_SIZE * ratio);
    const { easel } = this;
    if (easel.width !== size) easel.width = easel.height = size;
    const ctx = easel.getContext("2d", { alpha: false });
    if (!ctx) return undefined;
    paintGround(ctx, size, ratio, tile, outlines, this.style);
    return { tile, bitmap: easel.transferToImageBitmap() };
  }

  private trim(): void {
    for (const [key, { bitmap }] of this.pictures) {
      if (this.pictures.size <= KEEP) return;
      bitmap.close();
      this.pictures.delete(key);
    }
  }

  /** Paints what pictures of other zooms show of a tile, the coarse ones first. */
  private standIn(ctx: CanvasRenderingContext2D, tile: TileId, at: PixelBox, frame: Omit<Frame, "parts">): void {
    const others = [...this.pictures.values()].filter((other) => related(tile, other.tile)).sort((a, b) => a.tile.z - b.tile.z);
    for (const other of others) {
      if (other.tile.z > tile.z) {
        drawWhole(ctx, other.bitmap, placeOf(other.tile, frame));
        continue;
      }
      const parts = 2 ** (tile.z - other.tile.z);
      const side = other.bitmap.width / parts;
      ctx.drawImage(other.bitmap, (tile.x % parts) * side, (tile.y % parts) * side, side, side, at.left, at.top, at.right - at.left, at.bottom - at.top);
    }
  }
}

const nativeKeys = (tiles: readonly TileId[]): string[] => [...new Set(tiles.map((tile) => tileKey(nativeTile(tile))))];

/** Where a tile is on the canvas, in whole pixels of the screen. */
function placeOf({ z, x, y }: TileId, { worldPixels, left, top, ratio }: Omit<Frame, "parts">): PixelBox {
  const side = worldPixels / 2 ** z;
  const at = (n: number, origin: number): number => Math.round((n * side - origin) * ratio);
  return { left: at(x, left), top: at(y, top), right: at(x + 1, left), bottom: at(y + 1, top) };
}

function drawWhole(ctx: CanvasRenderingContext2D, picture: ImageBitmap, { left, top, right, bottom }: PixelBox): void {
  ctx.drawImage(picture, left, top, right - left, bottom - top);
}
