/** A text that would like to stand below a symbol. */
export interface LabelWish {
  i: number;
  text: string;
  /** Where the symbol is on the screen, and how large, in pixels. */
  x: number;
  y: number;
  radius: number;
  /** Greater ones come first. */
  weight: number;
}

export interface PlacedLabel {
  i: number;
  text: string;
  /** Middle of the text. */
  x: number;
  y: number;
}

/** A rectangle that texts keep clear of. */
interface Box {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

const cell = 64;

/** What is taken on the screen, in squares, so that asking stays cheap with thousands of places. */
class Taken {
  private readonly squares = new Map<number, Box[]>();

  private each(box: Box, run: (key: number) => boolean | void): boolean {
    for (let cx = Math.floor(box.minX / cell); cx <= Math.floor(box.maxX / cell); cx++) {
      for (let cy = Math.floor(box.minY / cell); cy <= Math.floor(box.maxY / cell); cy++) if (run(cx * 100_003 + cy) === true) return true;
    }
    return false;
  }

  add(box: Box): void {
    this.each(box, (key) => {
      const there = this.squares.get(key);
      if (there) there.push(box);
      else this.squares.set(key, [box]);
    });
  }

  meets(box: Box): boolean {
    return this.each(box, (key) => (this.squares.get(key) ?? []).some((one) => one.minX < box.maxX && one.maxX > box.minX && one.minY < box.maxY && one.maxY > box.minY));
  }
}

/** Below, above, right, left: the middle of a text as seen from the symbol, in its radius and the text's size. */
const sides = [
  [0, 1, 0, 1],
  [0, -1, 0, -1],
  [1, 0, 1, 0],
  [-1, 0, -1, 0],
] as const;

/**
 * Chooses which texts are written and where, the weightiest first: none over another, nor over a symbol that is not its own.
 * `most` ends the search, so that a crowd costs no more than a full screen. The `boldest` of them may lie over symbols: in a crowd
 * nothing would be named otherwise.
 */
export function placeLabels(wishes: readonly LabelWish[], symbols: readonly { x: number; y: number; radius: number }[], measure: (text: string) => number, height: number, most = 220, boldest = 0): PlacedLabel[] {
  const [taken, drawn] = [new Taken(), new Taken()];
  for (const { x, y, radius } of symbols) drawn.add({ minX: x - radius, minY: y - radius, maxX: x + radius, maxY: y + radius });
  const placed: PlacedLabel[] = [];
  const sorted = [...wishes].sort((a, b) => b.weight - a.weight || a.i - b.i).slice(0, most * 3);
  for (const [rank, { i, text, x, y, radius }] of sorted.entries()) {
    if (placed.length >= most) break;
    const wide = measure(text);
    for (const [rx, ry, tx, ty] of sides) {
      const [cx, cy] = [x + rx * (radius + 3) + (tx * wide) / 2, y + ry * (radius + 2) + (ty * height) / 2];
      const box = { minX: cx - wide / 2, minY: cy - height / 2, maxX: cx + wide / 2, maxY: cy + height / 2 };
      if (taken.meets(box) || (rank >= boldest && drawn.meets(box))) continue;
      taken.add(box);
      placed.push({ i, text, x: cx, y: cy });
      break;
    }
  }
  return placed;
}
