import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum, type SimulationNodeDatum } from "d3-force";
import { componentsOf } from "./model";
import { pack, spread, SPACING, type Positions } from "./spread";

/** What a layout is computed from. */
export interface LayoutInput {
  /** Number of places. */
  n: number;
  /** Ends of each tie. */
  from: readonly number[];
  to: readonly number[];
  /** Where places stand already, for those that do: they stay, and the others find room beside them. */
  kept?: readonly (readonly [x: number, y: number] | null)[];
}

export interface Layout extends Positions {
  /** Of a layered layout: the layer of each place, from 0. */
  layers: Int32Array | null;
}

/** Called now and then with what there is so far, from 0 to 1 done. */
export type LayoutProgress = (done: number, so: Positions) => void;

interface Body extends SimulationNodeDatum {
  i: number;
}

/**
 * Places repel each other and ties pull (d3-force: velocity Verlet, Barnes and Hut 1986). Each connected part is laid out by
 * itself from a spiral in the order of its places, and the parts are set side by side: nothing is drawn by chance.
 */
export function forceLayout({ n, from, to, kept }: LayoutInput, progress: LayoutProgress = () => {}): Layout {
  const [x, y] = [new Float64Array(n), new Float64Array(n)];
  const neighbours = neighboursOf(n, from, to);
  if (kept?.some((at) => at !== null)) {
    fillIn({ n, from, to, kept }, neighbours, { x, y });
    spread({ x, y });
    return { x, y, layers: null };
  }
  const parts = componentsOf(neighbours);
  const tied = parts.filter(({ length }) => length > 1);
  const single = parts.filter(({ length }) => length === 1).map(([i = 0]) => i);
  let placed = 0;
  for (const part of tied) {
    simulate(part, from, to, (done, bodies) => {
      for (const body of bodies) [x[body.i], y[body.i]] = [body.x ?? 0, body.y ?? 0];
      progress((placed + done * part.length) / n, { x, y });
    });
    placed += part.length;
  }
  // Places without a tie stand in rows.
  const across = Math.ceil(Math.sqrt(single.length * 2));
  single.forEach((i, k) => ([x[i], y[i]] = [(k % across) * SPACING * 3.2, Math.floor(k / across) * SPACING * 3.2]));
  spreadParts(tied, { x, y });
  pack({ x, y }, single.length > 0 ? [...tied, single] : tied);
  return { x, y, layers: null };
}

/** A part is spread by itself, so that packing keeps it as it is. */
function spreadParts(parts: readonly (readonly number[])[], { x, y }: Positions): void {
  for (const part of parts) {
    const own = { x: Float64Array.from(part, (i) => x[i] ?? 0), y: Float64Array.from(part, (i) => y[i] ?? 0) };
    spread(own);
    part.forEach((i, k) => ([x[i], y[i]] = [own.x[k] ?? 0, own.y[k] ?? 0]));
  }
}

export function neighboursOf(n: number, from: readonly number[], to: readonly number[]): number[][] {
  const near: Set<number>[] = Array.from({ length: n }, () => new Set());
  from.forEach((a, k) => {
    const b = to[k] ?? a;
    if (a === b) return;
    near[a]?.add(b);
    near[b]?.add(a);
  });
  return near.map((set) => [...set].sort((a, b) => a - b));
}

/** The larger the part, the fewer steps: each costs more, and the eye sees less of the last ones. */
const steps = (n: number): number => (n <= 400 ? 300 : n <= 1500 ? 180 : n <= 4000 ? 80 : 50);

function simulate(part: readonly number[], from: readonly number[], to: readonly number[], moved: (done: number, bodies: readonly Body[]) => void): void {
  const within = new Map(part.map((i, k) => [i, k]));
  const bodies: Body[] = part.map((i) => ({ i }));
  const seen = new Set<string>();
  const links: SimulationLinkDatum<Body>[] = [];
  from.forEach((a, k) => {
    const [source, target] = [within.get(a), within.get(to[k] ?? a)];
    if (source === undefined || target === undefined || source === target) return;
    const key = source < target ? `${source} ${target}` : `${target} ${source}`;
    if (seen.has(key)) return;
    seen.add(key);
    links.push({ source, target });
  });
  const simulation = forceSimulation(bodies)
    .force("tie", forceLink<Body, SimulationLinkDatum<Body>>(links).distance(SPACING * 3).iterations(part.length <= 400 ? 2 : 1))
    .force("apart", forceManyBody<Body>().strength(-SPACING * 16).distanceMax(SPACING * 45).theta(part.length <= 1500 ? 0.9 : 1.2))
    .force("room", forceCollide<Body>(SPACING + 1).strength(0.8))
    // Wider than high, as the screen is.
    .force("x", forceX<Body>(0).strength(0.03))
    .force("y", forceY<Body>(0).strength(0.1))
    .stop();
  const all = steps(part.length);
  simulation.alphaDecay(1 - 0.001 ** (1 / all));
  for (let step = 1; step <= all; step++) {
    simulation.tick();
    if (step % 20 === 0 || step === all) moved(step / all, bodies);
  }
}

/** New places come to stand beside the ones that they are tied to; the others do not move. */
function fillIn({ n, kept = [] }: LayoutInput, neighbours: readonly (readonly number[])[], { x, y }: Positions): void {
  const standing = Array.from({ length: n }, (_, i) => kept[i] ?? null);
  const right = Math.max(...standing.map((at) => at?.[0] ?? -Infinity)) + SPACING * 4;
  const top = Math.min(...standing.map((at) => at?.[1] ?? Infinity));
  let loose = 0;
  for (let i = 0; i < n; i++) {
    let at = standing[i] ?? null;
    if (!at) {
      const near = (neighbours[i] ?? []).map((j) => standing[j]).filter((one) => one !== null && one !== undefined);
      at = near.length > 0 ? [mean(near.map(([a]) => a)) + SPACING * Math.cos(i * 2.4), mean(near.map(([, b]) => b)) + SPACING * Math.sin(i * 2.4)] : [right, top + loose++ * SPACING * 2.5];
      standing[i] = at;
    }
    [x[i], y[i]] = at;
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
