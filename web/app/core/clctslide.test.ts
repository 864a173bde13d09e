import { describe, expect, it } from "vitest";
import { playFrom, slide, stepAt } from "./clctslide";

describe("the slider of months", () => {
  it("moves by a month, by a year, and to both ends", () => {
    expect(slide("ArrowLeft", 23, 24)).toBe(22);
    expect(slide("ArrowUp", 5, 24)).toBe(6);
    expect(slide("PageDown", 23, 24)).toBe(11);
    expect(slide("Home", 23, 24)).toBe(0);
    expect(slide("End", 0, 24)).toBe(23);
    expect(slide("Enter", 3, 24)).toBeNull();
  });

  it("never leaves the months that there are", () => {
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]) {
      for (const n of [1, 2, 24]) for (let at = 0; at < n; at++) expect(slide(key, at, n)).toSatisfy((to: number) => to >= 0 && to < n);
    }
  });

  it("finds the month under the pointer, also outside its ends", () => {
    expect(stepAt(0, 480, 24)).toBe(0);
    expect(stepAt(479, 480, 24)).toBe(23);
    expect(stepAt(250, 480, 24)).toBe(12);
    expect(stepAt(-30, 480, 24)).toBe(0);
    expect(stepAt(900, 480, 24)).toBe(23);
    expect(stepAt(10, 0, 24)).toBe(0);
  });

  it("plays on from the handle, and from the beginning when it stands at the end", () => {
    expect(playFrom(4, 24)).toBe(4);
    expect(playFrom(23, 24)).toBe(0);
  });
});
