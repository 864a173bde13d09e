/** An element of a drawing, by its attributes. */
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | number>>): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** A colour of the ramp in a legend. */
export function swatch(className: string): SVGSVGElement {
  const root = svg("svg", { width: 22, height: 14, viewBox: "0 0 22 14", "aria-hidden": "true", class: "heat-swatch" });
  root.append(svg("rect", { x: 0.5, y: 0.5, width: 21, height: 13, rx: 2, class: className }));
  return root;
}
