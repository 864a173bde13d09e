import { afterEach, describe, expect, test, vi } from "vitest";
import { Sheet, isFaithful, over, pictureOf, stampUnder } from "./stamp";

const abgr = (r: number, g: number, b: number, a: number): number => (a << 24) | (b << 16) | (g << 8) | r;
const red = abgr(255, 0, 0, 255);
const half = abgr(0, 0, 255, 128);

test("what is there stays above: hidden by it where it is opaque, mixed where it is not", () => {
  const into = Int32Array.of(abgr(1, 2, 3, 255), 0, half, 0);
  stampUnder(into, 2, 2, pictureOf(2, Int32Array.of(red, red, red, 0)), 0, 0);
  expect([...into]).toEqual([abgr(1, 2, 3, 255), red, abgr(127, 0, 128, 255), 0]);
});

test("what reaches beyond an edge is cut there", () => {
  const picture = pictureOf(2, Int32Array.of(1, 2, 3, 4).map((n) => n | (255 << 24)));
  for (const [left, top, want] of [
    [-1, -1, [4, 0, 0, 0, 0, 0, 0, 0, 0]],
    [2, 2, [0, 0, 0, 0, 0, 0, 0, 0, 1]],
    [1, 0, [0, 1, 2, 0, 3, 4, 0, 0, 0]],
    [5, 0, [0, 0, 0, 0, 0, 0, 0, 0, 0]],
    [0, -2, [0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ] as const) {
    const into = new Int32Array(9);
    stampUnder(into, 3, 3, picture, left, top);
    expect([...into].map((n) => n & 255)).toEqual(want);
  }
});

test("half over half is three quarters, of both colours by their share", () => {
  const got = over(half, abgr(255, 0, 0, 128));
  expect(got >>> 24).toBe(192);
  expect((got >> 16) & 255).toBeGreaterThan(got & 255);
  expect(over(0, red)).toBe(red);
  expect(over(red, half)).toBe(red);
  expect(over(0, 0)).toBe(0);
});

test("a picture that the browser has made noise of is known by its corners and its middle", () => {
  const disc = [0, red, 0, red, red, red, 0, red, 0];
  expect(isFaithful(pictureOf(3, Int32Array.from(disc)))).toBe(true);
  for (const corner of [0, 2, 6, 8]) expect(isFaithful(pictureOf(3, Int32Array.from(disc.map((n, i) => (i === corner ? half : n))))), `${corner}`).toBe(false);
  expect(isFaithful(pictureOf(3, new Int32Array(9)))).toBe(false);
  expect(isFaithful(pictureOf(3, new Int32Array(9).fill(-1)))).toBe(false);
});

describe("a sheet", () => {
  afterEach(() => void vi.unstubAllGlobals());

  test("grows to the largest part, and shows of each part what was put there alone", () => {
    const sizes: string[] = [];
    let put: { image: { width: number; data: Uint8ClampedArray }; width: number; height: number } | undefined;
    vi.stubGlobal("ImageData", class {
      readonly data: Uint8ClampedArray;
      constructor(readonly width: number, readonly height: number) {
        sizes.push(`${width} ${height}`);
        this.data = new Uint8ClampedArray(width * height * 4);
      }
    });
    vi.stubGlobal("OffscreenCanvas", class {
      getContext = (): unknown => ({ putImageData: (image: never, _x: number, _y: number, _dx: number, _dy: number, width: number, height: number) => (put = { image, width, height }) });
    });
    const drawn: number[][] = [];
    const ctx = { save() {}, restore() {}, setTransform() {}, drawImage: (_: unknown, ...at: number[]) => drawn.push(at) } as unknown as CanvasRenderingContext2D;
    const dot = pictureOf(1, Int32Array.of(red));
    const sheet = new Sheet();
    const seen = (): string[] => {
      const { image, width, height } = put ?? { image: { width: 0, data: new Uint8ClampedArray(0) }, width: 0, height: 0 };
      const words = new Int32Array(image.data.buffer);
      return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => (words[y * image.width + x] === 0 ? "." : "#")).join(""));
    };
    sheet.draw(ctx, [{ left: 10, top: 20, right: 14, bottom: 22 }], (stamp) => [stamp(dot, 10, 20), stamp(dot, 13, 21)]);
    expect(seen()).toEqual(["#...", "...#"]);
    sheet.draw(ctx, [{ left: 0, top: 0, right: 2, bottom: 3 }], (stamp) => stamp(dot, 1, 2));
    expect(seen()).toEqual(["..", "..", ".#"]);
    sheet.draw(ctx, [{ left: 0, top: 0, right: 4, bottom: 2 }], () => undefined);
    expect(seen()).toEqual(["....", "...."]);
    expect(sizes).toEqual(["1 1", "4 2", "4 3"]);
    expect(drawn.map((at) => at.slice(-4))).toEqual([[10, 20, 4, 2], [0, 0, 2, 3], [0, 0, 4, 2]]);
  });
});
