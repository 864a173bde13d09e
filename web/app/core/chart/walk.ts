import type { ChartModel } from "./model";
import type { Positions } from "./spread";

export type Direction = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

const headings: Record<Direction, readonly [number, number]> = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** The neighbour that lies most in a direction, no more than 80° aside of it; null when there is none. */
export function neighbourTowards(model: ChartModel, { x, y }: Positions, from: number, direction: Direction): number | null {
  const [hx, hy] = headings[direction];
  let best: number | null = null;
  let least = Infinity;
  for (const i of model.neighbours[from] ?? []) {
    const [dx, dy] = [(x[i] ?? 0) - (x[from] ?? 0), (y[i] ?? 0) - (y[from] ?? 0)];
    const far = Math.hypot(dx, dy) || 1;
    const turn = Math.acos(Math.max(-1, Math.min(1, (dx * hx + dy * hy) / far)));
    if (turn > (80 * Math.PI) / 180) continue;
    // A small turn outweighs a greater distance.
    const cost = far * (1 + 2 * turn * turn);
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

/** The next of a place's neighbours after one of them, in turn; the first when that is none of them. */
export function nextNeighbour(model: ChartModel, from: number, after: number | null, step: 1 | -1): number | null {
  const near = model.neighbours[from] ?? [];
  if (near.length === 0) return null;
  const at = after === null ? -1 : near.indexOf(after);
  return near[at < 0 ? (step === 1 ? 0 : near.length - 1) : (at + step + near.length) % near.length] ?? null;
}
