import { describe, expect, it } from "vitest";
import { cutAtBytes } from "./spans";

describe("cutAtBytes", () => {
  it("counts bytes, not letters", () => {
    const text = "été : appeler le 06 12 34 56 78";
    const start = new TextEncoder().encode("été : appeler le ").length;
    expect(cutAtBytes(text, start, start + 14)).toEqual(["été : appeler le ", "06 12 34 56 78", ""]);
  });
  it.each([[3, 3], [-1, 2], [0, 99]])("refuses %d to %d", (start, end) => expect(cutAtBytes("abc", start, end)).toBeNull());
});
