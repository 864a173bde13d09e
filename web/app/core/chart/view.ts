import type { Positions } from "./spread";

/** How a chart lies on the screen: a position there is `k` times the one in the chart, moved by x and y. */
export interface View {
  k: number;
  x: number;
  y: number;
}

const zoomLimits = { least: 0.05, most: 4 } as const;

/** Shows everything with some room around it; a small chart is not blown up. */
export function fitView({ x, y }: Positions, width: number, height: number, room = 28): View {
  if (x.length === 0) return { k: 1, x: width / 2, y: height / 2 };
  let [minX, maxX, minY, maxY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    minX = Math.min(minX, x[i] ?? 0);
    maxX = Math.max(maxX, x[i] ?? 0);
    minY = Math.min(minY, y[i] ?? 0);
    maxY = Math.max(maxY, y[i] ?? 0);
  }
  const k = Math.max(zoomLimits.least, Math.min(1.25, (width - 2 * room) / Math.max(1, maxX - minX), (height - 2 * room) / Math.max(1, maxY - minY)));
  return { k, x: width / 2 - (k * (minX + maxX)) / 2, y: height / 2 - (k * (minY + maxY)) / 2 };
}

/** Comes closer or goes away by a factor, around a position of the screen. */
export function zoomAt(view: View, factor: number, px: number, py: number): View {
  const k = Math.max(zoomLimits.least, Math.min(zoomLimits.most, view.k * factor));
  const by = k / view.k;
  return { k, x: px - (px - view.x) * by, y: py - (py - view.y) * by };
}

/** Moves no more than needed to bring a position of the chart into view. */
export function reveal(view: View, x: number, y: number, width: number, height: number, room = 56): View {
  const [px, py] = [x * view.k + view.x, y * view.k + view.y];
  const inside = (value: number, size: number): number => Math.max(Math.min(room, size / 2), Math.min(size - Math.min(room, size / 2), value));
  return { k: view.k, x: view.x + inside(px, width) - px, y: view.y + inside(py, height) - py };
}

/** Sizes of symbols follow the zoom within limits: seen from afar they shrink, but not to nothing. */
export const symbolScale = ({ k }: View): number => Math.max(0.32, Math.min(1.5, k ** 0.65));
