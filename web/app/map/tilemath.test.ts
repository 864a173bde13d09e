import { describe, expect, test } from "vitest";
import { boxToWorld, nativeTile, parseTile, related, sameTiles, tileKey, tilesCovering, toLngLat, toWorld, wholePixels } from "./tilemath";

describe("world coordinates", () => {
  test("known positions", () => {
    expect(toWorld([0, 0])).toEqual([0.5, 0.5]);
    const [x, y] = toWorld([5.3698, 43.2965]);
    // The usual formula of slippy maps gives 8436.39, 6001.79.
    expect([Math.floor(x * 2 ** 14), Math.floor(y * 2 ** 14)]).toEqual([8436, 6001]);
    expect(toWorld([180, 89.9])[1]).toBeCloseTo(0, 9);
  });

  test.each([
    [5.3698, 43.2965],
    [-61.5, 16.2],
    [-149.5, -17.6],
    [166.4, -22.3],
  ])("there and back %f %f", (lon, lat) => {
    const back = toLngLat(...toWorld([lon, lat]));
    expect(back[0]).toBeCloseTo(lon, 9);
    expect(back[1]).toBeCloseTo(lat, 9);
  });
});

describe("tile names", () => {
  test("reads what it writes", () => {
    expect(parseTile("14/8436/5976")).toEqual({ z: 14, x: 8436, y: 5976 });
    expect(tileKey({ z: 3, x: 1, y: 2 })).toBe("3/1/2");
  });

  test.each(["", "1/2", "1/2/0", "0/0/1", "-1/0/0", "a/b/c", "14/8436/5976/1", "25/0/0", "1/0/0 "])("refuses %j", (name) => {
    expect(parseTile(name)).toBeNull();
  });

  test("closer views enlarge zoom 14", () => {
    expect(nativeTile({ z: 16, x: 33747, y: 23907 })).toEqual({ z: 14, x: 8436, y: 5976 });
    expect(nativeTile({ z: 9, x: 1, y: 2 })).toEqual({ z: 9, x: 1, y: 2 });
  });
});

describe("tilesCovering", () => {
  test("the whole world, and never beyond it", () => {
    const box = { minX: -0.2, minY: -1, maxX: 1.3, maxY: 2 };
    expect(tilesCovering(box, 1).map(tileKey).sort()).toEqual(["1/0/0", "1/0/1", "1/1/0", "1/1/1"]);
  });

  test("the middle comes first", () => {
    const tiles = tilesCovering(boxToWorld([-5, 42, 9, 51]), 7);
    const middle = toWorld([2, 46.8]);
    expect(tiles[0]).toEqual({ z: 7, x: Math.floor(middle[0] * 128), y: Math.floor(middle[1] * 128) });
    expect(new Set(tiles.map(tileKey)).size).toBe(tiles.length);
  });
});

describe("related", () => {
  const fine = { z: 14, x: 8436, y: 5976 };
  test("ancestors, descendants and itself", () => {
    expect(related(fine, fine)).toBe(true);
    expect(related({ z: 10, x: 527, y: 373 }, fine)).toBe(true);
    expect(related(fine, { z: 10, x: 527, y: 373 })).toBe(true);
    expect(related({ z: 10, x: 528, y: 373 }, fine)).toBe(false);
  });
});

test("the same tiles in another order are the same, one more or another is not", () => {
  const [a, b, c] = [{ z: 3, x: 1, y: 2 }, { z: 3, x: 2, y: 1 }, { z: 4, x: 1, y: 2 }];
  expect([sameTiles([], []), sameTiles([a, b], [b, a]), sameTiles([a], [a, b]), sameTiles([a, b], [a]), sameTiles([a, b], [a, c])]).toEqual([true, true, false, false, false]);
});

test.each([1, 1.25, 1.5, 2, 2.625])("at %d pixels a CSS pixel, the edges of what is painted anew lie between pixels, less than one farther out", (ratio) => {
  for (let n = 0; n < 200; n++) {
    const box = { left: n * 1.37, top: n * 0.61, right: n * 1.37 + 80 + n / 7, bottom: n * 0.61 + 1 };
    const whole = wholePixels(box, ratio);
    for (const edge of ["left", "top", "right", "bottom"] as const) {
      expect(Math.abs(whole[edge] * ratio - Math.round(whole[edge] * ratio))).toBeLessThan(1e-9);
      const out = (edge === "left" || edge === "top" ? box[edge] - whole[edge] : whole[edge] - box[edge]) * ratio;
      expect(out).toBeGreaterThan(-1e-9);
      expect(out).toBeLessThan(1);
    }
  }
});
