/**
 * The shape of each status, so that status never depends on colour: reported is a hollow diamond, active a disc,
 * disrupted a square, dormant a triangle, closed a cross.
 */
import { siteKinds } from "../core/vocabulary";
import { traceKind } from "./kindshape";
import { Sheet, isFaithful, pictureOf } from "./stamp";
import type { Picture } from "./stamp";
import type { Theme } from "./theme";
import type { PixelBox } from "./tilemath";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Half the side or height of each shape for a radius of 1: the areas, and so the visual weights, are alike. */
const DIAMOND = 1.2;
const SQUARE = 0.86;
const TRIANGLE = 1.18;
const CROSS = 0.8;

/** Traces the outline of a status's shape around the origin. */
function traceShape(path: Path2D | CanvasPath, status: number, radius: number): void {
  switch (status) {
    case 1:
      path.moveTo(radius, 0);
      path.arc(0, 0, radius, 0, 2 * Math.PI);
      return;
    case 2:
      polygon(path, [-1, -1, 1, -1, 1, 1, -1, 1], radius * SQUARE);
      return;
    case 3:
      polygon(path, [0, -1.06, 1, 0.76, -1, 0.76], radius * TRIANGLE);
      return;
    case 4:
      path.moveTo(-radius * CROSS, -radius * CROSS);
      path.lineTo(radius * CROSS, radius * CROSS);
      path.moveTo(radius * CROSS, -radius * CROSS);
      path.lineTo(-radius * CROSS, radius * CROSS);
      return;
    default:
      polygon(path, [0, -1, 1, 0, 0, 1, -1, 0], radius * DIAMOND);
  }
}

function polygon(path: Path2D | CanvasPath, points: number[], scale: number): void {
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [(points[i] ?? 0) * scale, (points[i + 1] ?? 0) * scale];
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}

/** Draws a status's symbol around the origin of the context. */
function drawShape(ctx: Context, status: number, radius: number, theme: Theme): void {
  const colour = theme.statuses[status] ?? theme.colours.reported;
  ctx.lineJoin = "round";
  ctx.beginPath();
  if (status === 4) {
    traceShape(ctx, status, radius);
    ctx.lineCap = "round";
    stroke(ctx, theme.colours.casing, radius * 0.42 + 3);
    stroke(ctx, colour, radius * 0.42);
    return;
  }
  if (status === 1 || status === 2 || status === 3) {
    traceShape(ctx, status, radius);
    stroke(ctx, theme.colours.casing, 3);
    ctx.fillStyle = colour;
    ctx.fill();
    return;
  }
  const line = Math.max(1.8, radius * 0.36);
  traceShape(ctx, status, radius - line / 2 + 0.4);
  stroke(ctx, theme.colours.casing, line + 3);
  ctx.fillStyle = theme.colours.land;
  ctx.fill();
  stroke(ctx, colour, line);
}

/** A support site is a frame whose outline is its kind, with the shape of its status inside. */
export const SITE_SIZE = 1.55;
const STATUS_IN_SITE = 0.47;

/** Draws a support site around the origin of the context; `site` is as in symbol tiles. */
function drawSite(ctx: Context, site: number, status: number, radius: number, theme: Theme): void {
  const line = Math.max(1.6, radius * 0.17);
  const trace = (): void => {
    ctx.beginPath();
    traceKind(ctx, siteKinds[site - 1] ?? "", 0, 0, radius - line / 2);
  };
  ctx.lineJoin = "round";
  trace();
  stroke(ctx, theme.colours.casing, line + 3);
  ctx.fillStyle = theme.colours.land;
  ctx.fill();
  stroke(ctx, theme.colours.select, line);
  drawShape(ctx, status, radius * STATUS_IN_SITE, { ...theme, colours: { ...theme.colours, casing: theme.colours.land } });
}

function stroke(ctx: Context, colour: string, width: number): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

/** Symbols drawn once for a theme and a pixel ratio, then copied. */
export class Sprites {
  /** A browser without a GPU takes many times as long to copy a canvas. Null where the browser has no memory for one: nothing is shown. */
  private readonly bitmaps = new Map<number, ImageBitmap | null>();
  private readonly pictures = new Map<number, Picture>();
  private readonly easel = new OffscreenCanvas(1, 1);
  private readonly sheet = new Sheet();
  private faithful: boolean | undefined;

  constructor(
    private readonly theme: Theme,
    private readonly ratio: number,
  ) {}

  /** Copies a symbol with its centre at (x, y) of a context in CSS pixels. */
  draw(ctx: CanvasRenderingContext2D, status: number, radius: number, x: number, y: number, site = 0): void {
    const bitmap = this.bitmap(status, radius, site);
    if (!bitmap) return;
    const side = bitmap.width;
    const css = side / this.ratio;
    ctx.drawImage(bitmap, this.corner(x, side) / this.ratio, this.corner(y, side) / this.ratio, css, css);
  }

  /** Whether the browser tells what it has drawn, as {@link drawMany} needs. */
  get readable(): boolean {
    return (this.faithful ??= isFaithful(this.picture(1, 6, 0)));
  }

  /** Copies many symbols, the topmost first, to parts of a canvas, given in CSS pixels: as {@link draw}, and faster from some hundred on. */
  drawMany(ctx: CanvasRenderingContext2D, parts: readonly PixelBox[], each: (draw: (status: number, radius: number, x: number, y: number, site: number) => void) => void): void {
    const areas = parts.map((part) => ({
      left: Math.floor(part.left * this.ratio),
      top: Math.floor(part.top * this.ratio),
      right: Math.ceil(part.right * this.ratio),
      bottom: Math.ceil(part.bottom * this.ratio),
    }));
    this.sheet.draw(ctx, areas, (put) =>
      each((status, radius, x, y, site) => {
        const picture = this.picture(status, radius, site);
        put(picture, this.corner(x, picture.side), this.corner(y, picture.side));
      }),
    );
  }

  /** Where a picture begins, in whole pixels of the screen. */
  private corner(middle: number, side: number): number {
    return Math.round(middle * this.ratio - side / 2);
  }

  private bitmap(status: number, radius: number, site: number): ImageBitmap | null {
    const key = keyOf(status, radius, site);
    let bitmap = this.bitmaps.get(key);
    if (bitmap === undefined) {
      const side = this.side(radius, site);
      const canvas = new OffscreenCanvas(side, side);
      bitmap = this.paint(canvas, side, status, radius, site) ? canvas.transferToImageBitmap() : null;
      this.bitmaps.set(key, bitmap);
    }
    return bitmap;
  }

  private picture(status: number, radius: number, site: number): Picture {
    const key = keyOf(status, radius, site);
    let picture = this.pictures.get(key);
    if (!picture) {
      const side = this.side(radius, site);
      const { easel } = this;
      // One canvas for all: a zoom asks for some fifty pictures at once, and a canvas for each takes three times as long.
      if (easel.width < side) easel.width = easel.height = side;
      const ctx = this.paint(easel, side, status, radius, site);
      picture = pictureOf(side, ctx ? new Int32Array(ctx.getImageData(0, 0, side, side).data.buffer) : new Int32Array(side * side));
      this.pictures.set(key, picture);
    }
    return picture;
  }

  private side(radius: number, site: number): number {
    return 2 * Math.ceil(((quarters(radius) / 4) * (site > 0 ? 1.42 : 1.3) + 3) * this.ratio);
  }

  /** Paints a symbol, and nothing else, in the corner of a canvas; null where the browser has no memory for it. */
  private paint(canvas: OffscreenCanvas, side: number, status: number, radius: number, site: number): Context | null {
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    if (!ctx) return null;
    ctx.clearRect(0, 0, side, side);
    ctx.save();
    ctx.translate(side / 2, side / 2);
    ctx.scale(this.ratio, this.ratio);
    if (site > 0) drawSite(ctx, site, status, quarters(radius) / 4, this.theme);
    else drawShape(ctx, status, quarters(radius) / 4, this.theme);
    ctx.restore();
    return ctx;
  }
}

/** Radii in quarters of a pixel keep the pictures few and the sizes true. */
const quarters = (radius: number): number => Math.round(radius * 4);

const keyOf = (status: number, radius: number, site: number): number => (quarters(radius) * 256 + status) * 16 + site;
