import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FirstDrawn } from "./firstdrawn";

let drawn: FirstDrawn;
const went = vi.fn();

beforeEach(() => {
  // The clock of marks is the true one.
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  drawn = new FirstDrawn();
  void drawn.promise.then(went);
});
afterEach(() => {
  went.mockReset();
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
