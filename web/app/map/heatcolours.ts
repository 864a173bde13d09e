/** Colours of heat: CSS custom properties, with those of the light theme where a page has none. */
import type { HeatColours } from "./areas";

const RAMP = ["#f3e2ff", "#daaeff", "#b77bf5", "#9357d5", "#6b3fa2", "#423062", "#1c0f2e"];

/** Reads them; `style` is the computed style of the map's element. */
export function readHeatColours(style: Pick<CSSStyleDeclaration, "getPropertyValue">): HeatColours {
  const value = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    ramp: RAMP.map((colour, i) => value(`--heat-${i}`, colour)),
    circle: value("--heat-circle", "#c24100"),
    hot: value("--hot", "#a3122a"),
    cold: value("--cold", "#0b5394"),
  };
}
