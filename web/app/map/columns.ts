/**
 * Reads a layer of points of a vector tile by columns. A view of a city holds tens of thousands of points, of which a person
 * reads the name of one: texts stay bytes until somebody asks.
 */
import { PbfReader } from "pbf";

/** Of what a layer of a tile says of its features, the values that they share. */
class Values {
  private readonly texts: (string | undefined)[] = [];

  constructor(
    private readonly pbf: PbfReader,
    private readonly starts: readonly number[],
  ) {}

  /** A text, or "" for what is none. */
  text(index: number): string {
    return (this.texts[index] ??= String(this.read(index, true)));
  }

  /** A number, or 0 for what is none. */
  number(index: number): number {
    return Number(this.read(index, false));
  }

  private read(index: number, text: boolean): string | number {
    const none = text ? "" : 0;
    const start = this.starts[index];
    if (start === undefined) return none;
    const { pbf } = this;
    pbf.pos = start;
    if (pbf.readVarint() === 0) return none;
    const tag = pbf.readVarint();
    if (tag >> 3 === 1) return text ? pbf.readString() : none;
    if (text) return none;
    switch (tag >> 3) {
      case 2:
        return pbf.readFloat();
      case 3:
        return pbf.readDouble();
      case 4:
        return pbf.readVarint(true);
      case 5:
        return pbf.readVarint();
      case 6:
        return pbf.readSVarint();
      default:
        return none;
    }
  }
}

/** What the features of a layer say under one key. A column has one reader: what it has made of a value is kept. */
export class Column {
  /** One more than the index of the value of each feature; 0 where there is none. */
  readonly of: Uint32Array;
  private readonly numbers = new Map<number, number>();

  constructor(
    private readonly values: Values,
    features: number,
  ) {
    this.of = new Uint32Array(features);
  }

  /** The text of the i-th feature, or "". */
  at(i: number): string {
    const index = this.of[i] ?? 0;
    return index === 0 ? "" : this.values.text(index - 1);
  }

  /** What `read` makes of the text of the i-th feature, `none` where there is none; it is asked once for each text. */
  coded(i: number, read: (text: string) => number, none: number): number {
    return this.once(i, (index) => read(this.values.text(index)), none);
  }

  number(i: number): number {
    return this.once(i, (index) => this.values.number(index), 0);
  }

  private once(i: number, read: (index: number) => number, none: number): number {
    const index = this.of[i] ?? 0;
    if (index === 0) return none;
    let known = this.numbers.get(index);
    if (known === undefined) this.numbers.set(index, (known = read(index - 1)));
    return known;
  }
}

/** The points of a layer of a tile, those inside the tile proper. */
export interface PointLayer {
  length: number;
  /** Position in shares of the side of the tile, from its upper left corner. */
  x: Float64Array;
  y: Float64Array;
  /** Feature ids; 0 when the tile gives none. */
  id: Float64Array;
  columns: Map<string, Column>;
}

/** Reads the layers of these names that hold anything; throws when the bytes are no tile. */
export function readPoints(bytes: ArrayBuffer, names: readonly string[], keys: readonly string[]): Map<string, PointLayer> {
  const found = new Map<string, PointLayer>();
  const pbf = new PbfReader(bytes);
  while (pbf.pos < pbf.length) {
    const tag = pbf.readVarint();
    if (tag !== 26) {
      pbf.skip(tag);
      continue;
    }
    const end = endOf(pbf, pbf.length);
    const start = pbf.pos;
    const name = nameOf(pbf, end);
    pbf.pos = start;
    const layer = names.includes(name) ? readLayer(pbf, end, keys) : null;
    if (layer) found.set(name, layer);
    pbf.pos = end;
  }
  return found;
}

function endOf(pbf: PbfReader, limit: number): number {
  const size = pbf.readVarint();
  const end = size + pbf.pos;
  if (!(end <= limit)) throw new Error("a vector tile that ends too early");
  return end;
}

function nameOf(pbf: PbfReader, end: number): string {
  while (pbf.pos < end) {
    const tag = pbf.readVarint();
    if (tag === 10) return pbf.readString();
    pbf.skip(tag);
  }
  return "";
}

function readLayer(pbf: PbfReader, end: number, wanted: readonly string[]): PointLayer | null {
  const features: number[] = [];
  const keys: string[] = [];
  const starts: number[] = [];
  let extent = 4096;
  while (pbf.pos < end) {
    const tag = pbf.readVarint();
    if (tag === 18) features.push(pbf.pos);
    else if (tag === 34) starts.push(pbf.pos);
    if (tag === 26) keys.push(pbf.readString());
    else if (tag === 40) extent = pbf.readVarint();
    else pbf.skip(tag);
  }
  if (features.length === 0) return null;
  const values = new Values(pbf, starts);
  const layer: PointLayer = { length: 0, x: new Float64Array(features.length), y: new Float64Array(features.length), id: new Float64Array(features.length), columns: new Map() };
  const columns = keys.map((key) => {
    if (!wanted.includes(key)) return undefined;
    const column = layer.columns.get(key) ?? new Column(values, features.length);
    layer.columns.set(key, column);
    return column;
  });
  for (const start of features) {
    pbf.pos = start;
    readFeature(pbf, endOf(pbf, end), extent, columns, layer);
  }
  return layer;
}

/** A command and two coordinates, in bytes. */
const SHORTEST = 3;

/** Adds a feature to the layer if it is a point inside the tile proper. */
function readFeature(pbf: PbfReader, end: number, extent: number, columns: readonly (Column | undefined)[], layer: PointLayer): void {
  const n = layer.length;
  let [type, id, tags, geometry] = [0, 0, -1, -1];
  while (pbf.pos < end) {
    const tag = pbf.readVarint();
    if (tag === 8) id = pbf.readVarint();
    else if (tag === 24) type = pbf.readVarint();
    else {
      if (tag === 18) tags = pbf.pos;
      else if (tag === 34) geometry = pbf.pos;
      pbf.skip(tag);
    }
  }
  if (type !== 1 || geometry < 0) return;
  pbf.pos = geometry;
  if (endOf(pbf, end) - pbf.pos < SHORTEST) return;
  pbf.readVarint();
  const x = pbf.readSVarint();
  const y = pbf.readSVarint();
  if (!(x >= 0 && y >= 0 && x < extent && y < extent)) return;
  layer.x[n] = x / extent;
  layer.y[n] = y / extent;
  layer.id[n] = id;
  layer.length++;
  if (tags < 0) return;
  pbf.pos = tags;
  const last = endOf(pbf, end);
  while (pbf.pos < last) {
    const key = pbf.readVarint();
    const value = pbf.readVarint();
    const column = columns[key];
    if (column) column.of[n] = value + 1;
  }
}
