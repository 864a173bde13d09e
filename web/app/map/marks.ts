/** Positions that are not on the map yet: drawn with a sign each, above everything else, and clicked. */
import type { Frame } from "./overlay";
import type { Theme } from "./theme";
import { toWorld } from "./tilemath";
import type { Mark } from "./types";

const RADIUS = 9;
const CHOSEN_RADIUS = 12;

/** How far from its middle a mark is still hit, in CSS pixels: with the finger, a target of 44. */
const REACH = 22;

/** The chosen one is drawn last, so that nothing lies over it. */
export function paintMarks(ctx: CanvasRenderingContext2D, frame: Frame, marks: readonly Mark[], chosen: string | null, theme: Theme): void {
  const paint = (mark: Mark, radius: number): void => {
    const [x, y] = toWorld(mark.lngLat);
    const [px, py] = [x * frame.worldPixels - frame.left, y * frame.worldPixels - frame.top];
    if (px < -radius || py < -radius || px > frame.width + radius || py > frame.height + radius) return;
    disc(ctx, px, py, radius + 2, theme.colours.casing);
    disc(ctx, px, py, radius, radius > RADIUS ? theme.colours.select : theme.colours.highlight);
    ctx.fillStyle = theme.colours.casing;
    ctx.font = `700 ${Math.round(radius * 1.45)}px ${theme.font}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(mark.sign, px, py + 0.5);
  };
  for (const mark of marks) if (mark.id !== chosen) paint(mark, RADIUS);
  const last = marks.find(({ id }) => id === chosen);
  if (last) paint(last, CHOSEN_RADIUS);
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = colour;
  ctx.fill();
}

/** The mark nearest to a point in world coordinates, within reach; null when there is none. */
export function markAt(marks: readonly Mark[], x: number, y: number, worldPixels: number): Mark | null {
  let best: Mark | null = null;
  let nearest = REACH / worldPixels;
  for (const mark of marks) {
    const [mx, my] = toWorld(mark.lngLat);
    const distance = Math.hypot(mx - x, my - y);
    if (distance > nearest) continue;
    nearest = distance;
    best = mark;
  }
  return best;
}
