import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ViewPace } from "./viewpace";

let asked: number[];
let began: number;
let pace: ViewPace;

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(10_000);
  [asked, began] = [[], performance.now()];
  pace = new ViewPace(() => asked.push(Math.round(performance.now() - began)));
});
afterEach(() => {
  pace.stop();
  vi.useRealTimers();
});

test("the first view is asked for when the caller is done, once however often it was set", () => {
  pace.settling();
  pace.moving();
  pace.settling();
  expect([asked, pace.begun]).toEqual([[], false]);
  vi.advanceTimersByTime(0);
  expect([asked, pace.begun]).toEqual([[0], true]);
});

test("a view that keeps moving is asked for five times a second, and once when it has come to rest", () => {
  pace.now();
  for (let n = 0; n < 60; n++) {
    vi.advanceTimersByTime(16);
    pace.moving();
  }
  pace.settling();
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([0, 200, 400, 600, 800, 1000]);
});

test("one that is set again and again is asked for when that has ended", () => {
  pace.now();
  for (let n = 0; n < 10; n++) {
    pace.settling();
    vi.advanceTimersByTime(30);
  }
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([0, 310]);
});

test("what is asked for at once takes the place of what was to come, and nothing comes after the end", () => {
  pace.now();
  pace.settling();
  pace.now();
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([0, 0]);
  pace.moving();
  pace.stop();
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([0, 0]);
});

test("a map is followed: what ends a move asks once more, also when it is told at once", () => {
  const listeners = new Map<string, () => void>();
  const map = { on: (names: string, run: () => void) => names.split(" ").forEach((name) => listeners.set(name, run)) };
  pace.follow(map as unknown as Parameters<ViewPace["follow"]>[0]);
  vi.advanceTimersByTime(0);
  expect(asked).toEqual([0]);
  for (const [told, after] of [["move", 200], ["zoomanim", 40], ["moveend", 40], ["resize", 40]] as const) {
    const before = Math.round(performance.now() - began);
    listeners.get(told)?.();
    vi.advanceTimersByTime(after);
    expect(asked.at(-1)).toBe(told === "move" ? 200 : before + after);
  }
  expect(asked.length).toBe(5);
});
