import { facetNames, facetValues, filtered, noClctFilter, toggled, type ClctFilter, type FacetName } from "../../core/clctaddress";
import { todayInFrance } from "../../core/format";
import { isOneOf, statuses } from "../../core/vocabulary";
import { checkbox, field, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon, statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { tc } from "./words";

interface FilterBarOptions {
  filter(next: ClctFilter): void;
  asOf(day: string): void;
}

export interface FilterBar {
  element: HTMLElement;
  date: Field;
  sync(filter: ClctFilter, asOf: string): void;
  destroy(): void;
}

const lists = { status: "statuses", kind: "kinds", product: "products", service: "services" } as const;

/** The date of the figures and what narrows them. */
export function filterBar(options: FilterBarOptions): FilterBar {
  let now: ClctFilter = noClctFilter;
  const day = h("input", { class: "input", type: "date", name: "as_of", max: todayInFrance(), onchange: () => options.asOf(day.value >= todayInFrance() && day.validity.valid ? "" : day.value) });
  const date = field(day, { label: tc("asOf") });
  const menus = facetNames.map((name) => menu(name, (value) => options.filter(toggled(now, name, value))));
  const clear = h("button", { type: "button", class: "button button-quiet", onclick: () => options.filter(noClctFilter) }, tc("filter.clear"));
  const element = h("div", { class: "clct-filters", role: "group", "aria-label": tc("filter.group") }, date.element, ...menus.map((one) => one.element), clear);
  // One menu is open at a time, and none when the person is elsewhere.
  const elsewhere = (event: Event): void => {
    for (const { element: one } of menus) if (one.open && !one.contains(event.target as Node)) one.open = false;
  };
  document.addEventListener("pointerdown", elsewhere);
  document.addEventListener("focusin", elsewhere);
  return {
    element,
    date,
    sync(filter, asOf) {
      now = filter;
      if (document.activeElement !== day) day.value = asOf === "" ? todayInFrance() : asOf;
      for (const one of menus) one.sync(filter);
      clear.hidden = filtered(filter) === 0;
    },
    destroy() {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
    },
  };
}

function menu(name: FacetName, choose: (value: string) => void): { element: HTMLDetailsElement; sync(filter: ClctFilter): void } {
  const label = tc(`filter.${name}`);
  const chosen = h("span", { class: "menu-chosen" });
  const rows = facetValues[name].map((value) => {
    const { element, input } = checkbox([name === "status" && isOneOf(statuses, value) ? statusShape(value) : null, word(lists[name], value)], false, () => choose(value));
    return { value, element, input };
  });
  const summary = h("summary", { class: "button menu-button" }, h("span", { class: "menu-name" }, label), chosen, icon("chevron", 18));
  const element = h("details", { class: "menu" }, summary, h("div", { class: "menu-panel", role: "group", "aria-label": label }, ...rows.map((row) => row.element), name === "status" || name === "kind" ? h("p", { class: "help" }, tc("filter.rule")) : null));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    event.stopPropagation();
    element.open = false;
    summary.focus();
  });
  return {
    element,
    sync(filter) {
      const now = filter[name];
      fill(chosen, now.length === 0 ? tc(name === "status" || name === "kind" ? "filter.byRule" : "filter.all") : now.length === 1 ? word(lists[name], now[0]) : tc("filter.some", { n: now.length }));
      element.classList.toggle("menu-some", now.length > 0);
      for (const { value, input } of rows) input.checked = now.includes(value);
    },
  };
}
