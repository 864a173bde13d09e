/** Links, and flows of links between territories, of one tile. */
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { linkKinds } from "../core/vocabulary";
import type { TileId } from "./tilemath";
import type { FlowHit, LinkHit } from "./types";

/** What a link or a flow says of itself; its position is where the pointer found it. */
export type LinkFacts = Omit<LinkHit, "lngLat">;
export type FlowFacts = Omit<FlowHit, "lngLat">;

/** A part of a line that lies in a tile proper, in world coordinates: x, y, x, y … from its beginning to its end. */
export interface Piece {
  facts: LinkFacts | FlowFacts;
  points: Float64Array;
  /** It begins, or ends, where the line itself does, and not at the edge of the tile. */
  starts: boolean;
  ends: boolean;
}

/** Links that stay within one territory, at its middle. */
export interface Loop {
  facts: FlowFacts;
  x: number;
  y: number;
}

export interface LinkTile {
  pieces: Piece[];
  loops: Loop[];
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const whole = (value: unknown): number => (typeof value === "number" && value > 0 ? Math.round(value) : 0);
const yes = (value: unknown): boolean => value === true || value === 1;

type Tags = Readonly<Record<string, unknown>>;

const linkOf = (p: Tags): LinkFacts => ({
  id: text(p["id"]),
  kind: text(p["kind"]),
  means: text(p["means"]),
  network: text(p["network"]),
  strength: Math.max(1, whole(p["strength"])),
  from: text(p["from"]),
  to: text(p["to"]),
  directed: yes(p["directed"]),
  ended: yes(p["ended"]),
});

const flowOf = (p: Tags): FlowFacts => ({
  links: whole(p["count"]),
  strength: whole(p["strength"]),
  from: text(p["from"]),
  to: text(p["to"]),
  directed: yes(p["directed"]),
  means: text(p["means"]),
  byKind: Object.fromEntries(linkKinds.map((kind) => [kind, whole(p[kind])])),
});

export const isFlow = (facts: LinkFacts | FlowFacts): facts is FlowFacts => "byKind" in facts;

/** Decodes the layer `links`. Lines are cut at the edges of the tile: what its neighbours draw of them is theirs. */
export function decodeLinks(bytes: ArrayBuffer, tile: TileId): LinkTile {
  const out: LinkTile = { pieces: [], loops: [] };
  const layer = bytes.byteLength > 0 ? new VectorTile(new PbfReader(bytes)).layers["links"] : undefined;
  if (!layer) return out;
  const { extent } = layer;
  const unit = 2 ** -tile.z / extent;
  const [left, top] = [tile.x * extent, tile.y * extent];
  for (let i = 0; i < layer.length; i++) {
    const feature = layer.feature(i);
    const flow = whole(feature.properties["count"]) > 0;
    const geometry = feature.loadGeometry();
    if (feature.type === 1 && flow) {
      const at = geometry[0]?.[0];
      if (at && inside(at.x, at.y, extent)) out.loops.push({ facts: flowOf(feature.properties), x: (left + at.x) * unit, y: (top + at.y) * unit });
      continue;
    }
    if (feature.type !== 2) continue;
    const facts = flow ? flowOf(feature.properties) : linkOf(feature.properties);
    for (const line of geometry) {
      for (const { points, starts, ends } of cutToTile(line, extent)) {
        out.pieces.push({ facts, starts, ends, points: Float64Array.from(points, (v, n) => (v + (n % 2 === 0 ? left : top)) * unit) });
      }
    }
  }
  return out;
}

const inside = (x: number, y: number, extent: number): boolean => x >= 0 && y >= 0 && x < extent && y < extent;

/**
 * What of a line lies between 0 and the extent (Liang and Barsky 1984), and whether the line itself begins and ends there: what the
 * server has clipped does so outside of the tile proper.
 */
export function cutToTile(line: readonly { x: number; y: number }[], extent: number): { points: number[]; starts: boolean; ends: boolean }[] {
  const parts: { points: number[]; starts: boolean; ends: boolean }[] = [];
  let open: number[] | null = null;
  const last = line.length - 1;
  for (let i = 0; i < last; i++) {
    const [a, b] = [line[i]!, line[i + 1]!];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    let [enter, leave] = [0, 1];
    for (const [by, room] of [[-dx, a.x], [dx, extent - a.x], [-dy, a.y], [dy, extent - a.y]] as const) {
      if (by === 0) {
        if (room < 0) leave = -1;
      } else if (by < 0) enter = Math.max(enter, room / by);
      else leave = Math.min(leave, room / by);
    }
    if (enter > leave) {
      open = null;
      continue;
    }
    if (!open || enter > 0) {
      open = [a.x + enter * dx, a.y + enter * dy];
      parts.push({ points: open, starts: i === 0 && enter === 0, ends: false });
    }
    open.push(a.x + leave * dx, a.y + leave * dy);
    const part = parts[parts.length - 1]!;
    if (leave < 1) open = null;
    else if (i === last - 1) part.ends = true;
  }
  // What only touches the edge is nothing to draw.
  return parts.filter(({ points: [x0, y0, x1, y1], points }) => points.length > 4 || x0 !== x1 || y0 !== y1);
}
