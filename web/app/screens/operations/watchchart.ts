import { formatAmount } from "../../core/heat";
import { h } from "../../ui/h";
import { to } from "./words";

const svg = (tag: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== "") element.textContent = text;
  return element;
};

const height = 130;
const group = 150;

/** Two bars an area, on one scale. The table below says the same in numbers. */
export function beforeAfter(areas: readonly { label: string; before: number; after: number }[], label: string): HTMLElement {
  const top = Math.max(1e-9, ...areas.flatMap(({ before, after }) => [before, after]));
  const root = svg("svg", { viewBox: `0 0 ${group * areas.length} ${height + 24}`, class: "watch-bars", "aria-hidden": "true" });
  areas.forEach(({ before, after }, i) => {
    const left = i * group;
    root.append(svg("line", { x1: left + 12, x2: left + group - 12, y1: height, y2: height, class: "chart-line" }));
    for (const [n, x, kind] of [[before, 30, "before"], [after, 78, "after"]] as const) {
      const tall = (n / top) * (height - 22);
      root.append(svg("rect", { x: left + x, y: height - tall, width: 42, height: tall, class: `watch-bar watch-${kind}` }), svg("text", { x: left + x + 21, y: height - tall - 6, class: "watch-number" }, formatAmount(n)), svg("text", { x: left + x + 21, y: height + 17, class: "watch-word" }, to(`watch.${kind}`)));
    }
  });
  return h("figure", { class: "watch-chart" }, root as unknown as HTMLElement, h("figcaption", { "aria-label": label }, ...areas.map((area) => h("span", null, area.label))));
}
