import type { Child } from "../../ui/h";

const namespace = "http://www.w3.org/2000/svg";

/** An SVG element. Looks are classes of the style sheet, never a style of its own: the policy forbids those. */
export function svg(tag: string, attributes: Readonly<Record<string, string | number>>, ...children: (Node | string | null)[]): SVGElement {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** An icon of this screen alone, drawn like the others. */
export const glyph = (d: string, size = 20): Child => svg("svg", { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true", focusable: "false" }, svg("path", { d }));

export const glyphs = {
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  table: "M4 5h16v14H4zM4 10h16M10 10v9",
} as const;

/** Draws anew whenever the width of an element changes; the width is in CSS pixels. */
export function drawnToWidth(element: HTMLElement, draw: (width: number) => void): () => void {
  let last = 0;
  const observer = new ResizeObserver(() => {
    const width = Math.round(element.clientWidth);
    if (width === last || width === 0) return;
    last = width;
    draw(width);
  });
  observer.observe(element);
  return () => observer.disconnect();
}
