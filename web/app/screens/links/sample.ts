import { tieColour, tieDash, tieSign } from "../../map/linkstyle";

const svg = <K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
};

/** A piece of line as the map draws a link; decorative: what it stands for is written beside it. */
export function tieSample(kind: string, means: string | undefined, { directed = true, width = 2.2, faint = false, back = false } = {}): SVGSVGElement {
  const root = svg("svg", { viewBox: "0 0 48 16", width: 48, height: 16, class: faint ? "tie-sample tie-faint" : "tie-sample", "aria-hidden": "true", focusable: "false" });
  for (const theme of ["light", "dark"] as const) root.style.setProperty(`--tie-${theme}`, tieColour(kind, theme));
  const part = svg("g", back ? { transform: "rotate(180 24 8)" } : {});
  const sign = tieSign(kind, directed);
  const dash = tieDash(means).map((n) => n * Math.max(1, width / 2)).join(" ");
  part.append(svg("path", { d: `M1 8H${sign === "arrow" || sign === "hollow" ? 38 : 46}`, "stroke-width": width, fill: "none", ...(dash === "" ? {} : { "stroke-dasharray": dash }) }));
  const marks: Record<string, Record<string, string | number>> = {
    arrow: { d: "M37 3.200L46.500 8L37 12.800z", class: "tie-solid", "stroke-width": 1 },
    hollow: { d: "M37 3.200L46 8L37 12.800z", class: "tie-hollow", "stroke-width": 1.6 },
    chevron: { d: "M39 2.800L46.500 8L39 13.200", fill: "none", "stroke-width": 2 },
    bar: { d: "M20 2.500L28 13.500M28 2.500L20 13.500", fill: "none", "stroke-width": 1.8 },
  };
  const mark = marks[sign];
  if (mark) part.append(svg("path", mark));
  root.append(part);
  return root;
}
