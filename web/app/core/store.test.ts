import { describe, expect, it } from "vitest";
import { createStore } from "./store";

describe("store", () => {
  it("tells a watcher what it selected, only when that changed", () => {
    const store = createStore({ a: 1, b: "x" });
    const seen: [number, number][] = [];
    store.watch((s) => s.a, (now, before) => seen.push([now, before]));
    store.set({ b: "y" });
    store.set({ a: 2 });
    store.set({ a: 2 });
    expect(seen).toEqual([[2, 1]]);
    expect(store.get()).toEqual({ a: 2, b: "y" });
  });

  it("stops telling", () => {
    const store = createStore({ a: 1 });
    let calls = 0;
    const stop = store.watch((s) => s.a, () => calls++);
    stop();
    store.set({ a: 2 });
    expect(calls).toBe(0);
  });

  it("lets a watcher write without telling an older value afterwards", () => {
    const store = createStore({ a: 1, twice: 2 });
    store.watch((s) => s.a, (a) => store.set({ twice: a * 2 }));
    const seen: number[] = [];
    store.watch((s) => s.twice, (v) => seen.push(v));
    store.set({ a: 5 });
    expect(seen).toEqual([10]);
  });
});
