/** Parts of a canvas that are painted anew, the rest being left as it is. */
import type { Frame } from "./overlay";
import { wholePixels } from "./tilemath";
import type { PixelBox, WorldBox } from "./tilemath";

/** No symbol, and no ring around one, reaches farther from its middle, in CSS pixels. */
export const REACH = 40;

/** From this share of a canvas on, and from this many parts on, one part is as good. */
const SHARE = 0.5;
const MOST = 48;

/** What of a canvas shows parts of the world, and the symbols that reach into them. */
export function partsOf(changed: readonly WorldBox[], { left, top, width, height, ratio, worldPixels }: Frame): PixelBox[] {
  const boxes = changed.map((part) =>
    // An edge across a pixel would be cleared and painted by halves, and stay as a line.
    wholePixels(
      {
        left: Math.max(0, part.minX * worldPixels - left - REACH),
        top: Math.max(0, part.minY * worldPixels - top - REACH),
        right: Math.min(width, part.maxX * worldPixels - left + REACH),
        bottom: Math.min(height, part.maxY * worldPixels - top + REACH),
      },
      ratio,
    ),
  );
  return apart(boxes.filter((box) => box.left < box.right && box.top < box.bottom), { width, height });
}

/** Boxes that hold those given and do not overlap: what two of them have in common would be painted twice, edges and all. */
function apart(boxes: readonly PixelBox[], { width, height }: { width: number; height: number }): PixelBox[] {
  const found: PixelBox[] = [];
  for (let box of boxes) {
    const meets = (): number => found.findIndex((other) => overlap(box, other));
    for (let i = meets(); i >= 0; i = meets()) box = around([box, ...found.splice(i, 1)]);
    found.push(box);
  }
  const area = found.reduce((sum, { left, top, right, bottom }) => sum + (right - left) * (bottom - top), 0);
  return found.length > MOST || area > SHARE * width * height ? [around(found)] : found;
}

const overlap = (a: PixelBox, b: PixelBox): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The smallest box that holds some. */
export function around(boxes: readonly PixelBox[]): PixelBox {
  const all = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { left, top, right, bottom } of boxes) {
    all.left = Math.min(all.left, left);
    all.top = Math.min(all.top, top);
    all.right = Math.max(all.right, right);
    all.bottom = Math.max(all.bottom, bottom);
  }
  return all;
}
