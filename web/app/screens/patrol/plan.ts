import { planPatrol, type Patrol, type PatrolStop } from "../../api/operations";
import { sheetAddress } from "../../core/filters";
import { todayInFrance, formatDay, formatNumber } from "../../core/format";
import { currentLanguage } from "../../i18n";
import { sentence } from "../../i18n/served";
import { store } from "../../state";
import { announce } from "../../ui/announce";
import { field, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon, statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { screenLink } from "../addresses";
import type { DeskHost, OpenPage } from "../desk/desk";
import { formErrors } from "../desk/form";
import { empty, load } from "../desk/parts";
import { territoryField } from "../operations/territory";
import { hourChart } from "./hours";
import { tp } from "./words";

/** What is asked for is the address, so a list can be sent to a colleague and printed again. */
export function planPage(host: DeskHost): OpenPage {
  let asked: AbortController | null = null;
  const time = (value: string): HTMLInputElement => h("input", { class: "input", type: "time", value });
  const date = h("input", { class: "input", type: "date", value: todayInFrance() });
  const from = time("14:00");
  const until = time("22:00");
  const territory = territoryField({ label: tp("territory"), required: true });
  const fields: Record<string, Field> = { territory: territory.field, date: field(date, { label: tp("date") }), from: field(from, { label: tp("from") }), until: field(until, { label: tp("until") }) };
  const errors = formErrors(fields);
  const place = h("div", { class: "patrol" });
  const send = (): void => {
    errors.clear();
    if (territory.get() === "") return errors.show([{ field: "territory", message: tp("missing.territory") }]);
    host.go("plan", { territory: territory.get(), date: date.value, from: from.value, until: until.value });
  };
  const read = (query: URLSearchParams): void => {
    asked?.abort();
    const mine = (asked = new AbortController());
    const code = query.get("territory") ?? "";
    for (const [name, input] of [["date", date], ["from", from], ["until", until]] as const) input.value = query.get(name) ?? input.value;
    if (territory.get() !== code) territory.set(code);
    if (code === "") return fill(place);
    void load(
      place,
      async () => {
        try {
          return await planPatrol({ territory: code, date: date.value, from: from.value, until: until.value }, mine.signal);
        } catch (error) {
          if (!mine.signal.aborted && error instanceof Error && "problem" in error) errors.problem(error);
          throw error;
        }
      },
      (patrol) => {
        fill(place, shown(patrol));
        announce(tp("count", { n: patrol.stops.length }));
      },
    );
  };
  const own = store.get().me.territories;
  read(host.query);
  if (territory.get() === "" && own.length === 1 && own[0] && own[0].code !== "fr") territory.set(own[0].code);
  return {
    element: h(
      "div",
      { class: "desk-scroll patrol-page" },
      h("p", { class: "desk-lead" }, tp("intro")),
      errors.element,
      h("form", { class: "op-filters patrol-ask", novalidate: true, "aria-label": tp("plan"), onsubmit: (event: SubmitEvent) => (event.preventDefault(), send()) }, ...["territory", "date", "from", "until"].map((name) => fields[name]?.element ?? null), h("button", { type: "submit", class: "button button-primary" }, tp("make"))),
      place,
    ),
    follow: read,
    destroy: () => asked?.abort(),
  };
}

function shown(patrol: Patrol): HTMLElement {
  const { territory, date, weekday, from, until, candidates, stops, hours, rule } = patrol;
  return h(
    "div",
    { class: "patrol-shown" },
    h(
      "div",
      { class: "op-top" },
      h("div", { class: "op-title" }, h("h3", null, tp("for", { territory: territory.name, weekday, date: formatDay(date), from: timeText(from), until: timeText(until) })), h("p", null, tp("count", { n: stops.length }), " ", tp("candidates", { n: candidates }))),
      h("button", { type: "button", class: "button patrol-print", onclick: () => print() }, icon("print", 18), tp("print")),
    ),
    h("div", { class: "patrol-columns" }, stops.length === 0 ? empty("map", tp("none"), tp("none.help")) : h("ol", { class: "patrol-stops", "aria-label": tp("stops") }, ...stops.map(stop)), hourChart(hours, from, until)),
    h("details", { class: "numbers" }, h("summary", null, tp("rule")), h("p", null, sentence(rule))),
  );
}

/** « 14 h », « 14 h 30 »; English keeps the clock's way. */
const timeText = (time: string): string => (currentLanguage() === "fr" ? time.replace(/^0?(\d+):(\d\d)$/, (_, hour: string, minute: string) => `${hour}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}`) : time);

function stop({ rank, score, place, best, reasons }: PatrolStop): HTMLElement {
  const { reference, name, kind, status } = place.properties;
  return h(
    "li",
    { class: "patrol-stop" },
    h("span", { class: "patrol-rank", "aria-hidden": "true" }, formatNumber(rank)),
    h(
      "div",
      { class: "patrol-what" },
      h("h4", null, name ?? word("kinds", kind)),
      h("p", { class: "op-place-text" }, statusShape(status, 14), [word("kinds", kind), word("statuses", status)].join(" · ")),
      h("p", { class: best ? "patrol-best" : "op-place-text" }, best ? tp("best", { text: best.text }) : tp("best.none")),
      h("ul", { class: "patrol-reasons", "aria-label": tp("reasons") }, ...reasons.map(({ text, points, most }) => h("li", null, h("span", null, sentence(text)), h("span", { class: "patrol-points" }, tp("points", { points, most }))))),
      screenLink(sheetAddress({ kind, reference }), { class: "button button-small patrol-link" }, icon("map", 16), tp("sheet", { ref: reference })),
    ),
    h("strong", { class: "patrol-score" }, tp("score", { n: score })),
  );
}
