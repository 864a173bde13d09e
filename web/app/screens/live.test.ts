import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Filter } from "../core/filters";

/** A stream whose events are given by hand. */
class FakeStream extends EventTarget {
  static last: FakeStream;
  constructor() {
    super();
    FakeStream.last = this;
  }
  close(): void {}
  tell(kind: string, data: unknown): void {
    this.dispatchEvent(Object.assign(new Event(kind), { data: JSON.stringify(data) }));
  }
}

const one = (): Promise<{ total: number }> => Promise.resolve({ total: 1 });
const countPoints = vi.fn<(filter: Filter, box: null, signal: AbortSignal) => Promise<{ total: number }>>(one);
vi.mock("../api/calls", () => ({ countPoints, getMe: vi.fn() }));
vi.stubGlobal("EventSource", FakeStream);
vi.stubGlobal("location", { pathname: "/", search: "", hash: "" });

const { followChanges } = await import("./live");
const { counts, followCounts } = await import("./counts");
const { store } = await import("../state");
type Map = Parameters<typeof followChanges>[0]["map"];

const map = { refresh: vi.fn(), refreshLinks: vi.fn(), refreshPlaces: vi.fn(), refreshAll: vi.fn(), on: vi.fn() };
let stops: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers();
  stops = [followCounts(), followChanges({ map: map as unknown as Map, ended: vi.fn(), changed: vi.fn(), tied: vi.fn() })];
});
afterEach(() => {
  for (const stop of stops) stop();
  vi.clearAllMocks();
  countPoints.mockImplementation(one);
  vi.useRealTimers();
});

const change = { id: "1", reference: "13-AAAA", layer: "deal_points", tiles: ["14/1/1"] };

test.each([20, 100, 149, 151, 180, 199, 201, 400])("changes every %d ms for ten seconds have counts read again every two seconds at least", async (pause) => {
  await vi.advanceTimersByTimeAsync(500);
  const [readings, generation] = [countPoints.mock.calls.length, store.get().generation];
  for (let now = 0; now < 10_000; now += pause) {
    FakeStream.last.tell("change", change);
    await vi.advanceTimersByTimeAsync(pause);
  }
  expect(store.get().generation - generation).toBeGreaterThanOrEqual(4);
  expect(countPoints.mock.calls.length - readings).toBeGreaterThanOrEqual(4);
  expect(counts.get().all).toEqual({ total: 1 });
});

test("counts come under changes that are faster than their answers, and those of another filter never do", async () => {
  const asked: { filter: Filter; signal: AbortSignal }[] = [];
  let came = 0;
  countPoints.mockImplementation((filter, _, signal) => {
    asked.push({ filter, signal });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve({ total: ++came }), 2500);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(new DOMException("aborted", "AbortError"));
      });
    });
  });
  for (let now = 0; now < 10_000; now += 180) {
    FakeStream.last.tell("change", change);
    await vi.advanceTimersByTimeAsync(180);
  }
  expect(came).toBeGreaterThanOrEqual(3);
  expect(asked.some(({ signal }) => signal.aborted)).toBe(false);
  const { place } = store.get();
  store.set({ place: { ...place, filter: { ...place.filter, q: "gare" } } });
  await vi.advanceTimersByTimeAsync(200);
  expect([asked.at(-2)?.signal.aborted, asked.at(-1)?.filter.q]).toEqual([true, "gare"]);
});

test("new aggregates fetch places anew, a stream that begins anew all that is shown", async () => {
  for (let n = 0; n < 3; n++) FakeStream.last.tell("aggregates", {});
  await vi.advanceTimersByTimeAsync(2000);
  expect([map.refreshPlaces.mock.calls.length, map.refreshAll.mock.calls.length]).toEqual([1, 0]);
  FakeStream.last.tell("reset", {});
  expect([map.refreshPlaces.mock.calls.length, map.refreshAll.mock.calls.length]).toEqual([1, 1]);
});
