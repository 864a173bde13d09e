import { describe, expect, test } from "vitest";
import { DEFAULT_COLOURS, readTheme } from "./theme";
import { STATUSES } from "./types";

/** Contrast ratio of WCAG 2.2 between two #rrggbb colours. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, bl] = [1, 3, 5].map((i) => {
      const c = parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (bl ?? 0);
  };
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((hi ?? 0) + 0.05) / ((lo ?? 0) + 0.05);
}

describe.each(["light", "dark"] as const)("%s", (name) => {
  const c = DEFAULT_COLOURS[name];
  test.each(STATUSES)("%s is ≥ 4.5:1 on land and water", (status) => {
    expect(contrast(c[status], c.land)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(c[status], c.sea)).toBeGreaterThanOrEqual(3);
  });

  test("texts are ≥ 4.5:1", () => {
    expect(contrast(c.clusterText, c.clusterFill)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(c.label, c.land)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(c.label, c.labelHalo)).toBeGreaterThanOrEqual(4.5);
  });

  test("rings are ≥ 3:1 on the land", () => {
    expect(contrast(c.select, c.land)).toBeGreaterThanOrEqual(3);
    expect(contrast(c.highlight, c.land)).toBeGreaterThanOrEqual(3);
  });
});

test("the page's properties win, what it leaves out has a default", () => {
  const style = { getPropertyValue: (name: string) => ({ "--map-land": " #123456 ", "font-family": "Marianne" })[name] ?? "" };
  const theme = readTheme("dark", style);
  expect(theme.colours.land).toBe("#123456");
  expect(theme.colours.sea).toBe(DEFAULT_COLOURS.dark.sea);
  expect(theme.font).toBe("Marianne");
  expect(theme.statuses[1]).toBe(DEFAULT_COLOURS.dark.active);
});
