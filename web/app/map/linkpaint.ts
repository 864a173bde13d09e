/** Draws links and flows: halos first, so that lines read over the basemap and each other, then lines by style, then signs and numbers. */
import { formatCount } from "./format";
import { LOOP_RADIUS } from "./linkchains";
import type { Chain, LinkScene } from "./linkchains";
import { tieColour, tieDash, tieSign, tieWidth } from "./linkstyle";
import type { TieSign } from "./linkstyle";
import { isFlow } from "./linktile";
import type { FlowFacts, LinkFacts } from "./linktile";
import type { Frame } from "./overlay";
import { placeRadius } from "./scene";
import type { Theme } from "./theme";
import { signAt } from "./tiecurve";

/** More lines than this at once are drawn thin and without halos. */
const CROWDED = 1500;

/** How far a line stays away from the middle of the place that it leads to, beyond its symbol, in CSS pixels. */
const GAP = 3;

/** A line at least this long carries its sign in its middle where its end is out of sight, in CSS pixels. */
const LONG = 60;

/** How a link or a flow looks, whatever its place. */
export interface LineStyle {
  colour: string;
  width: number;
  dash: readonly number[];
  sign: TieSign;
  alpha: number;
}

/** Width of a flow in CSS pixels: with the logarithm of the number of links. */
export const flowWidth = (links: number): number => Math.min(9, 1.6 + 1.1 * Math.log2(Math.max(1, links)));

/** The kind that most links of a flow have; "" when none has more than half. */
export function mainKind({ byKind, links }: FlowFacts): string {
  const [kind, n] = Object.entries(byKind).reduce((most, next) => (next[1] > most[1] ? next : most), ["", 0]);
  return n * 2 > links ? kind : "";
}

export function lineStyle(facts: LinkFacts | FlowFacts, theme: Theme): LineStyle {
  if (isFlow(facts)) {
    return { colour: tieColour(mainKind(facts), theme.name), width: flowWidth(facts.links), dash: [], sign: facts.directed ? "arrow" : "none", alpha: 0.78 };
  }
  const width = 0.6 + tieWidth(facts.strength);
  return {
    colour: tieColour(facts.kind, theme.name),
    width,
    dash: tieDash(facts.means).map((part) => part * Math.max(1, width / 2)),
    sign: tieSign(facts.kind, facts.directed),
    alpha: facts.ended ? 0.36 : 1,
  };
}

/** The points of a chain in pixels of the frame, shortened where a symbol stands; null when nothing is left or in sight. */
export function onScreen(chain: Chain, { left, top, width, height, worldPixels }: Frame, shorten: number): [x: number, y: number][] | null {
  const { points } = chain;
  if (chain.maxX * worldPixels < left || chain.minX * worldPixels > left + width || chain.maxY * worldPixels < top || chain.minY * worldPixels > top + height) return null;
  const line: [number, number][] = [];
  for (let i = 0; i < points.length; i += 2) line.push([(points[i] ?? 0) * worldPixels - left, (points[i + 1] ?? 0) * worldPixels - top]);
  if (chain.ends) trim(line, shorten);
  if (chain.starts) {
    line.reverse();
    trim(line, shorten);
    line.reverse();
  }
  return line.length > 1 ? line : null;
}

/** Takes a length off the end of a line. */
function trim(line: [number, number][], by: number): void {
  for (let left = by; line.length > 1; ) {
    const [ax, ay] = line[line.length - 2]!;
    const [bx, by2] = line[line.length - 1]!;
    const length = Math.hypot(bx - ax, by2 - ay);
    if (length > left) {
      line[line.length - 1] = [bx + ((ax - bx) * left) / length, by2 + ((ay - by2) * left) / length];
      return;
    }
    left -= length;
    line.pop();
  }
}

/** Where the middle of the part of a line in sight is, and which way the line goes there. */
export function middleOf(line: readonly [number, number][], { width, height }: Pick<Frame, "width" | "height">): { x: number; y: number; dx: number; dy: number; length: number } | null {
  const parts: { ax: number; ay: number; dx: number; dy: number; length: number }[] = [];
  let all = 0;
  for (let i = 1; i < line.length; i++) {
    const [[ax, ay], [bx, by]] = [line[i - 1]!, line[i]!];
    // Long pieces are judged by their parts.
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / 40));
    const [dx, dy] = [(bx - ax) / steps, (by - ay) / steps];
    for (let s = 0; s < steps; s++) {
      const [px, py] = [ax + s * dx, ay + s * dy];
      const [mx, my] = [px + dx / 2, py + dy / 2];
      if (mx < 0 || my < 0 || mx > width || my > height) continue;
      const length = Math.hypot(dx, dy);
      parts.push({ ax: px, ay: py, dx, dy, length });
      all += length;
    }
  }
  let run = 0;
  for (const { ax, ay, dx, dy, length } of parts) {
    run += length;
    if (run < all / 2 || length === 0) continue;
    const back = (run - all / 2) / length;
    return { x: ax + dx * (1 - back), y: ay + dy * (1 - back), dx: dx / length, dy: dy / length, length: all };
  }
  return null;
}

/** Draws lines; `strong` are drawn wider, such as the one under the pointer. */
export function paintLinks(ctx: CanvasRenderingContext2D, frame: Frame, scene: LinkScene, theme: Theme, strong: (facts: LinkFacts | FlowFacts) => boolean = () => false): void {
  const shown: { line: [number, number][]; chain: Chain; style: LineStyle }[] = [];
  for (const chain of scene.chains) {
    const line = onScreen(chain, frame, isFlow(chain.facts) ? 0 : placeRadius(frame.zoom, 3) + GAP);
    if (!line) continue;
    const style = lineStyle(chain.facts, theme);
    shown.push({ line, chain, style: strong(chain.facts) ? { ...style, width: style.width + 1.6, alpha: 1 } : style });
  }
  shown.sort((a, b) => a.style.alpha - b.style.alpha || a.style.width - b.style.width);
  const plain = shown.length > CROWDED;
  ctx.save();
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
  const stroke = (line: [number, number][]): void => {
    ctx.beginPath();
    line.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
    ctx.stroke();
  };
  if (!plain) {
    ctx.strokeStyle = theme.colours.labelHalo;
    for (const { line, style } of shown) {
      ctx.globalAlpha = 0.85 * style.alpha;
      ctx.lineWidth = style.width + 3;
      stroke(line);
    }
  }
  for (const { line, style } of shown) {
    ctx.globalAlpha = plain ? style.alpha * 0.55 : style.alpha;
    ctx.strokeStyle = style.colour;
    ctx.lineWidth = plain ? Math.min(style.width, 1.5) : style.width;
    ctx.setLineDash(plain ? [] : [...style.dash]);
    stroke(line);
  }
  ctx.setLineDash([]);
  for (const { line, chain, style } of shown) {
    ctx.globalAlpha = style.alpha;
    if (!plain) paintSign(ctx, frame, line, chain, style, theme);
  }
  ctx.globalAlpha = 1;
  for (const { line, chain } of shown) {
    const middle = isFlow(chain.facts) ? middleOf(line, frame) : null;
    // Most flows are of one link: a line without a number says so.
    if (middle && isFlow(chain.facts) && chain.facts.links > 1 && middle.length > LONG) paintNumber(ctx, middle.x, middle.y, chain.facts.links, lineStyle(chain.facts, theme).colour, theme);
  }
  for (const { x, y, facts } of scene.loops) {
    const [px, py] = [x * frame.worldPixels - frame.left, y * frame.worldPixels - frame.top];
    if (px > -LOOP_RADIUS && py > -LOOP_RADIUS && px < frame.width + LOOP_RADIUS && py < frame.height + LOOP_RADIUS) paintLoop(ctx, px, py, facts, theme);
  }
  ctx.restore();
}

/** The sign of the kind: at the end of the line, or in its middle where the end is out of sight and where the line means a bar. */
function paintSign(ctx: CanvasRenderingContext2D, frame: Frame, line: [number, number][], chain: Chain, style: LineStyle, theme: Theme): void {
  if (style.sign === "none") return;
  const size = 6 + style.width * 1.7;
  const [ex, ey] = line[line.length - 1]!;
  const inView = chain.ends && ex >= 0 && ey >= 0 && ex <= frame.width && ey <= frame.height;
  const middle = middleOf(line, frame);
  if (!middle || (middle.length < size * 1.5 && !inView)) return;
  const draw = (x: number, y: number, dx: number, dy: number, sign: Exclude<TieSign, "none">): void => {
    const way = { x0: x - dx * size * 2, y0: y - dy * size * 2, cx: x - dx * size, cy: y - dy * size, x1: x, y1: y, bent: false };
    const at = sign === "bar" ? { ...way, x0: x - dx * size, y0: y - dy * size, cx: x, cy: y, x1: x + dx * size, y1: y + dy * size } : way;
    const { points } = signAt(at, sign, size);
    ctx.beginPath();
    points.forEach(([px, py], i) => (i === 0 || (sign === "bar" && i === 2) ? ctx.moveTo(px, py) : ctx.lineTo(px, py)));
    if (sign === "arrow" || sign === "hollow") ctx.closePath();
    ctx.lineWidth = Math.max(2, style.width * 0.8) + 2.5;
    ctx.strokeStyle = theme.colours.labelHalo;
    ctx.stroke();
    ctx.lineWidth = Math.max(1.6, style.width * 0.7);
    ctx.strokeStyle = style.colour;
    ctx.fillStyle = sign === "hollow" ? theme.colours.land : style.colour;
    if (sign === "arrow" || sign === "hollow") ctx.fill();
    ctx.stroke();
  };
  if (style.sign === "bar") return draw(middle.x, middle.y, middle.dx, middle.dy, "bar");
  if (inView) {
    const [px, py] = line[line.length - 2]!;
    const length = Math.hypot(ex - px, ey - py) || 1;
    draw(ex, ey, (ex - px) / length, (ey - py) / length, style.sign);
  } else if (middle.length > LONG) draw(middle.x, middle.y, middle.dx, middle.dy, style.sign);
}

function paintNumber(ctx: CanvasRenderingContext2D, x: number, y: number, n: number, colour: string, theme: Theme): void {
  const text = formatCount(n);
  ctx.font = `700 12px ${theme.font}`;
  const width = ctx.measureText(text).width + 11;
  pill(ctx, x - width / 2, y - 9, width, 18, theme.colours.land, colour);
  ctx.fillStyle = theme.colours.select;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x, y + 0.5);
}

/** A number inside an arrow that comes back to itself. */
function paintLoop(ctx: CanvasRenderingContext2D, x: number, y: number, facts: FlowFacts, theme: Theme): void {
  const { colour } = lineStyle(facts, theme);
  const text = formatCount(facts.links);
  ctx.font = `700 11px ${theme.font}`;
  const radius = Math.max(LOOP_RADIUS, ctx.measureText(text).width / 2 + 5);
  ctx.beginPath();
  ctx.arc(x, y, radius + 2, 0, 2 * Math.PI);
  ctx.fillStyle = theme.colours.land;
  ctx.fill();
  ctx.beginPath();
  ctx.arc(x, y, radius, -1.1, 4.6);
  ctx.strokeStyle = colour;
  ctx.lineWidth = Math.min(4, flowWidth(facts.links) * 0.6 + 0.6);
  ctx.stroke();
  // The arrow head, where the ring is open.
  const [hx, hy] = [x + radius * Math.cos(4.6), y + radius * Math.sin(4.6)];
  ctx.beginPath();
  ctx.moveTo(hx + 6, hy);
  ctx.lineTo(hx - 1, hy - 4.5);
  ctx.lineTo(hx - 1, hy + 4.5);
  ctx.closePath();
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.fillStyle = theme.colours.select;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x, y + 0.5);
}

function pill(ctx: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, fill: string, edge: string): void {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, height / 2);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.strokeStyle = edge;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}
