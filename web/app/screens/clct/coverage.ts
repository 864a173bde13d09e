import type { Statistics } from "../../api/clct";
import { share } from "../../core/clct";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import { saying, sayShare } from "./say";
import { section } from "./section";
import { tc } from "./words";

/** Which service follows how many points, and how freshly: a map shows where one looks. */
export function coverage(): { element: HTMLElement; set(statistics: Statistics): void } {
  const place = h("div", null);
  return {
    element: section(tc("coverage"), { lead: tc("coverage.lead"), wide: true }, place),
    set({ coverage: rows, suppression }) {
      const say = saying(suppression.applied);
      if (rows.length === 0) return fill(place, h("p", { class: "help" }, tc("coverage.none")));
      fill(
        place,
        h(
          "div",
          { class: "table-wrap", role: "region", tabindex: 0, "aria-label": tc("table.of", { name: tc("coverage") }) },
          h(
            "table",
            { class: "table" },
            h("caption", { class: "visually-hidden" }, tc("coverage")),
            h("thead", null, h("tr", null, h("th", { scope: "col" }, tc("coverage.service")), h("th", { scope: "col", class: "col-number" }, tc("coverage.places")), h("th", { scope: "col", class: "col-number" }, tc("coverage.confirmed")), h("td", { class: "col-3" }), h("th", { scope: "col", class: "col-number" }, tc("coverage.overdue")))),
            h(
              "tbody",
              null,
              ...rows.map(({ service, places, within_90: fresh, overdue }) =>
                h(
                  "tr",
                  null,
                  h("th", { scope: "row" }, word("services", service) || tc("stock.unsaid")),
                  h("td", { class: "col-number" }, say(places)),
                  h("td", { class: "col-number" }, sayShare(say, fresh, places)),
                  h("td", { class: "col-3 cover-bar", "aria-hidden": "true" }, h("progress", { class: "bar", max: 1, value: share(fresh, places) ?? 0, tabindex: -1 })),
                  h("td", { class: "col-number" }, say(overdue)),
                ),
              ),
            ),
          ),
        ),
      );
    },
  };
}
