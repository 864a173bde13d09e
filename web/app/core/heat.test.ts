import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../i18n";
import { circleRadius, circleSamples, classText, filterParameters, formatAmount, heatParameters, middleOf, offered, cellWidths, toneCount, toneOf, type HeatQuery } from "./heat";

afterEach(() => setLanguage("fr"));
const join = (from: string, to: string): string => `de ${from} à ${to}`;
const none: HeatQuery = { asOf: null, filter: { status: [], kind: [], product: [], service: [] }, audience: "clct" };

describe("the tone of a class", () => {
  it("uses the whole ramp, whatever the number of classes", () => {
    for (let classes = 2; classes <= toneCount; classes++) {
      const tones = Array.from({ length: classes }, (_, i) => toneOf(i, classes));
      expect([tones[0], tones.at(-1)]).toEqual([0, toneCount - 1]);
      expect(new Set(tones).size).toBe(classes);
      expect([...tones].sort((a, b) => a - b)).toEqual(tones);
    }
  });
  it("is in the middle for a single class", () => expect(toneOf(0, 1)).toBe(3));
  it("is none for nothing", () => expect([toneOf(-1, 5), toneOf(0, 0)]).toEqual([-1, -1]));
  it("never leaves the ramp", () => expect(toneOf(11, 12)).toBe(toneCount - 1));
});

describe("what is asked", () => {
  it("leaves out what is as by default", () => expect(heatParameters(none, { mode: "cells", weight: "count", cell: null, bandwidth: null })).toEqual({ mode: "cells" }));
  it("sends only what belongs to the mode", () => {
    const choice = { weight: "intensity", cell: 2000, bandwidth: 5000 } as const;
    expect(heatParameters(none, { ...choice, mode: "cells" })).toEqual({ mode: "cells", weight: "intensity", cell: "2000" });
    expect(heatParameters(none, { ...choice, mode: "density" })).toEqual({ mode: "density", weight: "intensity", bandwidth: "5000" });
    expect(heatParameters(none, { ...choice, mode: "parts" })).toEqual({ mode: "parts" });
  });
  it("joins lists and tells date and audience", () => {
    expect(filterParameters({ asOf: "2026-03-01", filter: { ...none.filter, status: ["active", "dormant"], service: ["PN"] }, audience: "wider" })).toEqual({ status: "active,dormant", service: "PN", as_of: "2026-03-01", audience: "wider" });
  });
  it("offers nothing finer than what the role may ask", () => expect(offered(cellWidths, true)[0]).toBe(2000));
});

describe("the texts of a legend", () => {
  it("write a class of one value as this value", () => expect(classText(3, 3, join)).toBe("3"));
  it("write bounds as the language does", () => expect(classText(0.52, 12345, join)).toBe("de 0,52 à 12\u202f345"));
  it("never write a small number as nought", () => expect([formatAmount(0.00123), formatAmount(0)]).toEqual(["0,0012", "0"]));
});

describe("proportional circles", () => {
  it("say the count by their area", () => expect(circleRadius(25, 100, 40)).toBe(20));
  it("are not there for nothing", () => expect([circleRadius(0, 10), circleRadius(1, 0)]).toEqual([0, 0]));
  it("are explained by the most and round numbers below it", () => {
    expect(circleSamples(164)).toEqual([164, 50, 10]);
    expect(circleSamples(1)).toEqual([1]);
    expect(circleSamples(0)).toEqual([]);
  });
});

describe("the middle of an area", () => {
  const square = (west: number, size: number): [number, number][] => [[west, 0], [west + size, 0], [west + size, size], [west, size], [west, 0]];
  it("is that of its largest piece", () => expect(middleOf([[square(0, 1)], [square(10, 4)]])).toEqual([12, 2]));
  it("is nowhere without an outline", () => expect([middleOf(null), middleOf([])]).toEqual([null, null]));
});
