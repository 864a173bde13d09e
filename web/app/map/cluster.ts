/** Geometry of a cluster: a disc whose area grows with the count, inside a ring that shows the shares by status. */
import { formatCount } from "./format";

/** Width of the ring, in CSS pixels. */
export const RING_WIDTH = 4;

const MAX_RADIUS = 34;

/** A status that is there at all keeps this share of the ring, or one active point among a thousand would not show. */
const MIN_SHARE = 0.025;

/** Outer radius in CSS pixels: grows with the square root of the count, and leaves room for the digits. */
export function clusterRadius(count: number): number {
  return Math.min(MAX_RADIUS, Math.max(roomFor(count), 10 + 0.78 * Math.sqrt(count)));
}

/** Least radius that the digits need. */
const roomFor = (count: number): number => 8.5 + RING_WIDTH + 1.9 * Math.max(0, formatCount(count).length - 2);

/** Between the edges of two clusters, in CSS pixels. */
const GAP = 2;

/**
 * Radii of the clusters (0 where the count is 0), in CSS pixels: neighbours that would cover each other are drawn smaller,
 * the larger first, but never too small for their digits. Positions are in world units.
 */
export function fitRadii(x: Float64Array, y: Float64Array, counts: Uint32Array, worldPixels: number): Float32Array {
  if (counts.every((count) => count === 0)) return new Float32Array(counts.length);
  const radii = Float32Array.from(counts, (count) => (count === 0 ? 0 : clusterRadius(count)));
  const order = [...radii.keys()].filter((i) => counts[i] !== 0).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  order.forEach((a, at) => {
    for (const b of order.slice(at + 1)) {
      const dx = ((x[b] ?? 0) - (x[a] ?? 0)) * worldPixels;
      if (dx > 2 * MAX_RADIUS + GAP) break;
      const room = Math.hypot(dx, ((y[b] ?? 0) - (y[a] ?? 0)) * worldPixels) - GAP;
      const [small, large] = (radii[a] ?? 0) <= (radii[b] ?? 0) ? [a, b] : [b, a];
      if ((radii[small] ?? 0) + (radii[large] ?? 0) <= room) continue;
      radii[small] = Math.min(radii[small] ?? 0, Math.max(room / 2, roomFor(counts[small] ?? 0)));
      radii[large] = Math.max(room - (radii[small] ?? 0), roomFor(counts[large] ?? 0));
    }
  });
  return radii;
}

/** One arc of the ring: index of the status, and where it begins and ends in radians, clockwise from the top. */
export interface Arc {
  status: number;
  from: number;
  to: number;
}

/** Arcs for the counts by status, in the given order; together they close the ring. Empty when all counts are 0. */
export function ringArcs(counts: ArrayLike<number>): Arc[] {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i] ?? 0;
  if (total === 0) return [];
  const shares: { status: number; share: number }[] = [];
  let sum = 0;
  for (let status = 0; status < counts.length; status++) {
    const count = counts[status] ?? 0;
    if (count === 0) continue;
    const share = Math.max(MIN_SHARE, count / total);
    shares.push({ status, share });
    sum += share;
  }
  let from = -Math.PI / 2;
  return shares.map(({ status, share }) => {
    const to = from + (share / sum) * 2 * Math.PI;
    const arc = { status, from, to };
    from = to;
    return arc;
  });
}

/**
 * How many zoom levels a click on a cluster goes in, so that what it merged (within about {@link SPREAD} pixels) fills
 * the smaller side of the view.
 */
export function zoomStep(viewWidth: number, viewHeight: number): number {
  const step = Math.floor(Math.log2(Math.min(viewWidth, viewHeight) / (2 * SPREAD)));
  return Math.max(1, Math.min(3, step));
}

const SPREAD = 64;
