import { getOffences, type Offences } from "../../api/territorylife";
import { formatRate } from "../../core/clct";
import { pieces } from "../../core/clctchart";
import { formatNumber } from "../../core/format";
import { served } from "../../i18n/served";
import { fill, h } from "../../ui/h";
import { charted, numbers, section } from "./section";
import { svg } from "./svg";
import { tc } from "./words";

/** Recorded offences of the territory beside the map's own figures, where they were imported; nothing is shown where they were not. */
export function offences(code: string): { element: HTMLElement; destroy(): void } {
  const asked = new AbortController();
  const element = h("div", { hidden: true, class: "clct-wide" });
  getOffences(code, asked.signal).then(
    (found) => {
      if (found.indicators.length === 0) return;
      const cards = h("ul", { class: "offence-list" }, ...found.indicators.map(card));
      const { button, body } = charted(cards, asTable(found));
      fill(element, section(tc("offences"), { tools: button, lead: tc("offences.lead") }, body, h("p", { class: "help" }, [tc("offences.source", { source: found.source, licence: found.licence }), found.note ? served(` ${found.note}`) : ""].join(""))));
      element.hidden = false;
    },
    // A comparison that cannot be read is no reason to say anything: the page stands without it.
    () => {},
  );
  return { element, destroy: () => asked.abort() };
}

function card({ name, years }: Offences["indicators"][number]): HTMLElement {
  const [first, last] = [years[0], years.at(-1)];
  const [width, height] = [240, 56];
  const rates = years.map(({ per_thousand: rate }) => rate);
  const top = Math.max(1e-9, ...rates.map((rate) => rate ?? 0));
  const x = (i: number): number => 5 + (i / Math.max(1, years.length - 1)) * (width - 10);
  const y = (rate: number): number => height - 5 - (rate / top) * (height - 12);
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "offence-line", "aria-hidden": "true", focusable: "false" }, svg("line", { x1: 0, x2: width, y1: height - 5, y2: height - 5, class: "trend-rule" }));
  for (const piece of pieces(rates)) root.append(svg("polyline", { class: "trend-line", points: piece.map((p) => `${x(p.x).toFixed(1)},${y(p.y).toFixed(1)}`).join(" ") }));
  const end = rates.at(-1);
  if (typeof end === "number") root.append(svg("circle", { class: "trend-dot", cx: x(years.length - 1), cy: y(end), r: 4 }));
  return h(
    "li",
    { class: "offence" },
    h("span", { class: "tile-name" }, served(name)),
    h("span", { class: "offence-now" }, h("strong", null, last ? formatNumber(last.number) : "–"), last ? ` ${tc("offences.in", { year: String(last.year) })}` : null),
    root as unknown as HTMLElement,
    h("span", { class: "help" }, first && last ? tc("offences.rates", { from: first.per_thousand === null ? "–" : formatRate(first.per_thousand), first: String(first.year), to: last.per_thousand === null ? "–" : formatRate(last.per_thousand), last: String(last.year) }) : ""),
  );
}

function asTable({ indicators }: Offences): HTMLElement {
  const years = [...new Set(indicators.flatMap((one) => one.years.map(({ year }) => year)))].sort();
  return numbers(
    tc("offences"),
    [tc("offences.indicator"), ...years.map(String)],
    indicators.map(({ name, years: told }) => [served(name), ...years.map((year) => told.find((one) => one.year === year)).map((one) => (one ? formatNumber(one.number) : "–"))]),
  );
}
