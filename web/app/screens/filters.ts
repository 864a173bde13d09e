import { findTerritories, getTerritory } from "../api/calls";
import { chips, displays, layers, networkCode, noFilter, toggle, type Display, type Filter } from "../core/filters";
import { addDays, todayInFrance, formatNumber } from "../core/format";
import { sees } from "../core/rights";
import { scopeName } from "../core/scope";
import { kinds, linkKinds, linkMeans, openStatuses, products, siteKinds, statuses } from "../core/vocabulary";
import { t } from "../i18n";
import { go, setFilter, store } from "../state";
import { combobox } from "../ui/combobox";
import { checkbox, field, segmented } from "../ui/field";
import { debounce, fill, h } from "../ui/h";
import { icon, statusShape } from "../ui/icons";
import { word, words } from "../ui/words";
import { counts } from "./counts";
import { mapControl } from "./mapcontrol";

interface Part {
  element: HTMLElement;
  /** Shows the filter and the counts as they now are. */
  sync(filter: Filter): void;
}

/** The left panel: totals, how to show, and every filter. The store is the only memory; controls follow it. */
export function buildFilters(close: () => void): { element: HTMLElement; destroy(): void } {
  const withPoints = sees(store.get().me) === "points";
  // A role that sees aggregates only has no products, services, dates and names to filter by.
  const [kind, ...others] = facets();
  const parts = [totals(), display(), statusFilter(), ...(withPoints ? [text()] : []), territory(), ...(kind ? [kind] : []), ...(withPoints ? [...others, confirmed(), network()] : []), ...linkFilters()];
  const clear = h("button", { type: "button", class: "button button-quiet", onclick: () => go({ filter: noFilter }) }, t("filters.clear"));
  const element = h(
    "aside",
    { class: "filters", id: "filters", "aria-labelledby": "filters-title" },
    h(
      "div",
      { class: "drawer-head" },
      h("h2", { id: "filters-title" }, t("filters.title")),
      clear,
      h("button", { type: "button", class: "icon-button drawer-close", "aria-label": t("common.close"), onclick: close }, icon("close")),
    ),
    h("div", { class: "filters-body" }, ...parts.map((part) => part.element)),
  );
  const sync = (): void => {
    const { filter } = store.get().place;
    clear.hidden = chips(filter).length === 0;
    for (const part of parts) part.sync(filter);
  };
  sync();
  const stops = [store.watch((s) => s.place, sync), counts.watch((c) => c.all, sync)];
  return { element, destroy: () => stops.forEach((stop) => stop()) };
}

const number = (n: number | undefined): string => (n === undefined ? "–" : formatNumber(n));

function totals(): Part {
  const shown = h("strong", null, "–");
  const shownLabel = h("span");
  const active = h("strong", null, "–");
  const activeLabel = h("span");
  const element = h("div", { class: "totals", role: "status" }, h("p", { class: "total" }, shown, " ", shownLabel), h("p", { class: "total" }, active, " ", activeLabel));
  return {
    element,
    sync(filter) {
      const all = counts.get().all;
      const activeCount = all && (filter.status.includes("active") ? (all.status["active"] ?? 0) : 0);
      shown.textContent = number(all?.total);
      shownLabel.textContent = t("totals.points", { n: all?.total ?? 2 });
      active.textContent = number(activeCount ?? undefined);
      activeLabel.textContent = t("totals.active", { n: activeCount ?? 2 });
    },
  };
}

function display(): Part {
  const label = t("display.title");
  const named = (value: Display): string => (value === "points" && sees(store.get().me) === "aggregates" ? t("display.aggregates") : t(`display.${value}`));
  // Who sees aggregates only sees groups at every zoom: there is no second way to see them.
  const offered = displays.filter((value) => value !== "clusters" || sees(store.get().me) === "points");
  const choice = segmented(label, offered.map((value) => ({ value, label: named(value) })), store.get().place.display, (value) => go({ display: value }));
  return {
    element: h("div", { class: "facet-open display-choice" }, h("h3", null, label), choice),
    sync() {
      for (const input of choice.querySelectorAll("input")) input.checked = input.value === store.get().place.display;
    },
  };
}

function statusFilter(): Part {
  const rows = statuses.map((status) => {
    const count = h("span", { class: "check-count" });
    const { element, input } = checkbox([statusShape(status), word("statuses", status), count], false, () => {
      const next = toggle(store.get().place.filter.status, status, statuses);
      setFilter({ status: next.length > 0 ? next : openStatuses });
    });
    return { status, element, input, count };
  });
  return {
    element: h("fieldset", { class: "facet-open" }, h("legend", null, t("filters.status")), ...rows.map((row) => row.element)),
    sync(filter) {
      for (const { status, input, count } of rows) {
        input.checked = filter.status.includes(status);
        count.textContent = number(counts.get().all?.status[status] ?? (counts.get().all ? 0 : undefined));
      }
    },
  };
}

function text(): Part {
  const later = debounce(350, () => setFilter({ q: input.value.trim() }));
  const input = h("input", { class: "input", type: "search", maxlength: 100, placeholder: t("filters.qPlaceholder"), oninput: () => later(), onchange: () => later.now() });
  return {
    element: field(input, { label: t("filters.q") }).element,
    sync(filter) {
      if (document.activeElement !== input) input.value = filter.q;
    },
  };
}

function territory(): Part {
  const input = h("input", { class: "input", placeholder: scopeName(store.get().me, t("filters.territoryPlaceholder")) });
  const made = field(input, { label: t("filters.territory") });
  const list = combobox({
    input,
    keepText: true,
    async load(q, signal) {
      const found = await findTerritories(q, undefined, signal);
      const options = found.map((option) => ({
        text: option.name,
        detail: `${word("levels", option.level)} · ${option.code.slice(option.code.indexOf(":") + 1)}`,
        pick() {
          setFilter({ territory: option.code === "fr" ? "" : option.code });
          mapControl.look(option);
        },
      }));
      return [{ label: t("header.searchTerritories"), options }];
    },
  });
  const clear = h("button", { type: "button", class: "icon-button", "aria-label": t("filters.remove", { name: t("filters.territory") }), onclick: () => setFilter({ territory: "" }) }, icon("close", 18));
  const row = h("div", { class: "combo with-reveal" });
  input.replaceWith(row);
  row.append(input, clear, list);
  input.addEventListener("blur", () => void name(store.get().place.filter));
  const name = async ({ territory: code }: Filter): Promise<void> => {
    const known = code === "" ? "" : ((await getTerritory(code).catch(() => null))?.name ?? code);
    if (document.activeElement !== input && store.get().place.filter.territory === code) input.value = known;
  };
  return {
    element: made.element,
    sync(filter) {
      clear.hidden = filter.territory === "";
      void name(filter);
    },
  };
}

interface Facet {
  field: "kind" | "product" | "service" | "linkKind" | "means";
  label: string;
  all: string;
  values: readonly string[];
  label_of(value: string): string;
  /** Whether the counts of points say how many there are of each. */
  counted?: boolean;
}

function facets(): Part[] {
  return (
    [
      { field: "kind", label: t("filters.kind"), all: t("filters.allKinds"), values: kinds, label_of: (v) => word("kinds", v) },
      { field: "kind", label: t("filters.siteKind"), all: t("filters.allKinds"), values: siteKinds, label_of: (v) => word("kinds", v), counted: false },
      { field: "product", label: t("filters.product"), all: t("filters.allProducts"), values: products, label_of: (v) => word("products", v) },
      { field: "service", label: t("filters.service"), all: t("filters.allServices"), values: words("services").map((s) => s.value), label_of: (v) => word("services", v) },
    ] satisfies Facet[]
  ).map(facet);
}

/** Whoever chooses among links wants to see them. */
const setLinks = (part: Partial<Filter>): void => go({ filter: { ...store.get().place.filter, ...part }, layers: layers.filter((layer) => layer === "links" || store.get().place.layers.includes(layer)) });

/** Which links are drawn. */
function linkFilters(): Part[] {
  const date = h("input", { class: "input", type: "date", onchange: () => setLinks({ on: date.value }) });
  return [
    facet({ field: "linkKind", label: t("filters.linkKind"), all: t("filters.allKinds"), values: linkKinds, label_of: (v) => word("link_kinds", v), counted: false }),
    facet({ field: "means", label: t("filters.means"), all: t("filters.allMeans"), values: linkMeans, label_of: (v) => word("link_means", v), counted: false }),
    { element: field(date, { label: t("filters.on"), help: t("filters.onHelp") }).element, sync: (filter) => (date.value = filter.on) },
  ];
}

function network(): Part {
  const input = h("input", { class: "input", maxlength: 12, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", placeholder: t("filters.networkPlaceholder"), onchange: () => choose() });
  const made = field(input, { label: t("filters.network") });
  const choose = (): void => {
    const network = networkCode(input.value);
    const wrong = network === "" && input.value.trim() !== "";
    made.setError(wrong ? { message: t("filters.networkWrong") } : null);
    if (!wrong) setFilter({ network });
  };
  return {
    element: made.element,
    sync(filter) {
      if (document.activeElement !== input) input.value = filter.network;
    },
  };
}

/** Several values of one vocabulary under a heading that says what is chosen. */
function facet({ field: name, label, all, values, label_of, counted: withCounts = true }: Facet): Part {
  const chosen = h("span", { class: "facet-chosen" });
  // Another facet may keep values of its own in the same list.
  const change = (value: string): void => {
    const now: readonly string[] = store.get().place.filter[name];
    (name === "linkKind" || name === "means" ? setLinks : setFilter)({ [name]: [...now.filter((one) => !values.includes(one)), ...toggle(now.filter((one) => values.includes(one)), value, values)] });
  };
  const rows = values.map((value) => {
    const count = h("span", { class: "check-count" });
    const { element, input } = checkbox([label_of(value), count], false, () => change(value));
    return { value, element, input, count };
  });
  return {
    element: h("details", { class: "facet" }, h("summary", null, h("span", { class: "facet-name" }, label), chosen, icon("chevron", 18)), h("div", { class: "facet-values", role: "group", "aria-label": label }, ...rows.map((row) => row.element))),
    sync(filter) {
      const now = (filter[name] as readonly string[]).filter((value) => values.includes(value));
      chosen.textContent = now.length === 0 ? all : now.map(label_of).join(", ");
      chosen.classList.toggle("facet-some", now.length > 0);
      const counted = withCounts && name !== "linkKind" && name !== "means" ? counts.get().all?.[name] : undefined;
      for (const { value, input, count } of rows) {
        input.checked = now.includes(value);
        count.textContent = counted ? number(counted[value] ?? 0) : "";
      }
    },
  };
}

function confirmed(): Part {
  // What day it is is asked when it matters: a page stays open past midnight, and the first view waits for no calendar.
  const date = h("input", { class: "input", type: "date", onfocus: () => (date.max = todayInFrance()), onchange: () => setFilter({ confirmedAfter: date.value }) });
  const made = field(date, { label: t("filters.confirmedAfter") });
  const presets = ([[30, "filters.confirmed30"], [90, "filters.confirmed90"], [365, "filters.confirmed365"]] as const).map(([days, key]) => {
    const day = (): string => addDays(todayInFrance(), -days);
    return { day, button: h("button", { type: "button", class: "preset", onclick: () => setFilter({ confirmedAfter: store.get().place.filter.confirmedAfter === day() ? "" : day() }) }, t(key)) };
  });
  fill(made.element, ...made.element.childNodes, h("div", { class: "presets" }, ...presets.map((p) => p.button)));
  return {
    element: made.element,
    sync(filter) {
      date.value = filter.confirmedAfter;
      for (const { day, button } of presets) button.setAttribute("aria-pressed", String(filter.confirmedAfter !== "" && day() === filter.confirmedAfter));
    },
  };
}
