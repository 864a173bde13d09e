import { describe, expect, it } from "vitest";
import type { DuplicatePair } from "../api/merging";
import { pairOf, pointOf } from "./pairs.fixture";
import { PairQueue } from "./pairqueue";

const p = (a: string, b: string): DuplicatePair => pairOf(pointOf(a), pointOf(b));
const names = (queue: PairQueue): string => [queue.current?.a.id, queue.current?.b.id].join("");
const filled = (...pairs: DuplicatePair[]): PairQueue => {
  const queue = new PairQueue();
  queue.add({ pairs, looked: 10, cursor: "" });
  return queue;
};
const merge = (queue: PairQueue): void => {
  const pair = queue.current!;
  queue.done({ verdict: "merge", pair, into: pair.a, from: pair.b });
};

describe("the queue of pairs", () => {
  it("follows pages, even empty ones, until one has no next", () => {
    const queue = new PairQueue();
    expect(queue.next()).toBe("");
    queue.add({ pairs: [], looked: 2000, cursor: "x" });
    expect([queue.ended, queue.next(), queue.current]).toEqual([false, "x", null]);
    queue.add({ pairs: [p("a", "b")], looked: 500, cursor: "" });
    expect([queue.ended, queue.looked, names(queue)]).toEqual([true, 2500, "ab"]);
  });

  it("takes no pair twice, whichever way round", () => {
    const queue = filled(p("a", "b"), p("c", "d"));
    queue.done({ verdict: "separate", pair: queue.current! });
    queue.add({ pairs: [p("b", "a"), p("d", "c")], looked: 1, cursor: "" });
    expect([queue.left, queue.count]).toEqual([1, 1]);
  });

  it("drops other pairs of merged records and looks for them again", () => {
    const queue = filled(p("a", "b"), p("b", "c"), p("d", "e"));
    merge(queue);
    expect([names(queue), queue.left, queue.ended]).toEqual(["de", 1, false]);
    expect(queue.next()).toBe("");
    queue.add({ pairs: [p("a", "c"), p("d", "e")], looked: 1, cursor: "" });
    expect([queue.left, queue.ended]).toEqual([2, true]);
  });

  it("keeps what was put off apart until it is resumed", () => {
    const queue = filled(p("a", "b"), p("c", "d"));
    queue.done({ verdict: "later", pair: queue.current! });
    expect([names(queue), queue.left, queue.later, queue.count]).toEqual(["cd", 1, 1, 0]);
    queue.done({ verdict: "separate", pair: queue.current! });
    queue.resume();
    expect([names(queue), queue.later]).toEqual(["ab", 0]);
  });

  it("takes verdicts back one after the other", () => {
    const queue = filled(p("a", "b"), p("c", "d"), p("e", "f"));
    queue.done({ verdict: "separate", pair: queue.current! });
    queue.done({ verdict: "later", pair: queue.current! });
    queue.takeBack(queue.last!.pair);
    expect([names(queue), queue.later]).toEqual(["cd", 0]);
    queue.takeBack(queue.last!.pair);
    expect([names(queue), queue.count, queue.last, queue.left]).toEqual(["ab", 0, null, 3]);
  });

  it("shows a merge that was taken back with its records as they now are", () => {
    const queue = filled(p("a", "b"));
    merge(queue);
    queue.takeBack(pairOf(pointOf("a", { revision: 3 }), pointOf("b", { revision: 3 })));
    expect([names(queue), queue.current?.a.properties.revision, queue.count]).toEqual(["ab", 3, 0]);
  });

  it("forgets a pair of which a record has gone", () => {
    const queue = filled(p("a", "b"), p("c", "d"));
    queue.forget(queue.current!);
    expect([names(queue), queue.count]).toEqual(["cd", 0]);
  });
});
