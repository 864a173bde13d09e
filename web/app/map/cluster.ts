/** Geometry of a cluster: a disc whose area grows with the count, inside a ring that shows the shares by status. */
import { formatCount } from "./format";

/** Width of the ring, in CSS pixels. */
export const RING_WIDTH = 4;

const MAX_RADIUS = 34;

/** A status that is there at all keeps this share of the ring, or one active point among a thousand would not show. */
const MIN_SHARE = 0.025;

/** Outer radius in CSS pixels: grows with the square root of the count, and leaves room for the digits. */
export function clusterRadius(count: number): number {
  const room = 8.5 + RING_WIDTH + 1.9 * Math.max(0, formatCount(count).length - 2);
  return Math.min(MAX_RADIUS, Math.max(room, 10 + 0.78 * Math.sqrt(count)));
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
