/**
 * How ties of a network are drawn, on the chart, on the map and in files. A tie's kind is its colour and the
 * sign at its end, its means the dashes, its strength the width: each can be read without colour.
 */
import type { MapTheme } from "./types";

export type TieSign = "arrow" | "hollow" | "chevron" | "none" | "bar";

interface TieStyle {
  light: string;
  dark: string;
  sign: TieSign;
}

const tieStyles: Record<string, TieStyle> = {
  supplies: { light: "#1f5fa8", dark: "#7ab8ff", sign: "arrow" },
  stores_for: { light: "#8a4b00", dark: "#ffb765", sign: "hollow" },
  displaced_to: { light: "#7b3fa0", dark: "#cfa3f5", sign: "chevron" },
  same_network: { light: "#5c6070", dark: "#a3a7b8", sign: "none" },
  rival: { light: "#b3261e", dark: "#ff9b92", sign: "bar" },
};

const unknown: TieStyle = { light: "#5c6070", dark: "#a3a7b8", sign: "none" };

export const tieColour = (kind: string, theme: MapTheme): string => (tieStyles[kind] ?? unknown)[theme];
export const tieSign = (kind: string, directed: boolean): TieSign => {
  const { sign } = tieStyles[kind] ?? unknown;
  return directed || sign === "bar" ? sign : "none";
};

const dashes: Record<string, readonly number[]> = { road: [16, 4], sea: [9, 5], air: [2, 4], rail: [11, 3, 2, 3], post: [5, 3], foot: [1.5, 2.5] };

/** Dashes of a means, in pixels for a line 1.5 wide; one that is not known is drawn whole. */
export const tieDash = (means: string | undefined): readonly number[] => dashes[means ?? ""] ?? [];

/** Width of a tie in pixels: it grows with the logarithm of the strength, so that one strong tie does not hide the others. */
export const tieWidth = (strength: number): number => Math.min(5, 1.1 + 0.75 * Math.log2(Math.max(1, strength)));

/** Communities take these colours in turn; their numbers stand in the table. */
const communityColours: Record<MapTheme, readonly string[]> = {
  light: ["#0063a8", "#c24100", "#00725a", "#7b3fa0", "#8a6d00", "#a3122a", "#3d5a80", "#5c6070"],
  dark: ["#6cb8ff", "#ff8f57", "#45d3a6", "#cfa3f5", "#f0d264", "#ff8a80", "#9db4d3", "#a3a7b8"],
};

export const communityColour = (community: number, theme: MapTheme): string => {
  const colours = communityColours[theme];
  return colours[community % colours.length] ?? colours[0] ?? "";
};

export { kindShape, traceKind } from "./kindshape";
