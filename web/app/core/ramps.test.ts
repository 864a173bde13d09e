import { describe, expect, it } from "vitest";
import css from "../styles/tokens.css?raw";
import { toneCount } from "./heat";

type Triple = [number, number, number];

/** Full protan, deutan and tritan deficiency in linear RGB, after Machado, Oliveira and Fernandes (2009), severity 1. */
const sights: Record<string, readonly number[]> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

/** CIELAB (D65) of an sRGB colour as such a person sees it. */
function lab(hex: string, sight: string): Triple {
  const linear = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const matrix = sights[sight] ?? [];
  const [r, g, b] = [0, 1, 2].map((i) => Math.min(1, Math.max(0, [0, 1, 2].reduce((sum, j) => sum + (matrix[3 * i + j] ?? 0) * (linear[j] ?? 0), 0)))) as Triple;
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [x, y, z] = [f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047), f(0.2126729 * r + 0.7151522 * g + 0.072175 * b), f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIEDE2000 after Sharma, Wu and Dalal (2005). */
function difference([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const rad = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (c: number): number => Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7));
  const stretch = 1.5 - 0.5 * half((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2);
  const [p1, p2] = [a1 * stretch, a2 * stretch];
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)];
  const hue = (b: number, a: number): number => (a === 0 && b === 0 ? 0 : ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360);
  const [h1, h2] = [hue(b1, p1), hue(b2, p2)];
  const grey = c1 * c2 === 0;
  const apart = h2 - h1;
  const turn = grey ? 0 : apart > 180 ? apart - 360 : apart < -180 ? apart + 360 : apart;
  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2];
  const h = grey ? h1 + h2 : Math.abs(apart) <= 180 ? (h1 + h2) / 2 : (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
  const t = 1 - 0.17 * Math.cos(rad(h - 30)) + 0.24 * Math.cos(rad(2 * h)) + 0.32 * Math.cos(rad(3 * h + 6)) - 0.2 * Math.cos(rad(4 * h - 63));
  const light = (l2 - l1) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2));
  const chroma = (c2 - c1) / (1 + 0.045 * c);
  const shade = (2 * Math.sqrt(c1 * c2) * Math.sin(rad(turn) / 2)) / (1 + 0.015 * c * t);
  const rotation = -2 * half(c) * Math.sin(rad(60 * Math.exp(-(((h - 275) / 25) ** 2))));
  return Math.sqrt(light ** 2 + chroma ** 2 + shade ** 2 + rotation * chroma * shade);
}

/** The custom properties of a theme, as the style sheet has them. */
function tokens(theme: "light" | "dark"): (name: string) => string {
  const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');
  const block = theme === "light" ? light : dark;
  return (name) => new RegExp(`${name}:\\s*(#[0-9a-f]{6})`).exec(block)?.[1] ?? "";
}

describe("CIEDE2000", () => {
  // Pairs 1, 7, 17 and 25 of the published test data.
  it.each<[Triple, Triple, number]>([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  ])("%j to %j is %d", (a, b, expected) => expect(difference(a, b)).toBeCloseTo(expected, 4));
});

describe.each(["light", "dark"] as const)("the ramp of heat on %s", (theme) => {
  const token = tokens(theme);
  const ramp = Array.from({ length: toneCount }, (_, i) => token(`--heat-${i}`));

  it.each(Object.keys(sights))("has neighbours 10 apart for %s vision", (sight) => {
    for (let i = 1; i < ramp.length; i++) expect([i, difference(lab(ramp[i - 1] ?? "", sight), lab(ramp[i] ?? "", sight)) >= 10]).toEqual([i, true]);
  });

  it.each(Object.keys(sights))("begins apart from the ground for %s vision", (sight) => {
    expect(difference(lab(token("--map-land"), sight), lab(ramp[0] ?? "", sight))).toBeGreaterThan(6);
  });

  it("grows steadily away from the ground", () => {
    const lightness = [token("--map-land"), ...ramp].map((colour) => lab(colour, "normal")[0]);
    const steps = lightness.slice(1).map((l, i) => (l - (lightness[i] ?? 0)) * (theme === "light" ? -1 : 1));
    // The ground of the dark theme is as dark as the first tone: only the tones must grow.
    for (const step of theme === "light" ? steps : steps.slice(1)) expect(step).toBeGreaterThan(3);
  });
});
