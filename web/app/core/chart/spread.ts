/** Half of the least distance between two places of a chart, in its own units: the largest symbol with a line around it. */
export const SPACING = 19;

/** Positions of places; the same index in both is the same place. */
export interface Positions {
  x: Float64Array;
  y: Float64Array;
}

/**
 * Pushes places apart until none is nearer to another than twice the spacing, moving each as little as that needs. Places at
 * one spot leave it in directions that depend on their numbers alone, so that the outcome is always the same.
 */
export function spread({ x, y }: Positions, spacing = SPACING, rounds = 120): void {
  const least = 2 * spacing;
  const cell = least;
  for (let round = 0; round < rounds; round++) {
    const grid = new Map<string, number[]>();
    for (let i = 0; i < x.length; i++) {
      const key = `${Math.floor((x[i] ?? 0) / cell)} ${Math.floor((y[i] ?? 0) / cell)}`;
      const there = grid.get(key);
      if (there) there.push(i);
      else grid.set(key, [i]);
    }
    let moved = false;
    for (let i = 0; i < x.length; i++) {
      const [cx, cy] = [Math.floor((x[i] ?? 0) / cell), Math.floor((y[i] ?? 0) / cell)];
      for (let gx = cx - 1; gx <= cx + 1; gx++) {
        for (let gy = cy - 1; gy <= cy + 1; gy++) {
          for (const j of grid.get(`${gx} ${gy}`) ?? []) {
            if (j <= i) continue;
            let [dx, dy] = [(x[j] ?? 0) - (x[i] ?? 0), (y[j] ?? 0) - (y[i] ?? 0)];
            let apart = Math.hypot(dx, dy);
            if (apart >= least - 1e-6) continue;
            if (apart < 1e-6) {
              [dx, dy] = [Math.cos(i * 2.4 + j), Math.sin(i * 2.4 + j)];
              apart = 1;
              dx *= 1e-3;
              dy *= 1e-3;
              apart = 1e-3;
            }
            const push = (least - apart) / 2 + 0.01;
            x[i] = (x[i] ?? 0) - (dx / apart) * push;
            y[i] = (y[i] ?? 0) - (dy / apart) * push;
            x[j] = (x[j] ?? 0) + (dx / apart) * push;
            y[j] = (y[j] ?? 0) + (dy / apart) * push;
            moved = true;
          }
        }
      }
    }
    if (!moved) return;
  }
}

/** Sets parts of a chart beside each other in rows, the largest first, each as it is within itself; the whole is about twice as wide as high. */
export function pack({ x, y }: Positions, parts: readonly (readonly number[])[], gap = 3 * SPACING): void {
  const boxes = parts.map((part) => {
    const box = { part, minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
    for (const i of part) {
      box.minX = Math.min(box.minX, x[i] ?? 0);
      box.maxX = Math.max(box.maxX, x[i] ?? 0);
      box.minY = Math.min(box.minY, y[i] ?? 0);
      box.maxY = Math.max(box.maxY, y[i] ?? 0);
    }
    return { ...box, width: box.maxX - box.minX + gap, height: box.maxY - box.minY + gap };
  });
  const area = boxes.reduce((sum, box) => sum + box.width * box.height, 0);
  const across = Math.max(...boxes.map(({ width }) => width), Math.sqrt(area * 1.9));
  let [left, top, high] = [0, 0, 0];
  for (const box of boxes) {
    if (left > 0 && left + box.width > across) [left, top, high] = [0, top + high, 0];
    for (const i of box.part) {
      x[i] = (x[i] ?? 0) - box.minX + left;
      y[i] = (y[i] ?? 0) - box.minY + top;
    }
    left += box.width;
    high = Math.max(high, box.height);
  }
}
