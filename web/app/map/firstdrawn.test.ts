import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FirstDrawn } from "./firstdrawn";

let drawn: FirstDrawn;
const went = vi.fn();
const begun = vi.fn();
const settled = vi.fn();

beforeEach(() => {
  // The clock of marks is the true one.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  drawn = new FirstDrawn(begun, settled);
  void drawn.promise.then(went);
});
afterEach(() => {
  went.mockReset();
  begun.mockReset();
  settled.mockReset();
  performance.clearMarks();
  vi.useRealTimers();
});

const marks = (): number => performance.getEntriesByName("map-drawn").length;

test("who waits for the first view goes on when it is drawn, which is marked once", async () => {
  await vi.advanceTimersByTimeAsync(100);
  expect(went).not.toHaveBeenCalled();
  drawn.now();
  drawn.now();
  await vi.advanceTimersByTimeAsync(0);
  expect(went).toHaveBeenCalledOnce();
  expect(marks()).toBe(1);
});

test("nobody waits longer than a second for a view that does not come, and no mark says that it did", async () => {
  await vi.advanceTimersByTimeAsync(999);
  expect(went).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(went).toHaveBeenCalledOnce();
  expect(marks()).toBe(0);
});

test("painting begins when all has come, once, and with what has come by 600 ms", async () => {
  await vi.advanceTimersByTimeAsync(599);
  expect(begun).not.toHaveBeenCalled();
  drawn.there();
  drawn.there();
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toHaveBeenCalledOnce();
  const slow = vi.fn();
  new FirstDrawn(slow, settled);
  await vi.advanceTimersByTimeAsync(600);
  expect(slow).toHaveBeenCalledOnce();
});

test("what the first view need not wait for is done half a second after it", async () => {
  drawn.there();
  drawn.now();
  await vi.advanceTimersByTimeAsync(499);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(settled).toHaveBeenCalledOnce();
});

test("a map that is gone is not painted", async () => {
  drawn.stop();
  drawn.there();
  await vi.advanceTimersByTimeAsync(2000);
  expect(begun).not.toHaveBeenCalled();
  expect(settled).not.toHaveBeenCalled();
});
