import { describe, expect, it } from "vitest";
import { eventCutter, probability, spotKinds, toneOfSpot } from "./hotspots";

describe("a stream of events", () => {
  const stream = 'event: progress\ndata: {"done":1}\n\n: keep alive\n\nevent: result\ndata: {"a":\ndata: 1}\n\n';
  it("comes out the same however it is cut", () => {
    const whole = eventCutter()(stream);
    expect(whole).toEqual([{ event: "progress", data: '{"done":1}' }, { event: "result", data: '{"a":\n1}' }]);
    for (let size = 1; size < stream.length; size++) {
      const cut = eventCutter();
      const events = [];
      for (let i = 0; i < stream.length; i += size) events.push(...cut(stream.slice(i, i + size)));
      expect(events).toEqual(whole);
    }
  });
  it("may end its lines as the network does", () => expect(eventCutter()("event: x\r\ndata: 1\r\n\r\n")).toEqual([{ event: "x", data: "1" }]));
});

describe("a unit that stands out", () => {
  it("has a tone for each kind", () => expect(spotKinds.map(toneOfSpot)).toEqual(["more", "fewer", "more", "fewer", "apart", "apart"]));
  it("has none without a kind", () => expect(toneOfSpot("none")).toBeNull());
});

describe("a probability", () => {
  const format = (n: number): string => n.toFixed(3);
  it("is told as it is", () => expect(probability(0.02, format, 999)).toBe("= 0.020"));
  it("is never told smaller than the draws can tell", () => expect(probability(0.001, format, 999)).toBe("≤ 0.001"));
});
