/** The line of a tie between two places: straight, or bent aside where several tie the same two. */

/** A quadratic curve that begins and ends at the edges of the symbols. */
export interface TieCurve {
  x0: number;
  y0: number;
  cx: number;
  cy: number;
  x1: number;
  y1: number;
  /** Whether the control point lies aside. */
  bent: boolean;
}

/** How far neighbouring ties of one pair are apart at their middle, in pixels. */
const step = 16;

/** Null where the symbols touch and nothing lies between. */
export function tieCurve(ax: number, ay: number, bx: number, by: number, ra: number, rb: number, bend: number): TieCurve | null {
  const [dx, dy] = [bx - ax, by - ay];
  const length = Math.hypot(dx, dy);
  if (length <= ra + rb + 1) return null;
  // A curve comes half as far as its control point.
  const aside = 2 * bend * Math.min(step, length / 6);
  const [cx, cy] = [(ax + bx) / 2 - (dy / length) * aside, (ay + by) / 2 + (dx / length) * aside];
  const toward = (x: number, y: number, radius: number): [number, number] => {
    const far = Math.hypot(cx - x, cy - y) || 1;
    return [x + ((cx - x) / far) * radius, y + ((cy - y) / far) * radius];
  };
  const [x0, y0] = toward(ax, ay, ra);
  const [x1, y1] = toward(bx, by, rb);
  return { x0, y0, cx, cy, x1, y1, bent: bend !== 0 };
}

/** Position on a curve, `t` from 0 to 1. */
export function along({ x0, y0, cx, cy, x1, y1 }: TieCurve, t: number): [x: number, y: number] {
  const u = 1 - t;
  return [u * u * x0 + 2 * u * t * cx + t * t * x1, u * u * y0 + 2 * u * t * cy + t * t * y1];
}

/** Distance from a position to a curve, in its units. */
export function distanceTo(curve: TieCurve, x: number, y: number): number {
  const steps = curve.bent ? 12 : 1;
  let least = Infinity;
  let [px, py] = [curve.x0, curve.y0];
  for (let i = 1; i <= steps; i++) {
    const [qx, qy] = along(curve, i / steps);
    const [dx, dy] = [qx - px, qy - py];
    const t = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(px + t * dx - x, py + t * dy - y));
    [px, py] = [qx, qy];
  }
  return least;
}

/** The direction in which a curve comes to its end, as a unit vector. */
export function arrival({ cx, cy, x1, y1, x0, y0 }: TieCurve): [x: number, y: number] {
  const [dx, dy] = x1 === cx && y1 === cy ? [x1 - x0, y1 - y0] : [x1 - cx, y1 - cy];
  const length = Math.hypot(dx, dy) || 1;
  return [dx / length, dy / length];
}

/** The corners of the sign at the end of a tie; `closed` says whether it is an area. */
export function signAt(curve: TieCurve, sign: "arrow" | "hollow" | "chevron" | "bar", size: number): { points: [number, number][]; closed: boolean } {
  if (sign === "bar") {
    // Two short strokes across the middle: nothing passes here.
    const [mx, my] = along(curve, 0.5);
    const [dx, dy] = [curve.x1 - curve.x0, curve.y1 - curve.y0];
    const length = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [dx / length, dy / length];
    const s = size * 0.6;
    return { points: [[mx - s * (ux + uy), my - s * (uy - ux)], [mx + s * (ux + uy), my + s * (uy - ux)], [mx + s * (uy - ux), my - s * (ux + uy)], [mx - s * (uy - ux), my + s * (ux + uy)]], closed: false };
  }
  const [ux, uy] = arrival(curve);
  const half = size * 0.48;
  const [bx, by] = [curve.x1 - ux * size, curve.y1 - uy * size];
  return { points: [[bx - uy * half, by + ux * half], [curve.x1, curve.y1], [bx + uy * half, by - ux * half]], closed: sign !== "chevron" };
}
