import { niceTop } from "../../core/audit";
import { formatDay, formatNumber } from "../../core/format";
import { h } from "../../ui/h";

const svgNamespace = "http://www.w3.org/2000/svg";

function svg(tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

const height = 120;

/** A bar a day. What it says is also in words (`label`) and, below it, in a table. */
export function dayChart(days: readonly { day: string; n: number }[], label: string): HTMLElement {
  const top = niceTop(Math.max(...days.map(({ n }) => n)));
  const root = svg("svg", { viewBox: `0 0 ${days.length} ${height}`, preserveAspectRatio: "none", class: "chart-bars", role: "img", "aria-label": label });
  for (const line of [0, 0.5, 1]) root.append(svg("line", { x1: 0, x2: days.length, y1: height * line, y2: height * line, class: "chart-line" }));
  days.forEach(({ day, n }, i) => {
    const tall = (n / top) * height;
    // The whole column answers to the pointer, also on a day without anything.
    const column = svg("g", { class: "chart-day" });
    column.append(svg("rect", { x: i, y: 0, width: 1, height, class: "chart-hit" }), svg("rect", { x: i + 0.14, y: height - tall, width: 0.72, height: tall, class: "chart-bar" }));
    const title = svg("title", {});
    title.textContent = `${formatDay(day)} : ${formatNumber(n)}`;
    column.append(title);
    root.append(column);
  });
  const [first, last] = [days[0]?.day ?? "", days.at(-1)?.day ?? ""];
  return h(
    "div",
    { class: "chart" },
    h("div", { class: "chart-scale", "aria-hidden": "true" }, h("span", null, formatNumber(top)), h("span", null, formatNumber(top / 2)), h("span", null, "0")),
    root as unknown as HTMLElement,
    h("div", { class: "chart-ends", "aria-hidden": "true" }, h("span", null, formatDay(first)), last === first ? null : h("span", null, formatDay(last))),
  );
}
