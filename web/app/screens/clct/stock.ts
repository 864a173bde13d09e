import type { Statistics } from "../../api/clct";
import { inOrder } from "../../core/clct";
import { facetNames, facetValues, type FacetName } from "../../core/clctaddress";
import { isOneOf, statuses } from "../../core/vocabulary";
import { fill, h } from "../../ui/h";
import { statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { sayChange, saying } from "./say";
import { section } from "./section";
import { tc } from "./words";

const lists = { status: "statuses", kind: "kinds", product: "products", service: "services" } as const;

/** What there is on the date, by state, kind, product and service. */
export function stock(): { element: HTMLElement; set(statistics: Statistics): void } {
  const place = h("div", { class: "clct-stock" });
  return {
    element: section(tc("stock"), { lead: tc("stock.lead"), wide: true }, place),
    set: (statistics) => fill(place, ...facetNames.map((name) => bars(name, statistics))),
  };
}

function bars(name: FacetName, { stock: now, before, suppression }: Statistics): HTMLElement {
  const rows = inOrder(now[name], facetValues[name]);
  const say = saying(suppression.applied);
  const most = Math.max(1, ...rows.map(([, n]) => n ?? 0));
  const title = tc(`stock.${name}`);
  if (rows.length === 0) return h("div", null, h("h4", null, title), h("p", { class: "help" }, tc("stock.none")));
  return h(
    "div",
    null,
    h(
      "table",
      { class: "bars clct-bars" },
      h("caption", null, title),
      h(
        "thead",
        { class: "visually-hidden" },
        h("tr", null, h("th", { scope: "col" }, title), h("td", null), h("th", { scope: "col" }, tc("stock.number")), before ? h("th", { scope: "col" }, tc("stock.change")) : null),
      ),
      h(
        "tbody",
        null,
        ...rows.map(([value, n]) =>
          h(
            "tr",
            null,
            h("th", { scope: "row" }, h("span", { class: "bar-label" }, name === "status" && isOneOf(statuses, value) ? statusShape(value, 14) : null, word(lists[name], value) || tc("stock.unsaid"))),
            h("td", { class: "bar-cell", "aria-hidden": "true" }, h("progress", { class: "bar", max: most, value: n ?? 0, tabindex: -1 })),
            h("td", { class: "bar-number" }, say(n)),
            before ? h("td", { class: "bar-number bar-change" }, sayChange(say, n, value in before[name] ? before[name][value] : 0)) : null,
          ),
        ),
      ),
    ),
    name === "product" ? h("p", { class: "help" }, tc("stock.productHelp")) : null,
  );
}
