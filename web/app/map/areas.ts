/** Areas of heat, circles and outlined units over the ground: painting them, and finding the one under the pointer. */
import type { Frame } from "./overlay";
import type { Theme } from "./theme";
import { toWorld } from "./tilemath";
import type { LngLat } from "./types";

/** Polygons with their holes, in degrees; GeoJSON's MultiPolygon. */
export type AreaPolygons = readonly (readonly (readonly (readonly number[])[])[])[];

/** One coloured area. */
export interface MapArea {
  id: string;
  polygons: AreaPolygons | null;
  /** Index in the ramp, -1 for an area that is only outlined. */
  tone: number;
  /** A proportional circle over it, in pixels. */
  circle?: { at: LngLat; radius: number };
}

/** A unit that stands out: outlined, and named by the sign that the list has too. */
export interface MapOutline {
  id: string;
  polygons: AreaPolygons | null;
  at: LngLat | null;
  tone: "more" | "fewer" | "apart";
  sign: string;
}

/** What the painter needs beside the theme of the map. */
export interface HeatColours {
  ramp: readonly string[];
  circle: string;
  hot: string;
  cold: string;
}

/** Rings in world coordinates, projected once. */
interface Shape {
  rings: Float64Array[];
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

export interface PreparedArea extends Omit<MapArea, "polygons" | "circle"> {
  shape: Shape | null;
  /** Of an area without an outline it carries the tone. */
  circle: { x: number; y: number; radius: number; tone: number } | null;
}

export interface PreparedOutline extends Omit<MapOutline, "polygons" | "at"> {
  shape: Shape | null;
  at: [number, number] | null;
}

export const prepareArea = ({ polygons, circle, ...rest }: MapArea): PreparedArea => {
  const at = circle && toWorld(circle.at);
  const shape = shapeOf(polygons);
  return { ...rest, shape, circle: circle && at ? { x: at[0], y: at[1], radius: circle.radius, tone: shape ? -1 : rest.tone } : null };
};

export const prepareOutline = ({ polygons, at, ...rest }: MapOutline): PreparedOutline => ({ ...rest, shape: shapeOf(polygons), at: at && toWorld(at) });

/** An area whose rings are in world coordinates already. */
export const prepareWorldArea = (id: string, rings: Float64Array[], tone: number): PreparedArea => ({ id, tone, circle: null, shape: bounded(rings) });

const shapeOf = (polygons: AreaPolygons | null): Shape | null => bounded((polygons ?? []).flat().map((ring) => Float64Array.from(ring.flatMap(([lon = 0, lat = 0]) => toWorld([lon, lat])))));

function bounded(rings: Float64Array[]): Shape | null {
  const shape: Shape = { rings, minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [ring[i] ?? 0, ring[i + 1] ?? 0];
      shape.minX = Math.min(shape.minX, x);
      shape.minY = Math.min(shape.minY, y);
      shape.maxX = Math.max(shape.maxX, x);
      shape.maxY = Math.max(shape.maxY, y);
    }
  }
  return rings.length === 0 ? null : shape;
}

function trace(ctx: CanvasRenderingContext2D, frame: Frame, shape: Shape): boolean {
  const { worldPixels: world, left, top, width, height } = frame;
  if (shape.maxX * world < left || shape.minX * world > left + width || shape.maxY * world < top || shape.minY * world > top + height) return false;
  ctx.beginPath();
  for (const ring of shape.rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [(ring[i] ?? 0) * world - left, (ring[i + 1] ?? 0) * world - top];
      if (i === 0) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    }
    ctx.closePath();
  }
  return true;
}

/** Fills areas; `alpha` says how far each is there while one picture gives way to the next. */
export function paintAreas(ctx: CanvasRenderingContext2D, frame: Frame, areas: Iterable<PreparedArea>, colours: HeatColours, theme: Theme, edges: boolean, alpha: (area: PreparedArea) => number): void {
  ctx.save();
  ctx.lineJoin = "round";
  for (const area of areas) {
    const there = alpha(area);
    if (there <= 0 || !area.shape || !trace(ctx, frame, area.shape)) continue;
    const colour = colours.ramp[area.tone];
    ctx.globalAlpha = there;
    if (colour) {
      ctx.fillStyle = colour;
      ctx.fill("evenodd");
      // Closes the hairline that anti-aliasing leaves between neighbours.
      ctx.strokeStyle = edges ? theme.colours.border : colour;
      ctx.lineWidth = 0.8;
      ctx.stroke();
    } else {
      ctx.strokeStyle = theme.colours.border;
      ctx.lineWidth = 0.8;
      ctx.stroke();
    }
  }
  ctx.restore();
}

/** Circles from this radius on go under the names, which are read over them; smaller ones would be lost there. */
const LARGE = 10;

/** Those of one size, largest first, so that none hides another. */
export function paintCircles(ctx: CanvasRenderingContext2D, frame: Frame, areas: readonly PreparedArea[], colours: HeatColours, theme: Theme, alpha: number, large: boolean): void {
  const circles = areas.map(({ circle }) => circle).filter((circle) => circle !== null && circle.radius >= LARGE === large).sort((a, b) => (b?.radius ?? 0) - (a?.radius ?? 0));
  ctx.save();
  for (const circle of circles) {
    if (!circle) continue;
    const { x, y, radius, tone } = circle;
    ctx.beginPath();
    ctx.arc(x * frame.worldPixels - frame.left, y * frame.worldPixels - frame.top, radius, 0, 2 * Math.PI);
    ctx.globalAlpha = (colours.ramp[tone] ? 1 : 0.55) * alpha;
    ctx.fillStyle = colours.ramp[tone] ?? colours.circle;
    ctx.fill();
    ctx.globalAlpha = alpha;
    ctx.lineWidth = 3;
    ctx.strokeStyle = theme.colours.casing;
    ctx.stroke();
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = colours.circle;
    ctx.stroke();
  }
  ctx.restore();
}

/** The area under the pointer or the focus, in two tones that show on every colour of the ramp. */
export function paintFocus(ctx: CanvasRenderingContext2D, frame: Frame, area: { shape: Shape | null }, theme: Theme): void {
  if (!area.shape || !trace(ctx, frame, area.shape)) return;
  ctx.save();
  ctx.lineJoin = "round";
  ctx.lineWidth = 6;
  ctx.strokeStyle = theme.colours.casing;
  ctx.stroke();
  ctx.lineWidth = 3;
  ctx.strokeStyle = theme.colours.select;
  ctx.stroke();
  ctx.restore();
}

const dashes: Record<MapOutline["tone"], number[]> = { more: [], fewer: [9, 5], apart: [2, 4] };

/** Units that stand out: the line says which way, and the sign leads to the list. */
export function paintOutlines(ctx: CanvasRenderingContext2D, frame: Frame, outlines: readonly PreparedOutline[], colours: HeatColours, theme: Theme): void {
  ctx.save();
  ctx.lineJoin = "round";
  for (const { shape, tone } of outlines) {
    if (!shape || !trace(ctx, frame, shape)) continue;
    ctx.setLineDash([]);
    ctx.lineWidth = 6;
    ctx.strokeStyle = theme.colours.casing;
    ctx.stroke();
    ctx.setLineDash(dashes[tone]);
    ctx.lineWidth = 3;
    ctx.strokeStyle = colourOf(tone, colours, theme);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.font = `700 12px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const { at, tone, sign } of outlines) {
    if (!at) continue;
    const [x, y] = [at[0] * frame.worldPixels - frame.left, at[1] * frame.worldPixels - frame.top];
    ctx.beginPath();
    ctx.arc(x, y, 11, 0, 2 * Math.PI);
    ctx.fillStyle = theme.colours.casing;
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.strokeStyle = colourOf(tone, colours, theme);
    ctx.stroke();
    ctx.fillStyle = colourOf(tone, colours, theme);
    ctx.fillText(sign, x, y + 0.5);
  }
  ctx.restore();
}

const colourOf = (tone: MapOutline["tone"], colours: HeatColours, theme: Theme): string => (tone === "more" ? colours.hot : tone === "fewer" ? colours.cold : theme.colours.label);

/** The topmost area that holds a position in world coordinates, or whose circle does; `pixel` is one pixel's width there. */
export function areaAt(areas: readonly PreparedArea[], x: number, y: number, pixel: number): PreparedArea | null {
  const ringed = areas.filter(({ circle }) => circle !== null && Math.hypot(circle.x - x, circle.y - y) <= (circle.radius + 2) * pixel);
  if (ringed.length > 0) return ringed.reduce((a, b) => ((a.circle?.radius ?? 0) <= (b.circle?.radius ?? 0) ? a : b));
  for (let i = areas.length - 1; i >= 0; i--) {
    const area = areas[i];
    if (area?.shape && holds(area.shape, x, y)) return area;
  }
  return null;
}

function holds(shape: Shape, x: number, y: number): boolean {
  if (x < shape.minX || x > shape.maxX || y < shape.minY || y > shape.maxY) return false;
  let inside = false;
  for (const ring of shape.rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [yi, yj] = [ring[i + 1] ?? 0, ring[j + 1] ?? 0];
      if (yi > y === yj > y) continue;
      const [xi, xj] = [ring[i] ?? 0, ring[j] ?? 0];
      if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}
