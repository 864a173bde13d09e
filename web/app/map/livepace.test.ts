import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LivePace } from "./livepace";

let fetched: { at: number; names: string[] }[];
let links: number[];
let began: number;
let pace: LivePace;
const now = (): number => Math.round(performance.now() - began);

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(10_000);
  [fetched, links, began] = [[], [], performance.now()];
  pace = new LivePace(
    (names) => fetched.push({ at: now(), names }),
    () => links.push(now()),
  );
});
afterEach(() => {
  pace.stop();
  vi.useRealTimers();
});

test("changes that arrive together are fetched together, each tile once", () => {
  pace.changed(["14/1/1", "14/1/2"]);
  vi.advanceTimersByTime(30);
  pace.changed(["14/1/1"]);
  vi.advanceTimersByTime(5000);
  expect(fetched).toEqual([{ at: 60, names: ["14/1/1", "14/1/2"] }]);
});

test.each([7, 20, 180])("changes every %d ms are fetched four times a second, none of them lost", (pause) => {
  const told: string[] = [];
  for (let n = 0; n * pause < 10_000; n++) {
    told.push(`14/1/${n}`);
    pace.changed([`14/1/${n}`]);
    vi.advanceTimersByTime(pause);
  }
  vi.advanceTimersByTime(1000);
  expect(fetched.length).toBeGreaterThan(25);
  for (const [i, { at }] of fetched.entries()) if (i > 0) expect(at - (fetched[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(249);
  expect(fetched.flatMap(({ names }) => names)).toEqual(told);
});

test("the links of places that change are fetched now and then, those of a link that changes soon", () => {
  for (let n = 0; n < 100; n++) {
    pace.changed(["14/1/1"]);
    vi.advanceTimersByTime(50);
  }
  expect(links.length).toBeGreaterThanOrEqual(3);
  expect(links.length).toBeLessThanOrEqual(5);
  pace.stop();
});

test("a link that changes does not wait for those of places", () => {
  pace.changed(["14/1/1"]);
  vi.advanceTimersByTime(20);
  pace.linked();
  vi.advanceTimersByTime(5000);
  expect(links).toEqual([80]);
});

test.each([10, 30, 59])("links that change every %d ms are fetched all the same", (pause) => {
  for (let at = 0; at < 1000; at += pause) {
    pace.linked();
    vi.advanceTimersByTime(pause);
  }
  expect(links.length).toBeGreaterThanOrEqual(8);
  expect(links.length).toBeLessThanOrEqual(17);
});

test("nothing is fetched after the end", () => {
  pace.changed(["14/1/1"]);
  pace.linked();
  pace.stop();
  vi.advanceTimersByTime(5000);
  expect([fetched, links]).toEqual([[], []]);
});
