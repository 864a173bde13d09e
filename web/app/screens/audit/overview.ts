import { getSummary, type AuditSummary } from "../../api/desk";
import { daysOf, operations, ranked } from "../../core/audit";
import { addDays, todayInFrance, formatDay, formatNumber } from "../../core/format";
import { fill, h, type Child } from "../../ui/h";
import { word } from "../../ui/words";
import type { DeskHost, OpenPage } from "../desk/desk";
import { load, note } from "../desk/parts";
import { askForm } from "./ask";
import { dayChart } from "./chart";
import { whatLabel } from "./sentences";
import { tu } from "./words";

/** How much was done, of which kind, on which day, by which service. */
export function overviewPage(host: DeskHost): OpenPage {
  const ask = askForm({ fields: ["from", "to"], ask: ({ from, to }) => host.go("overview", { from, to }) });
  const place = h("div", { class: "overview" });
  const answer = (query: URLSearchParams): void => {
    const today = todayInFrance();
    const day = (name: string, otherwise: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(query.get(name) ?? "") ? (query.get(name) ?? "") : otherwise);
    const to = day("to", today);
    const from = day("from", addDays(to, -29));
    ask.write({ place: "", subject: "", from, to, operation: "", kind: "" });
    void load(place, () => getSummary(from, to), (summary) => fill(place, ...overview(summary, from, to)));
  };
  answer(host.query);
  return {
    element: h("div", { class: "desk-scroll" }, h("p", { class: "desk-lead" }, tu("overview.intro")), ask.element, place),
    follow: answer,
  };
}

function overview(summary: AuditSummary, from: string, to: string): Child[] {
  const days = daysOf(from, to, summary.days);
  return [
    h(
      "ul",
      { class: "figures" },
      ...operations.map((operation) =>
        h("li", { class: "figure" }, h("span", { class: "figure-name" }, word("operations", operation)), h("strong", { class: "figure-number" }, formatNumber(summary.operations[operation] ?? 0)), h("span", { class: "help" }, tu(`op.${operation}.means`))),
      ),
    ),
    h("p", null, tu("overview.people", { n: summary.people })),
    byDay(days, from, to),
    h("div", { class: "overview-pair" }, bars(tu("overview.whats"), ranked(summary.whats), (what) => whatLabel(what)), bars(tu("overview.services"), ranked(summary.services), (service) => word("services", service) || tu("overview.noService"))),
  ];
}

function byDay(days: readonly { day: string; n: number }[], from: string, to: string): HTMLElement {
  const sum = days.reduce((total, { n }) => total + n, 0);
  const most = days.reduce((best, day) => (day.n > best.n ? day : best), { day: from, n: 0 });
  if (sum === 0) return h("section", { class: "card" }, h("h3", null, tu("overview.days")), note(tu("overview.daysNone")));
  const text = tu("overview.daysSum", { n: sum, from: formatDay(from), to: formatDay(to), most: most.n, day: formatDay(most.day) });
  return h(
    "section",
    { class: "card" },
    h("h3", null, tu("overview.days")),
    dayChart(days, text),
    h("p", { class: "help" }, text),
    h(
      "details",
      { class: "numbers" },
      h("summary", null, tu("overview.numbers")),
      h(
        "div",
        { class: "table-wrap", tabindex: 0, role: "region", "aria-label": tu("overview.days") },
        h(
          "table",
          { class: "table" },
          h("thead", null, h("tr", null, h("th", { scope: "col" }, tu("overview.day")), h("th", { scope: "col", class: "col-number" }, tu("overview.n")))),
          h("tbody", null, ...days.filter(({ n }) => n > 0).map(({ day, n }) => h("tr", null, h("th", { scope: "row" }, formatDay(day)), h("td", { class: "col-number" }, formatNumber(n))))),
        ),
      ),
    ),
  );
}

/** Numbers as bars, largest first. */
function bars(title: string, counts: readonly (readonly [string, number])[], say: (name: string) => string): HTMLElement {
  const most = Math.max(1, ...counts.map(([, n]) => n));
  return h(
    "section",
    { class: "card" },
    h("h3", null, title),
    counts.length === 0
      ? note(tu("overview.daysNone"))
      : h(
          "table",
          { class: "bars" },
          h("caption", { class: "visually-hidden" }, title),
          h("tbody", null, ...counts.map(([name, n]) => h("tr", null, h("th", { scope: "row" }, say(name)), h("td", { class: "bar-cell", "aria-hidden": "true" }, h("progress", { class: "bar", max: most, value: n })), h("td", { class: "bar-number" }, formatNumber(n))))),
        ),
  );
}
