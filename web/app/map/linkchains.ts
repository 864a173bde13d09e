/** The lines of links as they are drawn and found: pieces of several tiles joined, so that dashes and signs do not begin anew at every edge. */
import { isFlow } from "./linktile";
import type { FlowFacts, LinkFacts, LinkTile, Loop, Piece } from "./linktile";

/** A line, as far as it is known, in world coordinates. */
export interface Chain {
  facts: LinkFacts | FlowFacts;
  points: Float64Array;
  /** Its first point is where the link begins, its last where it ends. */
  starts: boolean;
  ends: boolean;
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

export interface LinkScene {
  chains: Chain[];
  loops: Loop[];
}

export const NO_LINKS: LinkScene = { chains: [], loops: [] };

export function chainOf({ facts, points, starts, ends }: Piece): Chain {
  const chain = { facts, points, starts, ends, minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i] ?? 0, points[i + 1] ?? 0];
    chain.minX = Math.min(chain.minX, x);
    chain.maxX = Math.max(chain.maxX, x);
    chain.minY = Math.min(chain.minY, y);
    chain.maxY = Math.max(chain.maxY, y);
  }
  return chain;
}

const nameOf = (facts: LinkFacts | FlowFacts): string => (isFlow(facts) ? `${facts.from} ${facts.to}` : facts.id);

/** Joins the pieces of tiles of one zoom. `reach` is how far apart, in world units, two ends may be that are one point, rounded twice. */
export function joinPieces(tiles: Iterable<LinkTile>, reach: number): LinkScene {
  const byName = new Map<string, Piece[]>();
  const loops: Loop[] = [];
  for (const tile of tiles) {
    loops.push(...tile.loops);
    for (const piece of tile.pieces) {
      const name = nameOf(piece.facts);
      const all = byName.get(name);
      if (all) all.push(piece);
      else byName.set(name, [piece]);
    }
  }
  return { chains: [...byName.values()].flatMap((pieces) => join(pieces, reach).map(chainOf)), loops };
}

function join(pieces: Piece[], reach: number): Piece[] {
  if (pieces.length === 1) return pieces;
  const left = [...pieces];
  const joined: Piece[] = [];
  for (;;) {
    // What nothing leads to is a beginning.
    const at = left.findIndex((piece) => piece.starts || !left.some((other) => other !== piece && meets(other, piece, reach)));
    const first = left.splice(Math.max(0, at), 1)[0];
    if (!first) return joined;
    const run = [first];
    for (let end = first; !end.ends; ) {
      const next = left.findIndex((piece) => meets(end, piece, reach));
      if (next < 0) break;
      end = left.splice(next, 1)[0]!;
      run.push(end);
    }
    const last = run[run.length - 1]!;
    joined.push({ facts: first.facts, starts: first.starts, ends: last.ends, points: run.length === 1 ? first.points : Float64Array.from(run.flatMap((piece, i) => [...(i === 0 ? piece.points : piece.points.subarray(2))])) });
  }
}

/** Whether one piece ends where the other begins. */
function meets({ points: a }: Piece, { points: b }: Piece, reach: number): boolean {
  return Math.abs((a[a.length - 2] ?? 0) - (b[0] ?? 0)) <= reach && Math.abs((a[a.length - 1] ?? 0) - (b[1] ?? 0)) <= reach;
}

/** The nearest line to a position, not farther than the tolerance in pixels, and the position on it; lines on top win. */
export function chainAt({ chains }: LinkScene, x: number, y: number, worldPixels: number, tolerance: number): { chain: Chain; x: number; y: number } | null {
  let nearest = tolerance / worldPixels;
  let best: { chain: Chain; x: number; y: number } | null = null;
  for (let n = chains.length - 1; n >= 0; n--) {
    const chain = chains[n]!;
    if (x < chain.minX - nearest || x > chain.maxX + nearest || y < chain.minY - nearest || y > chain.maxY + nearest) continue;
    const { points } = chain;
    for (let i = 2; i < points.length; i += 2) {
      const [ax, ay, bx, by] = [points[i - 2] ?? 0, points[i - 1] ?? 0, points[i] ?? 0, points[i + 1] ?? 0];
      const [dx, dy] = [bx - ax, by - ay];
      const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
      const [px, py] = [ax + t * dx, ay + t * dy];
      const distance = Math.hypot(px - x, py - y);
      if (distance > nearest || (best && distance === nearest)) continue;
      nearest = distance;
      best = { chain, x: px, y: py };
    }
  }
  return best;
}

/** Half the height of a number on the map, in CSS pixels. */
export const LOOP_RADIUS = 12;

export function loopAt({ loops }: LinkScene, x: number, y: number, worldPixels: number, tolerance: number): Loop | null {
  let nearest = (LOOP_RADIUS + tolerance) / worldPixels;
  let best: Loop | null = null;
  for (const loop of loops) {
    const distance = Math.hypot(loop.x - x, loop.y - y);
    if (distance > nearest) continue;
    nearest = distance;
    best = loop;
  }
  return best;
}
