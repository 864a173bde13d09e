/** Draws names, symbols and rings on the overlay. */
import { RING_WIDTH, ringArcs } from "./cluster";
import { formatCount } from "./format";
import type { PlacedLabel } from "./labels";
import type { Frame } from "./overlay";
import { hiddenSymbols, sharesOf, symbolRadius } from "./scene";
import type { Scene } from "./scene";
import type { Sprites } from "./shapes";
import type { Theme } from "./theme";

/** How a level of territory, or a large town, is written. */
export interface LabelStyle {
  size: number;
  weight: number;
  upper: boolean;
  spacing: number;
  italic: boolean;
}

const LABEL_STYLES: Record<string, LabelStyle> = {
  reg: { size: 12, weight: 600, upper: true, spacing: 1, italic: false },
  dep: { size: 11, weight: 600, upper: true, spacing: 0.7, italic: false },
  city: { size: 13.5, weight: 600, upper: false, spacing: 0, italic: false },
  com: { size: 12.5, weight: 500, upper: false, spacing: 0, italic: false },
  qpv: { size: 11, weight: 500, upper: false, spacing: 0, italic: true },
  qrr: { size: 11, weight: 500, upper: false, spacing: 0, italic: true },
};

/** Levels by the index that placed labels carry as their style. */
export const LABEL_LEVELS = Object.keys(LABEL_STYLES);

export function labelStyle(index: number): LabelStyle {
  return LABEL_STYLES[LABEL_LEVELS[index] ?? "com"] ?? { size: 12, weight: 500, upper: false, spacing: 0, italic: false };
}

/** Height of a line of a name, in font sizes. */
export const LINE_HEIGHT = 1.2;

/** Sets the font of a level; measuring and drawing must agree. */
export function setLabelFont(ctx: CanvasRenderingContext2D, style: LabelStyle, theme: Theme): void {
  ctx.font = `${style.italic ? "italic " : ""}${style.weight} ${style.size}px ${theme.font}`;
  if ("letterSpacing" in ctx) ctx.letterSpacing = `${style.spacing}px`;
}

export function paintLabels(ctx: CanvasRenderingContext2D, frame: Frame, labels: Iterable<PlacedLabel>, theme: Theme): void {
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme.colours.labelHalo;
  ctx.lineWidth = 3.5;
  ctx.fillStyle = theme.colours.label;
  let font = -1;
  // Setting a font costs more than writing with it.
  for (const label of [...labels].sort((a, b) => a.style - b.style)) {
    const x = Math.round(label.x - frame.left);
    const y = Math.round(label.y - frame.top);
    if (font !== label.style) setLabelFont(ctx, labelStyle(label.style), theme);
    font = label.style;
    const line = labelStyle(label.style).size * LINE_HEIGHT;
    const top = y - ((label.lines.length - 1) * line) / 2;
    label.lines.forEach((text, i) => ctx.strokeText(text, x, top + i * line));
    label.lines.forEach((text, i) => ctx.fillText(text, x, top + i * line));
  }
  if ("letterSpacing" in ctx) ctx.letterSpacing = "0px";
}

/** Draws every symbol that shows; `between` lies over the clusters and under single places. */
export function paintScene(
  ctx: CanvasRenderingContext2D,
  frame: Frame,
  scene: Scene,
  theme: Theme,
  sprites: Sprites,
  between: () => void = () => undefined,
): void {
  const hidden = hiddenSymbols(scene, frame);
  let places = 0;
  for (let i = 0; i < scene.length; i++) {
    if (hidden[i] !== 0) continue;
    if (scene.cluster[i]) paintSymbol(ctx, frame, scene, i, theme, sprites);
    else places++;
  }
  between();
  if (places < MANY || !sprites.readable) {
    for (let i = 0; i < scene.length; i++) if (hidden[i] === 0 && !scene.cluster[i]) paintSymbol(ctx, frame, scene, i, theme, sprites);
    return;
  }
  sprites.drawMany(ctx, frame.parts ?? [{ left: 0, top: 0, right: frame.width, bottom: frame.height }], (draw) => {
    for (let i = scene.length - 1; i >= 0; i--) {
      if (hidden[i] !== 0 || scene.cluster[i]) continue;
      const tile = scene.tile[i];
      const index = scene.index[i] ?? 0;
      const x = (scene.x[i] ?? 0) * frame.worldPixels - frame.left;
      const y = (scene.y[i] ?? 0) * frame.worldPixels - frame.top;
      draw(tile?.status[index] ?? 0, symbolRadius(scene, i, frame.zoom), x, y, tile?.site[index] ?? 0);
    }
  });
}

/** From about this many symbols on, putting them together first is faster than to draw each. */
const MANY = 200;

export function paintSymbol(
  ctx: CanvasRenderingContext2D,
  frame: Frame,
  scene: Scene,
  i: number,
  theme: Theme,
  sprites: Sprites,
): void {
  const x = (scene.x[i] ?? 0) * frame.worldPixels - frame.left;
  const y = (scene.y[i] ?? 0) * frame.worldPixels - frame.top;
  const tile = scene.tile[i];
  const index = scene.index[i] ?? 0;
  const radius = scene.cluster[i] ?? 0;
  if (radius > 0) paintCluster(ctx, x, y, radius, tile?.count[index] ?? 1, sharesOf(scene, i), theme);
  else sprites.draw(ctx, tile?.status[index] ?? 0, symbolRadius(scene, i, frame.zoom), x, y, tile?.site[index] ?? 0);
}

function paintCluster(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  count: number,
  shares: ArrayLike<number>,
  theme: Theme,
): void {
  const disc = (r: number, colour: string): void => {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = colour;
    ctx.fill();
  };
  disc(radius + 1.25, theme.colours.casing);
  disc(radius, theme.colours.clusterFill);
  ctx.lineWidth = RING_WIDTH;
  ctx.lineCap = "butt";
  for (const arc of ringArcs(shares)) {
    ctx.beginPath();
    ctx.arc(x, y, radius - RING_WIDTH / 2, arc.from, arc.to);
    ctx.strokeStyle = theme.statuses[arc.status] ?? theme.colours.reported;
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(x, y, radius - RING_WIDTH, 0, 2 * Math.PI);
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.colours.casing;
  ctx.stroke();
  ctx.fillStyle = theme.colours.clusterText;
  ctx.font = `700 ${radius < 15 ? 11 : radius < 22 ? 12 : 13}px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(formatCount(count), x, y + 0.5);
}

/** A ring in two tones, seen on land, on water and on a crowd of symbols alike. */
export function paintRing(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  colour: string,
  theme: Theme,
  width = 3,
): void {
  ctx.beginPath();
  ctx.arc(x, y, radius + 5, 0, 2 * Math.PI);
  ctx.strokeStyle = theme.colours.casing;
  ctx.lineWidth = width + 3;
  ctx.stroke();
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
}
