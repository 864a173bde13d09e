import { getTerritory } from "../api/calls";
import { chips, noFilter, type Chip, type Filter } from "../core/filters";
import { formatDay } from "../core/format";
import { t, type Key } from "../i18n";
import { go, store } from "../state";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";
import { word } from "../ui/words";

const names: Record<keyof Filter, Key> = {
  q: "filters.q",
  status: "filters.status",
  kind: "filters.kind",
  product: "filters.product",
  service: "filters.service",
  territory: "filters.territory",
  network: "filters.network",
  confirmedAfter: "filters.confirmedAfter",
  linkKind: "filters.linkKind",
  means: "filters.means",
  on: "filters.on",
};

/** A chip's value in words. */
export async function chipText({ field, values }: Chip): Promise<string> {
  switch (field) {
    case "status":
      return values.map((v) => word("statuses", v)).join(", ");
    case "kind":
      return values.map((v) => word("kinds", v)).join(", ");
    case "product":
      return values.map((v) => word("products", v)).join(", ");
    case "service":
      return values.map((v) => word("services", v)).join(", ");
    case "territory":
      return (await getTerritory(values[0] ?? "").catch(() => null))?.name ?? values[0] ?? "";
    case "linkKind":
      return values.map((v) => word("link_kinds", v)).join(", ");
    case "means":
      return values.map((v) => word("link_means", v)).join(", ");
    case "confirmedAfter":
    case "on":
      return formatDay(values[0] ?? "");
    default:
      return values.join(", ");
  }
}

/** What narrows the map, over the map itself; each chip takes its filter away. */
export function buildChips(): { element: HTMLElement; destroy(): void } {
  const element = h("ul", { class: "chips", "aria-label": t("filters.active") });
  let drawn = 0;
  const draw = async (filter: Filter): Promise<void> => {
    const turn = ++drawn;
    const all = chips(filter);
    const texts = await Promise.all(all.map(chipText));
    if (turn !== drawn) return;
    const focused = element.contains(document.activeElement);
    fill(
      element,
      ...all.map((chip, i) => h("li", null, chipButton(chip, texts[i] ?? ""))),
      all.length > 1 ? h("li", null, h("button", { type: "button", class: "chip chip-clear", onclick: () => go({ filter: noFilter }) }, t("filters.clear"))) : null,
    );
    element.hidden = all.length === 0;
    if (focused) (element.querySelector("button") ?? document.querySelector<HTMLElement>("#map"))?.focus();
  };
  const stop = store.watch((s) => s.place.filter, (filter) => void draw(filter));
  void draw(store.get().place.filter);
  return { element, destroy: stop };
}

function chipButton(chip: Chip, text: string): HTMLElement {
  const name = t(names[chip.field]);
  return h(
    "button",
    { type: "button", class: "chip", "aria-label": t("filters.remove", { name: `${name}, ${text}` }), onclick: () => go({ filter: chip.without }) },
    h("span", { class: "chip-name" }, name),
    h("span", { class: "chip-value" }, text),
    icon("close", 16),
  );
}
