/** Colours of the map: CSS custom properties of its element, with defaults for both themes. */
import type { MapTheme } from "./types";
import { STATUSES, THEME_VARIABLES } from "./types";

export type ColourName = keyof typeof THEME_VARIABLES;

export interface Theme {
  name: MapTheme;
  colours: Record<ColourName, string>;
  /** Colour by index of status. */
  statuses: string[];
  /** CSS font families. */
  font: string;
}

/**
 * Status colours: hues after Okabe and Ito, told apart with every kind of colour vision, each ≥ 4.5:1 on the land.
 * Shapes tell the same, so colour is never alone.
 */
export const DEFAULT_COLOURS: Record<MapTheme, Record<ColourName, string>> = {
  light: {
    sea: "#e3e8f2",
    land: "#fbfbfd",
    abroad: "#f0f1f6",
    water: "#d3dcec",
    border: "#b3b7c9",
    borderStrong: "#8f94ad",
    borderFine: "#d3d6e2",
    quarter: "rgb(160 96 16 / 16%)",
    label: "#50546b",
    labelHalo: "#fbfbfd",
    casing: "#ffffff",
    select: "#1b1b3a",
    highlight: "#5b5bd6",
    clusterFill: "#2f2f8f",
    clusterText: "#ffffff",
    reported: "#0063a8",
    active: "#c24100",
    disrupted: "#00725a",
    dormant: "#7b3fa0",
    closed: "#5c6070",
  },
  dark: {
    sea: "#0f1016",
    land: "#1e1f29",
    abroad: "#171820",
    water: "#10131d",
    border: "#3d4053",
    borderStrong: "#62667f",
    borderFine: "#2d2f3d",
    quarter: "rgb(255 190 92 / 16%)",
    label: "#a9adc2",
    labelHalo: "#1e1f29",
    casing: "#0f1016",
    select: "#ffffff",
    highlight: "#b9b8ff",
    clusterFill: "#8886ff",
    clusterText: "#101018",
    reported: "#6cb8ff",
    active: "#ff8f57",
    disrupted: "#45d3a6",
    dormant: "#cfa3f5",
    closed: "#a3a7b8",
  },
};

/** Reads the theme; `style` is the computed style of the map's element. */
export function readTheme(name: MapTheme, style: Pick<CSSStyleDeclaration, "getPropertyValue">): Theme {
  const colours = { ...DEFAULT_COLOURS[name] };
  for (const key of Object.keys(colours) as ColourName[]) {
    const value = style.getPropertyValue(THEME_VARIABLES[key]).trim();
    if (value !== "") colours[key] = value;
  }
  return {
    name,
    colours,
    statuses: STATUSES.map((status) => colours[status]),
    font: style.getPropertyValue("font-family").trim() || "system-ui, sans-serif",
  };
}
