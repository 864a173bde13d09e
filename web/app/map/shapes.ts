/**
 * The shape of each status, so that status never depends on colour: reported is a hollow diamond, active a disc,
 * disrupted a square, dormant a triangle, closed a cross.
 */
import { siteKinds } from "../core/vocabulary";
import { traceKind } from "./kindshape";
import type { Theme } from "./theme";

/** Half the side or height of each shape for a radius of 1: the areas, and so the visual weights, are alike. */
const DIAMOND = 1.2;
const SQUARE = 0.86;
const TRIANGLE = 1.18;
const CROSS = 0.8;

/** Traces the outline of a status's shape around the origin. */
export function traceShape(path: Path2D | CanvasPath, status: number, radius: number): void {
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
export function drawShape(ctx: CanvasRenderingContext2D, status: number, radius: number, theme: Theme): void {
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
export function drawSite(ctx: CanvasRenderingContext2D, site: number, status: number, radius: number, theme: Theme): void {
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

function stroke(ctx: CanvasRenderingContext2D, colour: string, width: number): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}

/** Symbols drawn once for a theme and a pixel ratio, then copied. */
export class Sprites {
  private readonly made = new Map<number, HTMLCanvasElement>();

  constructor(
    private readonly theme: Theme,
    private readonly ratio: number,
  ) {}

  /** Copies a symbol with its centre at (x, y) of a context in CSS pixels. */
  draw(ctx: CanvasRenderingContext2D, status: number, radius: number, x: number, y: number, site = 0): void {
    // Radii in quarters of a pixel keep the sprites few and the sizes true.
    const quarters = Math.round(radius * 4);
    const key = (quarters * 256 + status) * 16 + site;
    let sprite = this.made.get(key);
    if (!sprite) {
      sprite = this.make(status, quarters / 4, site);
      this.made.set(key, sprite);
    }
    const side = sprite.width / this.ratio;
    const snap = (v: number): number => Math.round((v - side / 2) * this.ratio) / this.ratio;
    ctx.drawImage(sprite, snap(x), snap(y), side, side);
  }

  private make(status: number, radius: number, site: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    const side = 2 * Math.ceil((radius * (site > 0 ? 1.42 : 1.3) + 3) * this.ratio);
    canvas.width = side;
    canvas.height = side;
    const ctx = canvas.getContext("2d");
    if (!ctx) return canvas;
    ctx.translate(side / 2, side / 2);
    ctx.scale(this.ratio, this.ratio);
    if (site > 0) drawSite(ctx, site, status, radius, this.theme);
    else drawShape(ctx, status, radius, this.theme);
    return canvas;
  }
}
