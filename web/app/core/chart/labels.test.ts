import { describe, expect, it } from "vitest";
import { sequence } from "./chart.fixture";
import { placeLabels, type LabelWish } from "./labels";

const wide = (text: string): number => text.length * 7;

describe("placeLabels", () => {
  const rand = sequence(3);
  const wishes: LabelWish[] = Array.from({ length: 300 }, (_, i) => ({ i, text: `13-K7QF${i}`, x: 900 * rand(), y: 600 * rand(), radius: 8, weight: 300 - i }));
  const placed = placeLabels(wishes, wishes, wide, 14);

  it("writes some, none over another, none over a symbol of another", () => {
    expect(placed.length).toBeGreaterThan(20);
    for (const a of placed) {
      for (const b of placed) if (a !== b) expect(Math.abs(a.x - b.x) >= (wide(a.text) + wide(b.text)) / 2 - 1e-9 || Math.abs(a.y - b.y) >= 14 - 1e-9).toBe(true);
      for (const s of wishes) if (s.i !== a.i) expect(Math.abs(a.x - s.x) >= wide(a.text) / 2 + 8 - 1e-9 || Math.abs(a.y - s.y) >= 15 - 1e-9).toBe(true);
    }
  });

  it("prefers weight, and stops at the limit", () => {
    const two = placeLabels([{ i: 0, text: "light", x: 50, y: 50, radius: 4, weight: 1 }, { i: 1, text: "heavy", x: 50, y: 50, radius: 4, weight: 9 }], [], wide, 14, 1);
    expect(two.map(({ text }) => text)).toEqual(["heavy"]);
  });
});
