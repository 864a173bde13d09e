/** Paints places and the ties between them; the chart and the map hand over where everything is on their screen. */
import type { Look } from "../core/chart/look";
import { placeLabels, type LabelWish } from "../core/chart/labels";
import type { ChartModel, ChartTie } from "../core/chart/model";
import { communityColour, tieColour, tieDash, tieSign, tieWidth, traceKind, kindShape } from "./linkstyle";
import { statusIndex } from "./symbols";
import type { Theme } from "./theme";
import { distanceTo, signAt, tieCurve, type TieCurve } from "./tiecurve";

/** Everything in pixels of the screen; a place without a position has NaN. */
export interface GraphScene {
  model: ChartModel;
  x: Float64Array;
  y: Float64Array;
  radius: Float64Array;
  width: number;
  height: number;
  /** Below 1 when things are drawn smaller than they would like: signs and names give way first. */
  scale: number;
  /** Names are written. */
  names: boolean;
  /** The view is moving: of very many ties only some are drawn until it rests. */
  moving?: boolean;
}

/** What ends a search for ties under the pointer, in pixels. */
const reach = 6;
/** With more ties on the screen they are drawn without dashes and signs, which could not be told apart anyway. */
const crowded = 1800;

export function paintGraph(ctx: CanvasRenderingContext2D, scene: GraphScene, theme: Theme, look: Look): void {
  ctx.save();
  ctx.lineJoin = "round";
  paintTies(ctx, scene, theme, look);
  paintPlaces(ctx, scene, theme, look);
  if (scene.names) paintNames(ctx, scene, theme, look);
  ctx.restore();
}

/** The line of a tie on the screen; null when nothing of it can be seen. */
function curveOf({ x, y, radius, width, height }: GraphScene, { from, to, bend }: ChartTie): TieCurve | null {
  const [ax, ay, bx, by] = [x[from] ?? NaN, y[from] ?? NaN, x[to] ?? NaN, y[to] ?? NaN];
  const edge = 24;
  if (!(Math.max(ax, bx) > -edge && Math.min(ax, bx) < width + edge && Math.max(ay, by) > -edge && Math.min(ay, by) < height + edge)) return null;
  return tieCurve(ax, ay, bx, by, (radius[from] ?? 0) + 2, (radius[to] ?? 0) + 2, bend);
}

interface Batch {
  lines: Path2D;
  signs: Path2D;
  hollow: Path2D;
  strokes: Path2D;
  tie: ChartTie;
}

/** How a tie stands in the picture: 0 steps back, 1 is as usual, 2 stands out. */
function weightOf(tie: ChartTie, { nodes }: ChartModel, look: Look): 0 | 1 | 2 {
  if (tie.id === look.tie || tie.id === look.hoveredTie) return 2;
  const [from, to] = [nodes[tie.from]?.id ?? "", nodes[tie.to]?.id ?? ""];
  if (look.group) return look.group.ties.has(tie.id) ? 2 : 0;
  if (look.closed.has(from) || look.closed.has(to)) return 0;
  const chosen = look.hovered ?? look.selected;
  if (chosen !== null && (from === chosen || to === chosen)) return 2;
  return 1;
}

function paintTies(ctx: CanvasRenderingContext2D, scene: GraphScene, theme: Theme, look: Look): void {
  const { model, scale } = scene;
  let shown: { tie: ChartTie; curve: TieCurve; weight: 0 | 1 | 2 }[] = [];
  for (const tie of model.ties) {
    const curve = curveOf(scene, tie);
    if (curve) shown.push({ tie, curve, weight: weightOf(tie, model, look) });
  }
  const plain = shown.length > crowded;
  if (plain && scene.moving) {
    const each = Math.ceil(shown.length / crowded);
    shown = shown.filter(({ weight }, i) => weight === 2 || i % each === 0);
  }
  // Many ties are drawn finer, so that what they lead to is seen.
  const fine = Math.max(0.55, Math.min(1, (160 / Math.max(1, shown.length)) ** 0.5));
  for (const level of [0, 1, 2] as const) {
    const batches = new Map<string, Batch>();
    for (const { tie, curve, weight } of shown) {
      if (weight !== level) continue;
      const width = Math.round(tieWidth(tie.strength) * 2) / 2;
      const key = plain ? `${tie.kind} ${Math.round(width)}` : `${tie.kind} ${tie.means ?? "-"} ${width} ${tie.directed}`;
      let batch = batches.get(key);
      if (!batch) batches.set(key, (batch = { lines: new Path2D(), signs: new Path2D(), hollow: new Path2D(), strokes: new Path2D(), tie }));
      batch.lines.moveTo(curve.x0, curve.y0);
      if (curve.bent) batch.lines.quadraticCurveTo(curve.cx, curve.cy, curve.x1, curve.y1);
      else batch.lines.lineTo(curve.x1, curve.y1);
      if (plain && level !== 2) continue;
      const sign = tieSign(tie.kind, tie.directed);
      if (sign !== "none" && (scale > 0.3 || level === 2)) addSign(batch, curve, sign, (6 + width * 1.6) * Math.max(0.7, fine));
    }
    for (const { lines, signs, hollow, strokes, tie } of batches.values()) {
      const width = Math.max(1, tieWidth(tie.strength) * fine) * Math.max(0.6, Math.min(1, scale * 1.2)) + (level === 2 ? 1.2 : 0);
      const busy = look.group !== null || look.hovered !== null || look.selected !== null;
      ctx.globalAlpha = level === 2 ? 1 : level === 0 ? 0.14 : plain ? Math.max(0.12, 0.42 * (crowded / shown.length)) : busy ? 0.45 : 0.5 + 0.35 * fine;
      ctx.strokeStyle = ctx.fillStyle = tieColour(tie.kind, theme.name);
      ctx.lineWidth = width;
      if (!plain || level === 2) ctx.setLineDash(tieDash(tie.means).map((part) => part * Math.max(1, width / 2)));
      ctx.stroke(lines);
      ctx.setLineDash([]);
      ctx.fill(signs);
      ctx.lineWidth = Math.min(2.2, Math.max(1.4, width * 0.7));
      ctx.stroke(strokes);
      ctx.fillStyle = theme.colours.land;
      ctx.globalAlpha = level === 0 ? 0.14 : 1;
      ctx.fill(hollow);
      ctx.stroke(hollow);
    }
  }
  ctx.globalAlpha = 1;
}

function addSign(batch: Batch, curve: TieCurve, sign: "arrow" | "hollow" | "chevron" | "bar", size: number): void {
  const { points } = signAt(curve, sign, size);
  const path = sign === "arrow" ? batch.signs : sign === "hollow" ? batch.hollow : batch.strokes;
  const [a, b, c, d] = points;
  if (!a || !b || !c) return;
  path.moveTo(...a);
  path.lineTo(...b);
  if (sign === "bar" && d) {
    path.moveTo(...c);
    path.lineTo(...d);
    return;
  }
  path.lineTo(...c);
  if (sign !== "chevron") path.closePath();
}

const visible = ({ x, y, width, height }: GraphScene, i: number): boolean => (x[i] ?? NaN) > -30 && (x[i] ?? NaN) < width + 30 && (y[i] ?? NaN) > -30 && (y[i] ?? NaN) < height + 30;

function paintPlaces(ctx: CanvasRenderingContext2D, scene: GraphScene, theme: Theme, look: Look): void {
  const { model, x, y, radius } = scene;
  const articulations = new Set(look.analysis?.articulations);
  const order = [...model.nodes.keys()].filter((i) => visible(scene, i));
  const top = (i: number): number => {
    const id = model.nodes[i]?.id ?? "";
    return id === look.selected ? 4 : id === look.hovered ? 3 : look.closed.has(id) ? 2 : articulations.has(id) ? 1 : 0;
  };
  order.sort((a, b) => top(a) - top(b));
  const crowd = new Crowd();
  for (const i of order) {
    const node = model.nodes[i];
    if (!node) continue;
    const [cx, cy, r] = [x[i] ?? 0, y[i] ?? 0, radius[i] ?? 4];
    const tried = look.closed.has(node.id);
    const back = (look.group !== null && !look.group.places.has(node.id)) || look.cutOff.has(node.id);
    const chosen = node.id === look.selected || node.id === look.hovered;
    const measured = look.byId.get(node.id);
    const colour = look.communities && measured ? communityColour(measured.community, theme.name) : (theme.statuses[statusIndex(node.status)] ?? theme.colours.reported);
    const hollow = node.status === "closed" || tried;
    if (order.length > crowdedPlaces && !chosen && !tried && !back && !articulations.has(node.id)) {
      traceKind(crowd.of(colour, hollow), node.kind, cx, cy, r);
      continue;
    }
    // Those that stand out come after the crowd, and lie over it.
    crowd.paint(ctx, theme);
    ctx.globalAlpha = back && !chosen ? 0.28 : 1;
    ctx.beginPath();
    traceKind(ctx, node.kind, cx, cy, hollow ? Math.max(2, r - 1) : r);
    ctx.lineWidth = 3;
    ctx.strokeStyle = theme.colours.casing;
    ctx.stroke();
    ctx.fillStyle = hollow ? theme.colours.land : colour;
    ctx.fill();
    if (hollow) {
      ctx.lineWidth = Math.max(1.5, r * 0.24);
      ctx.strokeStyle = tried ? theme.colours.select : colour;
      ctx.stroke();
    }
    if (tried) cross(ctx, cx, cy, r * 0.75, theme);
    if (articulations.has(node.id)) ring(ctx, cx, cy, reachOf(node.kind, r) + Math.min(3.5, 1.5 + r * 0.2), theme.colours.label, 1.6, []);
    if (look.cutOff.has(node.id)) ring(ctx, cx, cy, reachOf(node.kind, r) + 3, theme.colours.label, 1.2, [2, 3]);
    if (node.id === look.hovered) ring(ctx, cx, cy, reachOf(node.kind, r) + 5, theme.colours.highlight, 2.5, []);
    if (node.id === look.selected) {
      ring(ctx, cx, cy, reachOf(node.kind, r) + 6, theme.colours.casing, 6, []);
      ring(ctx, cx, cy, reachOf(node.kind, r) + 6, theme.colours.select, 3, []);
    }
  }
  crowd.paint(ctx, theme);
  ctx.globalAlpha = 1;
}

/** With more places on the screen those that do not stand out are drawn by colour, many at once. */
const crowdedPlaces = 700;

class Crowd {
  private readonly paths = new Map<string, { path: Path2D; colour: string; hollow: boolean }>();

  of(colour: string, hollow: boolean): Path2D {
    const key = `${colour} ${hollow}`;
    let found = this.paths.get(key);
    if (!found) this.paths.set(key, (found = { path: new Path2D(), colour, hollow }));
    return found.path;
  }

  paint(ctx: CanvasRenderingContext2D, theme: Theme): void {
    ctx.globalAlpha = 1;
    for (const { path, colour, hollow } of this.paths.values()) {
      ctx.fillStyle = hollow ? theme.colours.land : colour;
      ctx.lineWidth = hollow ? 1.5 : 1;
      ctx.strokeStyle = hollow ? colour : theme.colours.casing;
      ctx.fill(path);
      ctx.stroke(path);
    }
    this.paths.clear();
  }
}

/** How far a shape reaches from its middle. */
const reachOf = (kind: string, radius: number): number => radius * Math.max(1, ...(kindShape(kind) ?? []).map(([dx, dy]) => Math.hypot(dx, dy)));

function ring(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string, width: number, dash: number[]): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.setLineDash(dash);
  ctx.stroke();
  ctx.setLineDash([]);
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, theme: Theme): void {
  ctx.beginPath();
  for (const s of [1, -1]) {
    ctx.moveTo(x - r, y - r * s);
    ctx.lineTo(x + r, y + r * s);
  }
  ctx.lineWidth = Math.max(2, r * 0.35);
  ctx.lineCap = "round";
  ctx.strokeStyle = theme.colours.select;
  ctx.stroke();
  ctx.lineCap = "butt";
}

const fontSize = 12;
const widths = new Map<string, number>();

function paintNames(ctx: CanvasRenderingContext2D, scene: GraphScene, theme: Theme, look: Look): void {
  const { model, x, y, radius, scale } = scene;
  ctx.font = `600 ${fontSize}px ${theme.font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const shown = [...model.nodes.keys()].filter((i) => visible(scene, i));
  const symbols = shown.map((i) => ({ x: x[i] ?? 0, y: y[i] ?? 0, radius: radius[i] ?? 4 }));
  const chosen = look.hovered ?? look.selected;
  const near = new Set(chosen === null ? [] : (model.neighbours[model.at.get(chosen) ?? -1] ?? []));
  // Of a crowd seen from afar only the greatest are named.
  const most = scale < 0.2 ? 36 : scale < 0.5 ? 80 : 220;
  const wishes = shown.flatMap((i): LabelWish[] => {
    const node = model.nodes[i];
    if (!node || (look.group && !look.group.places.has(node.id) && node.id !== chosen)) return [];
    const own = node.id === look.selected || node.id === look.hovered;
    return [{ i, text: labelOf(node, own), x: x[i] ?? 0, y: y[i] ?? 0, radius: (radius[i] ?? 4) + (own ? 8 : 0), weight: (own ? 1000 : near.has(i) ? 500 : 0) + (radius[i] ?? 0) }];
  });
  const placed = placeLabels(wishes, symbols, (text) => measured(ctx, text), fontSize + 2, most, 12);
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = theme.colours.labelHalo;
  for (const { i, text, x: lx, y: ly } of placed) {
    const id = model.nodes[i]?.id ?? "";
    ctx.globalAlpha = look.cutOff.has(id) ? 0.45 : 1;
    ctx.fillStyle = id === look.selected ? theme.colours.select : theme.colours.label;
    ctx.strokeText(text, lx, ly);
    ctx.fillText(text, lx, ly);
  }
  ctx.globalAlpha = 1;
}

function measured(ctx: CanvasRenderingContext2D, text: string): number {
  let width = widths.get(text);
  if (width === undefined) {
    if (widths.size > 20_000) widths.clear();
    widths.set(text, (width = ctx.measureText(text).width + 4));
  }
  return width;
}

/** What is written at a place: its reference, and its name where it is the one that is looked at. */
const labelOf = ({ reference, name }: { reference: string; name?: string }, whole = false): string => (whole && name ? `${reference} · ${name}` : reference);

/** The place under a position, the uppermost first; null when there is none. */
export function placeUnder({ model, x, y, radius }: GraphScene, px: number, py: number, slack = 4): string | null {
  let best: string | null = null;
  let least = Infinity;
  model.nodes.forEach(({ id, kind }, i) => {
    const far = Math.hypot((x[i] ?? NaN) - px, (y[i] ?? NaN) - py);
    if (far <= reachOf(kind, radius[i] ?? 4) + slack && far < least) [best, least] = [id, far];
  });
  return best;
}

/** The tie under a position; null when there is none near enough. */
export function tieUnder(scene: GraphScene, px: number, py: number): string | null {
  let best: string | null = null;
  let least = reach;
  for (const tie of scene.model.ties) {
    const [ax, ay, bx, by] = [scene.x[tie.from] ?? NaN, scene.y[tie.from] ?? NaN, scene.x[tie.to] ?? NaN, scene.y[tie.to] ?? NaN];
    const slack = 40;
    if (!(px > Math.min(ax, bx) - slack && px < Math.max(ax, bx) + slack && py > Math.min(ay, by) - slack && py < Math.max(ay, by) + slack)) continue;
    const curve = curveOf(scene, tie);
    const far = curve ? distanceTo(curve, px, py) : Infinity;
    if (far < least) [best, least] = [tie.id, far];
  }
  return best;
}
