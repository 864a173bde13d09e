import { expect, test } from "vitest";
import { formatCount, formatDegrees } from "./format";

test.each([
  [0, "0"],
  [7, "7"],
  [999, "999"],
  [1000, "1\u202fk"],
  [1234, "1,2\u202fk"],
  [1299, "1,2\u202fk"],
  [9999, "9,9\u202fk"],
  [10_000, "10\u202fk"],
  [12_999, "12\u202fk"],
  [999_999, "999\u202fk"],
  [1_000_000, "1\u202fM"],
  [1_250_000, "1,2\u202fM"],
])("%d places", (n, text) => expect(formatCount(n)).toBe(text));

test("coordinates have a decimal comma and a real minus sign", () => {
  expect(formatDegrees(43.2965)).toBe("43,29650");
  expect(formatDegrees(-61.5)).toBe("−61,50000");
});
