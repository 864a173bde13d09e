import { expect, test } from "vitest";
import { isFaithful, over, pictureOf, stampUnder } from "./stamp";

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
