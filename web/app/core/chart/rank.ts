import { neighboursOf } from "./force";

/** What layers are computed from. */
export interface RankInput {
  n: number;
  from: readonly number[];
  to: readonly number[];
  /** Whether goods go along each tie, from one end to the other. */
  goods: readonly boolean[];
  /** Places at which goods come into the country: nothing supplies them. */
  entries?: ReadonlySet<number>;
}

/**
 * The layer of each place: the longest way by which goods come to it from the entry points, counted in ties that carry goods.
 * A place that nothing supplies stands right above the first that it supplies. Ties against the stream, of which a circle needs one, are passed over (the greedy order of Eades, Lin and Smyth 1993). A place that no goods
 * come through stands in the layer of the nearest one that they do; without any, in that of the least supplied.
 */
export function ranks({ n, from, to, goods, entries = new Set() }: RankInput): Int32Array {
  const out: number[][] = Array.from({ length: n }, () => []);
  const into: number[][] = Array.from({ length: n }, () => []);
  const known = new Set<string>();
  from.forEach((a, k) => {
    const b = to[k] ?? a;
    if (!goods[k] || a === b || entries.has(b) || known.has(`${a} ${b}`)) return;
    known.add(`${a} ${b}`);
    out[a]?.push(b);
    into[b]?.push(a);
  });
  const order = streamOrder(out, into);
  const layer = new Int32Array(n).fill(-1);
  const place = new Int32Array(n);
  order.forEach((i, k) => (place[i] = k));
  for (const i of order) {
    if ((out[i]?.length ?? 0) + (into[i]?.length ?? 0) === 0) continue;
    let deepest = 0;
    for (const j of into[i] ?? []) if ((place[j] ?? 0) < (place[i] ?? 0)) deepest = Math.max(deepest, (layer[j] ?? 0) + 1);
    layer[i] = deepest;
  }
  for (const i of [...order].reverse()) {
    if (layer[i] !== 0 || entries.has(i)) continue;
    const next = (out[i] ?? []).filter((j) => (place[j] ?? 0) > (place[i] ?? 0)).map((j) => layer[j] ?? 1);
    if (next.length > 0) layer[i] = Math.max(0, Math.min(...next) - 1);
  }
  return beside(layer, neighboursOf(n, from, to));
}

/** Places in an order in which few ties lead backwards. */
function streamOrder(out: readonly (readonly number[])[], into: readonly (readonly number[])[]): number[] {
  const n = out.length;
  const [outs, ins] = [Int32Array.from(out, (list) => list.length), Int32Array.from(into, (list) => list.length)];
  const gone = new Uint8Array(n);
  const [first, last]: [number[], number[]] = [[], []];
  const ready: number[] = [];
  for (let i = n - 1; i >= 0; i--) if (outs[i] === 0 || ins[i] === 0) ready.push(i);
  const take = (i: number, list: number[]): void => {
    gone[i] = 1;
    list.push(i);
    for (const j of out[i] ?? []) if (!gone[j] && --ins[j]! === 0) ready.push(j);
    for (const j of into[i] ?? []) if (!gone[j] && --outs[j]! === 0) ready.push(j);
  };
  for (let left = n; left > 0; ) {
    const next = ready.pop();
    if (next !== undefined) {
      if (gone[next]) continue;
      take(next, ins[next] === 0 ? first : last);
      left--;
      continue;
    }
    let best = -1;
    for (let i = 0; i < n; i++) if (!gone[i] && (best < 0 || outs[i]! - ins[i]! > outs[best]! - ins[best]!)) best = i;
    take(best, first);
    left--;
  }
  return [...first, ...last.reverse()];
}

/** Gives the places without a layer that of the nearest which has one. */
function beside(layer: Int32Array, neighbours: readonly (readonly number[])[]): Int32Array {
  let queue = [...layer.keys()].filter((i) => (layer[i] ?? -1) >= 0);
  if (queue.length === 0 && neighbours.length > 0) {
    // No goods at all: from the place with most neighbours outwards, in each part.
    return outwards(neighbours);
  }
  while (queue.length > 0) {
    const next: number[] = [];
    for (const i of queue) {
      for (const j of neighbours[i] ?? []) {
        if ((layer[j] ?? -1) >= 0) continue;
        layer[j] = layer[i] ?? 0;
        next.push(j);
      }
    }
    queue = next;
  }
  const end = Math.max(0, ...layer);
  return layer.map((value) => (value < 0 ? end : value));
}

function outwards(neighbours: readonly (readonly number[])[]): Int32Array {
  const layer = new Int32Array(neighbours.length).fill(-1);
  const order = [...neighbours.keys()].sort((a, b) => (neighbours[b]?.length ?? 0) - (neighbours[a]?.length ?? 0) || a - b);
  for (const root of order) {
    if ((layer[root] ?? 0) >= 0) continue;
    layer[root] = 0;
    const queue = [root];
    for (let k = 0; k < queue.length; k++) {
      for (const j of neighbours[queue[k] ?? 0] ?? []) {
        if ((layer[j] ?? 0) >= 0) continue;
        layer[j] = (layer[queue[k] ?? 0] ?? 0) + 1;
        queue.push(j);
      }
    }
  }
  return layer;
}
