/**
 * Copies many small pictures onto a canvas by way of its pixels. A city of a large map shows ten thousand symbols, and without a GPU
 * a canvas takes some twenty microseconds to copy each: twenty times as long as to set the pixels.
 */

import { around } from "./parts";
import type { PixelBox } from "./tilemath";

/** A picture whose side is `side` pixels of the screen. */
export interface Picture {
  side: number;
  /** ABGR, not multiplied by alpha. */
  pixels: Int32Array;
  /** First and one after the last pixel of each row that is not clear. */
  spans: Uint16Array;
}

/** A picture of `side` × `side` such pixels. */
export function pictureOf(side: number, pixels: Int32Array): Picture {
  const spans = new Uint16Array(2 * side);
  for (let y = 0; y < side; y++) {
    let [first, last] = [side, 0];
    for (let x = 0; x < side; x++) {
      if ((pixels[y * side + x] ?? 0) >>> 24 === 0) continue;
      first = Math.min(first, x);
      last = x + 1;
    }
    spans[2 * y] = Math.min(first, last);
    spans[2 * y + 1] = last;
  }
  return { side, pixels, spans };
}

/**
 * Whether a picture whose corners are clear and whose middle is not is what was drawn: browsers that guard against being recognized
 * give noise in its place.
 */
export function isFaithful({ side, pixels }: Picture): boolean {
  const clear = (x: number, y: number): boolean => (pixels[y * side + x] ?? 0) >>> 24 === 0;
  const last = side - 1;
  return clear(0, 0) && clear(last, 0) && clear(0, last) && clear(last, last) && !clear(side >> 1, side >> 1);
}

/** The alpha of what hides all that is below it, where it is in a pixel. */
const OPAQUE = 0xff << 24;

/**
 * Draws a picture under what is in `into`, which is `stride` wide; outside of `height` rows nothing is drawn. The topmost goes first:
 * in a crowd most pixels are taken by then, and are left alone.
 */
export function stampUnder(into: Int32Array, stride: number, height: number, { side, pixels, spans }: Picture, left: number, top: number): void {
  const toY = Math.min(side, height - top);
  for (let y = Math.max(0, -top); y < toY; y++) {
    const begin = Math.max(spans[2 * y] as number, -left);
    const end = Math.min(spans[2 * y + 1] as number, stride - left);
    let from = y * side + begin;
    let to = (top + y) * stride + left + begin;
    for (let x = begin; x < end; x++, from++, to++) {
      const above = into[to] as number;
      if ((above & OPAQUE) === OPAQUE) continue;
      const below = pixels[from] as number;
      into[to] = above === 0 ? below : over(above, below);
    }
  }
}

/** One pixel over another. */
export function over(above: number, below: number): number {
  const a = above >>> 24;
  const b = (((below >>> 24) * (255 - a) + 127) / 255) | 0;
  const alpha = a + b;
  if (alpha === 0) return 0;
  const half = alpha >> 1;
  const blue = ((((above >> 16) & 255) * a + ((below >> 16) & 255) * b + half) / alpha) | 0;
  const green = ((((above >> 8) & 255) * a + ((below >> 8) & 255) * b + half) / alpha) | 0;
  const red = (((above & 255) * a + (below & 255) * b + half) / alpha) | 0;
  return (alpha << 24) | (blue << 16) | (green << 8) | red;
}

/** Where pictures are put together; kept from one painting to the next, as large as the largest part so far. */
export class Sheet {
  private readonly canvas = new OffscreenCanvas(1, 1);
  private image = new ImageData(1, 1);
  private words = new Int32Array(this.image.data.buffer);

  /**
   * Puts pictures together as `each` asks for them, the topmost first, and draws what of them is in some areas of the canvas of `ctx`, which do not
   * overlap. Areas and positions are in pixels of the screen.
   */
  draw(ctx: CanvasRenderingContext2D, areas: readonly PixelBox[], each: (put: (picture: Picture, x: number, y: number) => void) => void): void {
    const sheet = this.canvas.getContext("2d");
    const { left, top, right, bottom } = around(areas);
    if (!sheet || left >= right || top >= bottom) return;
    this.grow(right - left, bottom - top);
    const { words, image } = this;
    for (const area of areas) this.clear(area, left, top);
    each((picture, x, y) => stampUnder(words, image.width, bottom - top, picture, x - left, y - top));
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    for (const area of areas) {
      const [x, y, width, height] = [area.left - left, area.top - top, area.right - area.left, area.bottom - area.top];
      sheet.putImageData(image, 0, 0, x, y, width, height);
      ctx.drawImage(this.canvas, x, y, width, height, area.left, area.top, width, height);
    }
    ctx.restore();
  }

  private clear(area: PixelBox, left: number, top: number): void {
    for (let y = area.top - top; y < area.bottom - top; y++) {
      const row = y * this.image.width - left;
      this.words.fill(0, row + area.left, row + area.right);
    }
  }

  private grow(width: number, height: number): void {
    if (width <= this.image.width && height <= this.image.height) return;
    this.image = new ImageData(Math.max(width, this.image.width), Math.max(height, this.image.height));
    this.words = new Int32Array(this.image.data.buffer);
    this.canvas.width = this.image.width;
    this.canvas.height = this.image.height;
  }
}
