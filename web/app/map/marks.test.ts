import { describe, expect, it } from "vitest";
import { markAt } from "./marks";
import { toWorld } from "./tilemath";
import type { Mark } from "./types";

const marks: Mark[] = [
  { id: "2", lngLat: [5.38, 43.3], sign: "?" },
  { id: "3", lngLat: [5.381, 43.3], sign: "+" },
];
const pixels = 256 * 2 ** 16;

describe("markAt", () => {
  it("finds the nearest within reach", () => {
    const [x, y] = toWorld([5.3807, 43.3]);
    expect(markAt(marks, x, y, pixels)?.id).toBe("3");
  });
  it("finds none beyond it", () => {
    const [x, y] = toWorld([5.39, 43.3]);
    expect(markAt(marks, x, y, pixels)).toBeNull();
  });
});
