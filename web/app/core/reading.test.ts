import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createReading } from "./reading";

/** A server that takes its time, and what came of each question. */
let slowness: number;
let asked: string[];
let read: string[];
let cut: string[];
let question: string;

const run = (signal: AbortSignal): Promise<void> => {
  const mine = question;
  asked.push(mine);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      read.push(mine);
      resolve();
    }, slowness);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      cut.push(mine);
      resolve();
    });
  });
};

beforeEach(() => {
  vi.useFakeTimers();
  [slowness, asked, read, cut, question] = [300, [], [], [], "a"];
});
afterEach(() => void vi.useRealTimers());

test.each([20, 180, 299, 301])("changes every %d ms do not keep answers that take 300 ms away", async (pause) => {
  const reading = createReading(() => question, run);
  for (let now = 0; now < 10_000; now += pause) {
    reading.read();
    await vi.advanceTimersByTimeAsync(pause);
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(read.length).toBeGreaterThan(10_000 / Math.max(600, 2 * pause));
  expect(cut).toEqual([]);
});

test("is read once more after what was under way, however often something changed", async () => {
  const reading = createReading(() => question, run);
  for (let n = 0; n < 5; n++) reading.read();
  expect(asked).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(299);
  expect(read).toEqual([]);
  let settled = false;
  void reading.settled().then(() => (settled = true));
  await vi.advanceTimersByTimeAsync(1);
  expect([asked, settled]).toEqual([["a", "a"], false]);
  await vi.advanceTimersByTimeAsync(300);
  expect([asked, read, settled]).toEqual([["a", "a"], ["a", "a"], true]);
});

test("another question cuts the one before short, whose change is none of its own", async () => {
  const reading = createReading(() => ({ question }), run);
  reading.read();
  reading.read();
  question = "b";
  reading.read();
  expect([asked, cut]).toEqual([["a", "b"], ["a"]]);
  await vi.advanceTimersByTimeAsync(1000);
  expect([asked, read]).toEqual([["a", "b"], ["b"]]);
});

test("nothing is read after the end, and it may begin anew", async () => {
  const reading = createReading(() => question, run);
  reading.read();
  reading.read();
  reading.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect([asked, read]).toEqual([["a"], []]);
  await reading.settled();
  reading.read();
  await vi.advanceTimersByTimeAsync(300);
  expect(read).toEqual(["a"]);
});
