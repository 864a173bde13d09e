import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { debounce } from "./h";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("runs once after a pause, and at least so often when there is none", () => {
  const run = vi.fn();
  const later = debounce(350, run, 2000);
  later();
  later();
  vi.advanceTimersByTime(349);
  expect(run).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 500; n++) {
    later();
    vi.advanceTimersByTime(20);
  }
  expect(run.mock.calls.length).toBeGreaterThanOrEqual(5);
  expect(run.mock.calls.length).toBeLessThanOrEqual(6);
  vi.advanceTimersByTime(350);
  const told = run.mock.calls.length;
  later();
  later.cancel();
  vi.advanceTimersByTime(5000);
  expect(run).toHaveBeenCalledTimes(told);
});
