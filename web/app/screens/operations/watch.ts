import { isAbort } from "../../api/client";
import { watchOperation, type Watch, type WatchCount } from "../../api/operations";
import { formatDay, formatDistance, formatNumber } from "../../core/format";
import { formatAmount } from "../../core/heat";
import { changeOf, noWatchChoice, verdictOf, watchQuery, type WatchChoice } from "../../core/operations";
import { locale } from "../../i18n";
import { sentence } from "../../i18n/served";
import { announce } from "../../ui/announce";
import { field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { load, note } from "../desk/parts";
import { placeList } from "./parts";
import { territoryField } from "./territory";
import { beforeAfter } from "./watchchart";
import { to } from "./words";

export interface WatchPanel {
  element: HTMLElement;
  /** Asks for it; nothing is asked before. */
  start(): void;
  destroy(): void;
}

/** What came after an operation: reopened, new around, and whether activity fell more than elsewhere, with distances and days to choose. */
export function watchPanel(operation: string): WatchPanel {
  let choice: WatchChoice = noWatchChoice;
  let asked: AbortController | null = null;
  const place = h("div", { class: "watch-answer" });
  const number = (min: number, max: number, step: number): HTMLInputElement => h("input", { class: "input", type: "number", min, max, step });
  const buffer = number(100, 20_000, 100);
  const ring = number(200, 50_000, 100);
  const days = number(7, 730, 1);
  const control = territoryField({ label: to("watch.control"), help: to("watch.control.help") });
  const fields = { buffer: field(buffer, { label: to("watch.buffer") }), ring: field(ring, { label: to("watch.ring") }), days: field(days, { label: to("watch.days") }) };
  const value = (input: HTMLInputElement): number | null => (input.value === "" ? null : Number(input.value));

  const read = async (): Promise<Watch> => {
    asked?.abort();
    const mine = (asked = new AbortController());
    return watchOperation(operation, watchQuery(choice), mine.signal);
  };
  const show = (watch: Watch): void => {
    buffer.value = String(watch.buffer);
    ring.value = String(watch.ring);
    days.value = String(watch.days);
    fill(place, answer(watch));
    announce(verdictText(watch));
  };
  const start = (): void => void load(place, read, show).catch((error: unknown) => (isAbort(error) ? undefined : Promise.reject(error instanceof Error ? error : new Error(String(error)))));
  const again = (): void => {
    choice = { buffer: value(buffer), ring: value(ring), days: value(days), control: control.get() };
    start();
  };
  return {
    element: h(
      "section",
      { class: "card watch", "aria-label": to("watch") },
      h("h4", null, to("watch")),
      h("p", { class: "help" }, to("watch.intro")),
      h("form", { class: "watch-ask", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), again()) }, fields.buffer.element, fields.ring.element, fields.days.element, control.field.element, h("button", { type: "submit", class: "button" }, icon("undo", 18), to("watch.again"))),
      place,
    ),
    start,
    destroy: () => asked?.abort(),
  };
}

const signed = (n: number): string => new Intl.NumberFormat(locale(), { maximumFractionDigits: Math.abs(n) < 10 ? 1 : 0, signDisplay: "exceptZero" }).format(n).replace("-", "−");

function verdictText({ difference: d }: Watch): string {
  return to(`watch.verdict.${verdictOf(d)}`, { difference: signed(d.difference), error: formatAmount(Math.abs(d.standard_error) < 10 ? Math.round(d.standard_error * 10) / 10 : Math.round(d.standard_error)) });
}

function answer(watch: Watch): HTMLElement {
  const tone = { fell: "good", rose: "bad", unknown: "", none: "", "perhaps-fell": "", "perhaps-rose": "" } as const;
  const [near, around] = [formatDistance(watch.buffer), formatDistance(watch.ring)];
  const areas: { label: string; count: WatchCount; weight: number }[] = [
    { label: to("watch.treated", { buffer: near }), count: watch.treated, weight: 1 },
    { label: to("watch.displacement", { buffer: near, ring: around }), count: watch.displacement, weight: 1 },
    { label: to("watch.controlArea", { name: watch.control_territory.name }), count: watch.control, weight: watch.control_weight },
  ];
  const figure = (label: string, n: number): HTMLElement => h("div", { class: "op-figure" }, h("dt", null, label), h("dd", null, formatNumber(n)));
  const span = (label: string, days: Watch["before"]): HTMLElement | null => (days ? h("span", null, to("watch.span", { label, from: formatDay(days.from), to: formatDay(days.until) })) : null);
  return h(
    "div",
    { class: "watch-shown" },
    note(h("strong", null, verdictText(watch)), tone[verdictOf(watch.difference)]),
    watch.partial ? note(to("watch.partial", { n: watch.elapsed }), "warn") : null,
    h("dl", { class: "op-figures" }, figure(to("watch.closed"), watch.closed), figure(to("watch.reopened"), watch.reopened), figure(to("watch.opened"), watch.opened)),
    beforeAfter(areas.map(({ label, count, weight }) => ({ label, before: count.before * weight, after: count.after * weight })), to("watch.chart")),
    h("p", { class: "help watch-spans" }, span(to("watch.before"), watch.before), span(to("watch.after"), watch.after), watch.control_weight === 1 ? null : h("span", null, to("watch.scaled"))),
    h(
      "div",
      { class: "table-wrap", role: "region", tabindex: 0, "aria-label": to("watch.chart") },
      h(
        "table",
        { class: "table" },
        h("thead", null, h("tr", null, ...[to("watch.area"), to("watch.before"), to("watch.after"), to("watch.change")].map((label, i) => h("th", { scope: "col", class: i > 0 ? "col-number" : null }, label)))),
        h("tbody", null, ...areas.map(({ label, count }) => h("tr", null, h("th", { scope: "row" }, label), h("td", { class: "col-number" }, formatNumber(count.before)), h("td", { class: "col-number" }, formatNumber(count.after)), h("td", { class: "col-number" }, change(count))))),
      ),
    ),
    watch.reopened_places?.length ? h("div", { class: "watch-list" }, h("h5", null, to("watch.reopened.list")), placeList(watch.reopened_places, to("watch.reopened.list"))) : null,
    watch.opened_places?.length ? h("div", { class: "watch-list" }, h("h5", null, to("watch.opened.list")), placeList(watch.opened_places, to("watch.opened.list"))) : null,
    h("details", { class: "numbers" }, h("summary", null, to("watch.method")), h("p", null, sentence(watch.rule)), ...watch.notes.map((text) => h("p", null, sentence(text)))),
  );
}

function change(count: WatchCount): string {
  const percent = changeOf(count);
  return percent === null ? "–" : `${signed(percent)}\u00a0%`;
}
