import type { MonthFlow, Statistics } from "../../api/clct";
import { chartTop, flowBars, flowTops, pieces, reasonsOf, stack, type FlowBar } from "../../core/clctchart";
import { formatMonth, formatMonthShort } from "../../core/clctmonths";
import { formatNumber } from "../../core/format";
import { closingReasons } from "../../core/vocabulary";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import { saying, plainly } from "./say";
import { charted, numbers, section } from "./section";
import { drawnToWidth, svg } from "./svg";
import { tc } from "./words";

interface Series {
  name: string;
  label: string;
}

/** Openings and closings a month, and what was counted at each month's end. */
export function trends(): { element: HTMLElement; set(statistics: Statistics): void; destroy(): void } {
  const chart = h("div", { class: "trend" });
  const table = h("div", null);
  const { button, body } = charted(chart, table);
  let draw: (width: number) => void = () => {};
  const stop = drawnToWidth(chart, (width) => draw(width));
  return {
    element: section(tc("trends"), { tools: button, lead: tc("trends.lead"), wide: true }, body),
    set({ months, suppression }) {
      const reasons = reasonsOf(months, closingReasons);
      const ups: Series[] = [{ name: "opened", label: tc("flow.opened") }, { name: "reopened", label: tc("flow.reopened") }];
      const downs: Series[] = reasons.map((reason) => ({ name: reason, label: tc("flow.closedBy", { reason: word("closing_reasons", reason).toLowerCase() }) }));
      const bars = flowBars(months, reasons);
      const readout = h("p", { class: "trend-readout", "aria-hidden": "true" });
      const place = h("div", { class: "trend-drawn" });
      const say = (month: MonthFlow | undefined): void => fill(readout, month ? [h("strong", null, formatMonth(month.month)), " ", sentence(month)] : tc("trends.hover"));
      say(undefined);
      draw = (width) => fill(place, drawing(width, months, bars, ups, downs, say));
      fill(chart, legend(ups, downs, bars), place, readout);
      if (chart.clientWidth > 0) draw(chart.clientWidth);
      const cell = saying(suppression.applied);
      fill(
        table,
        numbers(
          tc("trends"),
          [tc("month"), tc("flow.stock"), tc("flow.reported"), tc("flow.opened"), tc("flow.reopened"), tc("flow.closed"), ...downs.map(({ label }) => label)],
          [...months].reverse().map((month) => [formatMonth(month.month), cell(month.stock), cell(month.reported), cell(month.opened), cell(month.reopened), cell(month.closed_total), ...reasons.map((reason) => cell(reason in month.closed ? month.closed[reason] : 0))]),
        ),
      );
    },
    destroy: stop,
  };
}

/** A month in one sentence. */
export const sentence = ({ stock, opened, reopened, closed_total: closed }: MonthFlow): string => tc("month.sentence", { stock: plainly(stock), opened: plainly(opened), reopened: plainly(reopened), closed: plainly(closed) });

function legend(ups: readonly Series[], downs: readonly Series[], bars: readonly FlowBar[]): HTMLElement {
  const some = (side: "up" | "down", i: number): boolean => bars.some((bar) => bar[side][i] !== 0);
  const item = ({ name, label }: Series): HTMLElement => h("li", null, h("span", { class: `swatch series-${name}` }), label);
  return h("ul", { class: "trend-legend" }, item({ name: "stock", label: tc("flow.stock") }), ...ups.filter((_, i) => some("up", i)).map(item), ...downs.map(item));
}

const left = 44;
const right = 8;
const stockHeight = 118;
const gap = 30;
const flowHeight = 190;
const axis = 26;

function drawing(width: number, months: readonly MonthFlow[], bars: readonly FlowBar[], ups: readonly Series[], downs: readonly Series[], say: (month: MonthFlow | undefined) => void): HTMLElement {
  const step = Math.max(1, width - left - right) / Math.max(1, months.length);
  const x = (i: number): number => left + i * step;
  const height = 14 + stockHeight + gap + flowHeight + axis;
  const last = months.at(-1);
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", height, class: "trend-svg", role: "img", "aria-label": tc("trends.label", { n: months.length, last: last ? `${formatMonth(last.month)}, ${sentence(last)}` : "" }) });

  const stockTop = 14;
  const top = chartTop(Math.max(1, ...months.map(({ stock }) => stock ?? 0)));
  const y = (n: number): number => stockTop + stockHeight - (n / top) * stockHeight;
  for (const n of [0, top / 2, top].filter(Number.isInteger)) root.append(line(width, y(n), n === 0), label(left - 8, y(n) + 4, formatNumber(n), "end"));
  for (const piece of pieces(months.map(({ stock }) => stock))) {
    const points = piece.map((p) => `${(x(p.x) + step / 2).toFixed(1)},${y(p.y).toFixed(1)}`);
    const [first, end] = [piece[0], piece.at(-1)];
    if (first && end) root.append(svg("path", { class: "trend-area", d: `M${(x(first.x) + step / 2).toFixed(1)},${y(0)}L${points.join("L")}L${(x(end.x) + step / 2).toFixed(1)},${y(0)}z` }));
    root.append(svg("polyline", { class: "trend-line", points: points.join(" ") }));
    if (end) root.append(svg("circle", { class: "trend-dot", cx: x(end.x) + step / 2, cy: y(end.y), r: 4 }));
  }

  const flowTop = stockTop + stockHeight + gap;
  const tops = flowTops(bars);
  const unit = flowHeight / (tops.up + tops.down);
  const zero = flowTop + tops.up * unit;
  root.append(line(width, flowTop, false), line(width, zero, true), line(width, flowTop + flowHeight, false));
  root.append(label(left - 8, flowTop + 4, formatNumber(tops.up), "end"), label(left - 8, zero + 4, "0", "end"), label(left - 8, flowTop + flowHeight + 4, formatNumber(tops.down), "end"));
  const thick = Math.min(26, step * 0.66);
  const labelled = Math.max(1, Math.ceil(34 / step));
  months.forEach((month, i) => {
    const bar = bars[i];
    const group = svg("g", { class: "trend-month" });
    group.append(svg("rect", { x: x(i), y: stockTop, width: step, height: height - stockTop - axis, class: "trend-hit" }));
    const at = x(i) + (step - thick) / 2;
    stack(bar?.up ?? []).forEach(({ from, length }, s) => length > 0 && group.append(svg("rect", { x: at, y: zero - (from + length) * unit, width: thick, height: length * unit, class: `series-${ups[s]?.name ?? "other"} trend-bar` })));
    stack(bar?.down ?? []).forEach(({ from, length }, s) => length > 0 && group.append(svg("rect", { x: at, y: zero + from * unit, width: thick, height: length * unit, class: `series-${downs[s]?.name ?? "other"} trend-bar` })));
    if (bar && [...bar.up, ...bar.down].includes(null)) group.append(label(x(i) + step / 2, zero - 4, "·", "middle"));
    if ((months.length - 1 - i) % labelled === 0) group.append(label(x(i) + step / 2, height - axis + 17, month.month.endsWith("-01") ? month.month.slice(0, 4) : formatMonthShort(month.month), "middle", month.month.endsWith("-01") ? "trend-year" : ""));
    group.addEventListener("pointerenter", () => say(month));
    group.addEventListener("pointerleave", () => say(undefined));
    root.append(group);
  });
  return root as unknown as HTMLElement;
}

const line = (width: number, y: number, strong: boolean): SVGElement => svg("line", { x1: left, x2: width - right, y1: y, y2: y, class: strong ? "trend-rule trend-zero" : "trend-rule" });
const label = (x: number, y: number, text: string, anchor: string, more = ""): SVGElement => svg("text", { x, y, "text-anchor": anchor, class: `trend-text ${more}`.trim() }, text);
