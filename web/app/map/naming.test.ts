import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { NamesView } from "./names";
import type { Frame } from "./overlay";

vi.stubGlobal("document", { createElement: () => ({ getContext: () => null }) });
vi.mock("./names", () => ({ Names: class { place = (): number => placed.push(now()); } }));
const { Naming } = await import("./naming");

const whole: Frame = { zoom: 12, left: 0, top: 0, width: 10, height: 10, ratio: 1, worldPixels: 2 ** 20 };
let traffic: { idle: boolean };
let placed: number[];
let began: number;
let naming: InstanceType<typeof Naming>;
const now = (): number => Math.round(performance.now() - began);
const paint = (frame = whole): void => {
  if (naming.due(frame)) naming.place();
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(10_000);
  [traffic, placed, began] = [{ idle: true }, [], performance.now()];
  naming = new Naming({ traffic, repaint: () => setTimeout(paint, 16), view: () => ({}) as NamesView });
});
afterEach(() => {
  naming.stop();
  vi.useRealTimers();
});

test("names are placed at once when nothing is under way, once for whatever asked", () => {
  naming.ask();
  naming.ask();
  expect(naming.pending).toBe(true);
  vi.advanceTimersByTime(5000);
  expect([placed, naming.pending]).toEqual([[16], false]);
});

test("they wait for tiles, not forever, and no longer than those are under way", () => {
  traffic.idle = false;
  for (let n = 0; n < 10; n++) {
    naming.ask();
    vi.advanceTimersByTime(50);
  }
  expect(placed).toEqual([266]);
  vi.advanceTimersByTime(5000);
  const waited = placed.length;
  naming.ask();
  vi.advanceTimersByTime(20);
  traffic.idle = true;
  naming.loaded();
  vi.advanceTimersByTime(16);
  expect(placed.length).toBe(waited + 1);
});

test("live changes have them placed every second and a half, and a part of the map never does", () => {
  naming.ask();
  vi.advanceTimersByTime(16);
  for (let n = 0; n < 100; n++) {
    naming.ask(true);
    paint({ ...whole, parts: [{ left: 0, top: 0, right: 1, bottom: 1 }] });
    vi.advanceTimersByTime(50);
  }
  expect(placed.length).toBeGreaterThanOrEqual(4);
  expect(placed.length).toBeLessThanOrEqual(5);
  expect(Math.min(...placed.slice(1).map((at, i) => at - (placed[i] ?? 0)))).toBeGreaterThanOrEqual(1498);
});
