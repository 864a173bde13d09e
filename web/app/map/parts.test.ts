import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Frame } from "./overlay";
import { partsOf } from "./parts";
import { buildScene, differences, hiddenSymbols, symbolRadius } from "./scene";
import type { Scene } from "./scene";
import { Sheet, pictureOf } from "./stamp";
import type { Picture } from "./stamp";
import { emptyTile } from "./symbols";
import type { SymbolTile } from "./symbols";
import { TILE_SIZE, tileWorldBox } from "./tilemath";
import type { PixelBox, TileId } from "./tilemath";

const A: TileId = { z: 14, x: 8436, y: 6000 };
const box = tileWorldBox(A);
const frame: Frame = { zoom: 14, left: A.x * TILE_SIZE - 20, top: A.y * TILE_SIZE - 20, width: 300, height: 300, ratio: 1, worldPixels: TILE_SIZE * 2 ** 14 };
const at = (x: number, y: number): { minX: number; minY: number; maxX: number; maxY: number } => {
  const [wx, wy] = [(frame.left + x) / frame.worldPixels, (frame.top + y) / frame.worldPixels];
  return { minX: wx, minY: wy, maxX: wx, maxY: wy };
};

describe("partsOf", () => {
  test("one around each place, cut at the edges; what is far outside has none", () => {
    expect(partsOf([at(50, 60), at(290, 150), at(-80, 0)], frame)).toEqual([
      { left: 10, top: 20, right: 90, bottom: 100 },
      { left: 250, top: 110, right: 300, bottom: 190 },
    ]);
  });
  test("those that overlap are one, also by way of a third", () => {
    expect(partsOf([at(50, 50), at(100, 50), at(75, 50)], frame)).toEqual([{ left: 10, top: 10, right: 140, bottom: 90 }]);
  });
  test("edges lie between pixels of the screen", () => {
    for (const { left, right } of partsOf([at(50.3, 50.3)], { ...frame, ratio: 1.5 })) {
      expect(Number.isInteger(left * 1.5) && Number.isInteger(right * 1.5)).toBe(true);
    }
  });
  test("most of a canvas is one part, and so are very many", () => {
    const wide = { ...frame, width: 3000, height: 3000 };
    const nine = [50, 150, 250].flatMap((x) => [50, 150, 250].map((y) => at(x, y)));
    expect(partsOf(nine.slice(0, 6), frame)).toHaveLength(6);
    expect(partsOf(nine, frame)).toHaveLength(1);
    const many = Array.from({ length: 64 }, (_, i) => at(100 + (i % 8) * 300, 100 + Math.floor(i / 8) * 300));
    expect(partsOf(many, wide)).toHaveLength(1);
    expect(partsOf(many.slice(0, 12), wide)).toHaveLength(12);
  });
});

/** A small generator, so that a failure can be made again (mulberry32). */
function chance(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a canvas is here: its pixels, as wide as the frame. */
class Board {
  readonly words = new Int32Array(frame.width * frame.height);
  readonly ctx = {
    save() {},
    restore() {},
    setTransform() {},
    drawImage: (from: FakeCanvas, sx: number, sy: number, width: number, height: number, x: number, y: number) => {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const word = from.words[(sy + row) * from.width + sx + column] ?? 0;
          // What was there shows through what is not opaque: drawn twice, it would be another colour.
          const to = (y + row) * frame.width + x + column;
          if (word !== 0) this.words[to] = ((this.words[to] ?? 0) * 3 + word) | 0;
        }
      }
    },
  } as unknown as CanvasRenderingContext2D;

  paint(sheet: Sheet, scene: Scene, parts?: readonly PixelBox[]): void {
    const whole = [{ left: 0, top: 0, right: frame.width, bottom: frame.height }];
    for (const { left, top, right, bottom } of parts ?? whole) {
      for (let y = top; y < bottom; y++) this.words.fill(7, y * frame.width + left, y * frame.width + right);
    }
    const hidden = hiddenSymbols(scene, { ...frame, parts });
    sheet.draw(this.ctx, parts ?? whole, (put) => {
      for (let i = scene.length - 1; i >= 0; i--) {
        if (hidden[i] !== 0) continue;
        const radius = symbolRadius(scene, i, frame.zoom);
        const picture = pictureFor(scene.tile[i]?.status[scene.index[i] ?? 0] ?? 0, radius);
        const corner = (v: number): number => Math.round(v - picture.side / 2);
        put(picture, corner((scene.x[i] ?? 0) * frame.worldPixels - frame.left), corner((scene.y[i] ?? 0) * frame.worldPixels - frame.top));
      }
    });
  }
}

class FakeCanvas {
  width = 1;
  height = 1;
  words = new Int32Array(0);
  getContext = (): unknown => ({
    putImageData: (image: { width: number; data: Uint8ClampedArray }, _x: number, _y: number, left: number, top: number, width: number, height: number) => {
      if (this.words.length !== this.width * this.height) this.words = new Int32Array(this.width * this.height);
      const from = new Int32Array(image.data.buffer);
      for (let y = top; y < top + height; y++) {
        this.words.set(from.subarray(y * image.width + left, y * image.width + left + width), y * this.width + left);
      }
    },
  });
}

const pictures = new Map<number, Picture>();
function pictureFor(status: number, radius: number): Picture {
  const side = 2 * Math.ceil(radius);
  const key = status * 1000 + side;
  const known = pictures.get(key);
  if (known) return known;
  const pixels = Int32Array.from({ length: side * side }, (_, i) => {
    const distance = Math.hypot((i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2);
    return distance > radius ? 0 : ((distance > radius - 1 ? 100 : 255) << 24) | (status * 40 + side);
  });
  const picture = pictureOf(side, pixels);
  pictures.set(key, picture);
  return picture;
}

interface Place {
  id: number;
  x: number;
  y: number;
  status: number;
  intensity: number;
}

function tileWith(places: readonly Place[]): SymbolTile {
  const tile = emptyTile(places.length, false);
  tile.length = places.length;
  places.forEach((place, i) => {
    tile.id[i] = place.id;
    tile.x[i] = box.minX + (box.maxX - box.minX) * place.x;
    tile.y[i] = box.minY + (box.maxY - box.minY) * place.y;
    tile.status[i] = place.status;
    tile.intensity[i] = place.intensity;
  });
  return tile;
}

const sceneOf = (tile: SymbolTile): Scene => buildScene([A], () => tile, () => []);

describe("painting what has changed", () => {
  beforeEach(() => {
    vi.stubGlobal("OffscreenCanvas", FakeCanvas);
    vi.stubGlobal(
      "ImageData",
      class {
        readonly data: Uint8ClampedArray;
        constructor(
          readonly width: number,
          readonly height: number,
        ) {
          this.data = new Uint8ClampedArray(width * height * 4);
        }
      },
    );
  });
  afterEach(() => vi.unstubAllGlobals());

  test("gives what painting all gives", () => {
    let several = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const next = chance(seed);
      const any = (n: number): number => Math.floor(next() * n);
      const random = (id: number): Place => ({ id, x: next(), y: next(), status: any(5), intensity: any(6) });
      let places = Array.from({ length: 5 + any(400) }, (_, i) => random(i + 1));
      const [board, sheet] = [new Board(), new Sheet()];
      let before = tileWith(places);
      board.paint(sheet, sceneOf(before));
      for (let step = 0; step < 4; step++) {
        for (let change = any(5); change >= 0; change--) {
          const i = any(places.length);
          const kind = any(4);
          if (kind === 0) places = [...places.slice(0, i), random(10_000 + seed * 100 + step * 10 + change), ...places.slice(i)];
          else if (kind === 1) places = places.filter((_, j) => j !== i);
          else places = places.map((place, j) => (j !== i ? place : kind === 2 ? { ...place, status: any(5) } : { ...random(place.id), status: place.status }));
        }
        const after = tileWith(places);
        const parts = partsOf(differences(before, after).drawn.map(({ x, y }) => ({ minX: x, minY: y, maxX: x, maxY: y })), frame);
        if (parts.length > 1) several++;
        if (parts.length > 0) board.paint(sheet, sceneOf(after), parts);
        const fresh = new Board();
        fresh.paint(new Sheet(), sceneOf(after));
        const other = fresh.words.findIndex((word, at) => word !== board.words[at]);
        expect(other, `seed ${seed}, step ${step}: pixel ${other % frame.width}, ${Math.floor(other / frame.width)}`).toBe(-1);
        before = after;
      }
    }
    expect(several).toBeGreaterThan(20);
  });
});
