/** A network as the map draws it from lists instead of tiles: its places, and its links on the arcs on which the server draws them. */
import { chainOf } from "./linkchains";
import type { LinkScene } from "./linkchains";
import { emptyTile, siteIndex, statusIndex } from "./symbols";
import type { SymbolTile } from "./symbols";
import { toWorld } from "./tilemath";
import type { NetworkShown } from "./types";

/** A tile that holds the whole world, with these places; those without a position are left out. */
export function tileOf(places: NetworkShown["places"]): SymbolTile {
  const out = emptyTile(places.length, false);
  for (const place of places) {
    const n = out.length++;
    [out.x[n], out.y[n]] = toWorld(place.lngLat);
    out.status[n] = statusIndex(place.status);
    out.site[n] = siteIndex(place.kind);
    out.intensity[n] = place.intensity;
  }
  for (const name of ["ref", "name", "kind", "product", "service"] as const) out[name] = places.map((place) => place[name]);
  return out;
}

/** As far from the straight line, in parts of its length, as an arc may lie. */
const REACH = 0.25;
const STEPS = 16;

/** How far lane n of several between the same two places lies from the straight line, as the server has it. */
export function bow(lane: number, lanes: number): number {
  const n = lanes % 2 === 0 ? lane + 1 : lane;
  const rank = Math.floor((n + 1) / 2);
  const far = (REACH * rank) / (rank + 2);
  return n % 2 === 0 ? -far : far;
}

/** Lines of links; those between the same two places in lanes beside each other, in the order of their ids. */
export function arcsOf(links: NetworkShown["links"]): LinkScene {
  const pairs = new Map<string, NetworkShown["links"][number][]>();
  for (const link of links) {
    const pair = [link.fromId, link.toId].sort().join(" ");
    pairs.set(pair, [...(pairs.get(pair) ?? []), link]);
  }
  const chains = [...pairs.values()].flatMap((lanes) =>
    lanes
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ fromAt, toAt, fromId, toId, ...facts }, lane) => {
        const far = bow(lane, lanes.length) * (fromId > toId ? -1 : 1);
        return chainOf({ facts, starts: true, ends: true, points: arc(toWorld(fromAt), toWorld(toAt), far) });
      }),
  );
  return { chains, loops: [] };
}

function arc([ax, ay]: [number, number], [bx, by]: [number, number], far: number): Float64Array {
  if (far === 0) return Float64Array.of(ax, ay, bx, by);
  const [dx, dy] = [bx - ax, by - ay];
  const [cx, cy] = [(ax + bx) / 2 + 2 * far * dy, (ay + by) / 2 - 2 * far * dx];
  return Float64Array.from({ length: 2 * (STEPS + 1) }, (_, n) => {
    const t = Math.floor(n / 2) / STEPS;
    const [a, b, c] = n % 2 === 0 ? [ax, cx, bx] : [ay, cy, by];
    return (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c;
  });
}
