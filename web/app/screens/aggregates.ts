import { formatNumber } from "../core/format";
import { isOneOf, kinds, statuses } from "../core/vocabulary";
import { t, type Key } from "../i18n";
import { store } from "../state";
import { fill, h } from "../ui/h";
import { statusShape } from "../ui/icons";
import { word } from "../ui/words";
import { counts } from "./counts";

type GroupName = "status" | "kind";

const groups: readonly { name: GroupName; title: Key; values: readonly string[]; list: "statuses" | "kinds" }[] = [
  { name: "status", title: "filters.status", values: statuses, list: "statuses" },
  { name: "kind", title: "filters.kind", values: kinds, list: "kinds" },
];

/** Beside the map of a role that sees aggregates only: the same filter in numbers, and why there is no list. */
export function buildAggregates(cleanups: (() => void)[]): HTMLElement {
  const names = store.get().me.territories.map((territory) => territory.name).join(", ");
  const tables = h("div", { class: "aggregate-tables" });
  const draw = (): void => {
    const all = counts.get().all;
    const { filter } = store.get().place;
    // The counts beside the filters tell what another choice would show; here, only what is shown adds up.
    const shown = (name: GroupName, value: string): boolean => filter[name].length === 0 || filter[name].some((chosen) => chosen === value);
    fill(tables, ...(all ? groups.map(({ name, title, values, list }) => table(t("aggregate.by", { name: t(title).toLowerCase() }), values.filter((value) => shown(name, value)), all[name], list)) : []));
  };
  cleanups.push(counts.watch((c) => c.all, draw));
  draw();
  return h(
    "section",
    { class: "list", id: "list", tabindex: -1, "aria-labelledby": "list-title" },
    h("div", { class: "list-head" }, h("h2", { id: "list-title" }, t("aggregate.title"))),
    h("div", { class: "list-body aggregate" }, names === "" ? null : h("p", { class: "aggregate-name" }, names), h("p", null, t("aggregate.text")), tables),
  );
}

function table(caption: string, values: readonly string[], numbers: Readonly<Record<string, number>>, list: "statuses" | "kinds"): HTMLElement {
  const most = Math.max(1, ...values.map((value) => numbers[value] ?? 0));
  return h(
    "table",
    { class: "bars" },
    h("caption", null, caption),
    h(
      "tbody",
      null,
      ...values.map((value) => {
        const n = numbers[value] ?? 0;
        return h(
          "tr",
          null,
          h("th", { scope: "row" }, h("span", { class: "bar-label" }, list === "statuses" && isOneOf(statuses, value) ? statusShape(value, 14) : null, word(list, value))),
          h("td", { class: "bar-cell", "aria-hidden": "true" }, h("progress", { class: "bar", max: most, value: n })),
          h("td", { class: "bar-number" }, formatNumber(n)),
        );
      }),
    ),
  );
}
