/** The shape of each kind of place, on the chart, on the map and in files. */
type Corner = readonly [x: number, y: number];
const regular = (n: number, turn: number, radius: number): Corner[] => Array.from({ length: n }, (_, i) => [radius * Math.cos(turn + (2 * Math.PI * i) / n), radius * Math.sin(turn + (2 * Math.PI * i) / n)]);

/** Shapes of kinds for a radius of 1, their areas alike; null is a disc. */
const shapes: Record<string, readonly Corner[] | null> = {
  street: null,
  four: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  drive: regular(5, -Math.PI / 2, 1.12),
  delivery: regular(3, Math.PI / 2, 1.34),
  stash_flat: [[-0.95, 1], [-0.95, -0.2], [0, -1.15], [0.95, -0.2], [0.95, 1]],
  warehouse: [[-1.25, -0.68], [1.25, -0.68], [1.25, 0.68], [-1.25, 0.68]],
  entry_point: regular(3, -Math.PI / 2, 1.34),
  growing_site: regular(6, 0, 1.08),
  growshop: regular(4, 0, 1.22),
  business: [[-0.42, -1.1], [0.42, -1.1], [0.42, -0.42], [1.1, -0.42], [1.1, 0.42], [0.42, 0.42], [0.42, 1.1], [-0.42, 1.1], [-0.42, 0.42], [-1.1, 0.42], [-1.1, -0.42], [-0.42, -0.42]],
};

export const kindShape = (kind: string): readonly Corner[] | null => shapes[kind] ?? null;

/** Traces the shape of a kind around a position. */
export function traceKind(path: Path2D | CanvasPath, kind: string, x: number, y: number, radius: number): void {
  const corners = kindShape(kind);
  if (!corners) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], i) => (i === 0 ? path.moveTo(x + dx * radius, y + dy * radius) : path.lineTo(x + dx * radius, y + dy * radius)));
  path.closePath();
}
