import type { Patrol } from "../../api/operations";
import { formatNumber } from "../../core/format";
import { h } from "../../ui/h";
import { tp } from "./words";

const svg = (tag: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== "") element.textContent = text;
  return element;
};

const height = 110;
const wide = 14;

/** How many points are known to be open, hour by hour of the day; the hours that were asked for stand out. */
export function hourChart({ open, unknown }: Patrol["hours"], from: string, until: string): HTMLElement {
  const top = Math.max(1, ...open);
  const inside = (hour: number): boolean => hour + 1 > hourOf(from) && hour < hourOf(until);
  const root = svg("svg", { viewBox: `0 0 ${24 * wide} ${height + 18}`, class: "watch-bars", "aria-hidden": "true" });
  open.forEach((n, hour) => {
    const tall = (n / top) * (height - 16);
    const bar = svg("rect", { x: hour * wide + 1, y: height - tall, width: wide - 2, height: tall, class: inside(hour) ? "watch-bar watch-after" : "watch-bar watch-before" });
    bar.append(svg("title", {}, tp("hours.text", { n, hour })));
    root.append(bar);
    if (hour % 3 === 0) root.append(svg("text", { x: hour * wide + wide / 2, y: height + 14, class: "hour-word" }, String(hour)));
  });
  root.append(svg("line", { x1: 0, x2: 24 * wide, y1: height, y2: height, class: "chart-line" }), svg("text", { x: 0, y: 10, class: "hour-top" }, formatNumber(top)));
  return h(
    "section",
    { class: "card patrol-hours", "aria-label": tp("hours") },
    h("h4", null, tp("hours")),
    root as unknown as HTMLElement,
    unknown > 0 ? h("p", { class: "help" }, tp("hours.unknown", { n: unknown })) : null,
    h(
      "details",
      { class: "numbers" },
      h("summary", null, tp("hours.numbers")),
      h("table", { class: "table" }, h("thead", null, h("tr", null, h("th", { scope: "col" }, tp("hours.hour")), h("th", { scope: "col", class: "col-number" }, tp("hours.open")))), h("tbody", null, ...open.map((n, hour) => h("tr", null, h("th", { scope: "row" }, `${hour} h`), h("td", { class: "col-number" }, formatNumber(n)))))),
    ),
  );
}

function hourOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours + minutes / 60;
}
