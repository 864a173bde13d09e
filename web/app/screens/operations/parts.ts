import type { NamedPlace, Operation } from "../../api/operations";
import { sheetAddress } from "../../core/filters";
import { formatDay, formatNumber } from "../../core/format";
import { toldResults, type Results } from "../../core/operations";
import { isOneOf, statuses } from "../../core/vocabulary";
import { h } from "../../ui/h";
import { statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { screenLink } from "../addresses";
import { resultLabel, typeLabel } from "./labels";
import { to } from "./words";

export const daysText = ({ from, until }: Pick<Operation, "from" | "until">): string => (until === "" || until === from ? to("on", { day: formatDay(from) }) : to("fromTo", { from: formatDay(from), to: formatDay(until) }));

export const typeBadge = ({ type }: Pick<Operation, "type">): HTMLElement => h("span", { class: "badge badge-accent" }, typeLabel(type));

/** What it brought, in one line. */
export const resultsText = (results: Results): string => toldResults(results).map(([name, n]) => to("result", { label: resultLabel(name), n })).join(" · ");

/** What it brought, a figure each. */
export function resultFigures(results: Results): HTMLElement {
  const told = toldResults(results);
  if (told.length === 0) return h("p", { class: "help" }, to("results.none"));
  return h("dl", { class: "op-figures" }, ...told.map(([name, n]) => h("div", { class: "op-figure" }, h("dt", null, resultLabel(name)), h("dd", null, formatNumber(n)))));
}

/** Points of the map, each a way to its sheet. */
export function placeList(places: readonly NamedPlace[], label: string): HTMLElement {
  return h(
    "ul",
    { class: "op-places", "aria-label": label },
    ...places.map(({ reference, name, kind, status, date }) =>
      h(
        "li",
        null,
        screenLink(sheetAddress({ kind, reference }), { class: "op-place" }, isOneOf(statuses, status) ? statusShape(status, 15) : null, h("span", { class: "reference" }, reference), h("span", { class: "op-place-text" }, [name, word("kinds", kind), word("statuses", status), date ? formatDay(date) : ""].filter(Boolean).join(" · "))),
      ),
    ),
  );
}
