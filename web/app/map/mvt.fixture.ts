/** Writes small vector tiles for tests. */
import { PbfWriter } from "pbf";

export interface FixtureFeature {
  id?: number;
  /** One position, or rings (with `area`) or lines of positions, in tile units. */
  point?: [x: number, y: number];
  rings?: [x: number, y: number][][];
  area?: boolean;
  tags: Record<string, string | number>;
}

/** Bytes of a tile with these layers. */
export function writeTile(layers: Record<string, FixtureFeature[]>, extent = 4096): ArrayBuffer {
  const pbf = new PbfWriter();
  for (const [name, features] of Object.entries(layers)) pbf.writeMessage(3, writeLayer, { name, features, extent });
  return pbf.finish().slice().buffer as ArrayBuffer;
}

interface Layer {
  name: string;
  features: FixtureFeature[];
  extent: number;
}

function writeLayer({ name, features, extent }: Layer, pbf: PbfWriter): void {
  const keys: string[] = [];
  const values: (string | number)[] = [];
  const indexIn = <T>(list: T[], item: T): number => (list.includes(item) ? list.indexOf(item) : list.push(item) - 1);
  pbf.writeVarintField(15, 2);
  pbf.writeStringField(1, name);
  for (const feature of features) {
    const tags = Object.entries(feature.tags).flatMap(([k, v]) => [indexIn(keys, k), indexIn(values, v)]);
    pbf.writeMessage(2, writeFeature, { feature, tags });
  }
  for (const key of keys) pbf.writeStringField(3, key);
  for (const value of values) pbf.writeMessage(4, writeValue, value);
  pbf.writeVarintField(5, extent);
}

function writeFeature({ feature, tags }: { feature: FixtureFeature; tags: number[] }, pbf: PbfWriter): void {
  if (feature.id !== undefined) pbf.writeVarintField(1, feature.id);
  pbf.writePackedVarint(2, tags);
  pbf.writeVarintField(3, feature.point ? 1 : feature.area ? 3 : 2);
  pbf.writePackedVarint(4, geometry(feature));
}

function writeValue(value: string | number, pbf: PbfWriter): void {
  if (typeof value === "string") pbf.writeStringField(1, value);
  else pbf.writeVarintField(5, value);
}

const zigzag = (n: number): number => (n << 1) ^ (n >> 31);
const command = (id: number, count: number): number => id | (count << 3);

function geometry({ point, rings, area }: FixtureFeature): number[] {
  if (point) return [command(1, 1), zigzag(point[0]), zigzag(point[1])];
  const out: number[] = [];
  let [x, y] = [0, 0];
  for (const ring of rings ?? []) {
    ring.forEach((at, i) => {
      if (i === 0) out.push(command(1, 1));
      if (i === 1) out.push(command(2, ring.length - 1));
      out.push(zigzag(at[0] - x), zigzag(at[1] - y));
      [x, y] = at;
    });
    if (area) out.push(command(7, 1));
  }
  return out;
}
