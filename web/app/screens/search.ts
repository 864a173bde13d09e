import { search } from "../api/calls";
import type { DealPoint, Territory } from "../api/client";
import { sees } from "../core/rights";
import { t } from "../i18n";
import { go, openPoint, setFilter, store } from "../state";
import { combobox, type Option } from "../ui/combobox";
import { h } from "../ui/h";
import { icon, placeShape } from "../ui/icons";
import { word } from "../ui/words";
import { mapControl } from "./mapcontrol";

/** One field for everything that has a name: communes, territories, points by name or reference. */
export function buildSearch(): HTMLElement {
  const withPoints = sees(store.get().me) === "points";
  const input = h("input", {
    class: "input search-input",
    type: "search",
    placeholder: t(withPoints ? "header.searchPlaceholder" : "header.searchPlaceholderTerritory"),
    "aria-label": t(withPoints ? "header.searchLabel" : "header.searchLabelTerritory"),
    maxlength: 100,
  });
  const asText = (q: string): void => {
    if (q === "" || !withPoints) return;
    setFilter({ q });
    input.value = "";
  };
  const list = combobox({
    input,
    submit: asText,
    async load(q, signal) {
      const found = await search(q, signal);
      const filter: Option = { text: t("header.searchText", { q }), before: icon("filter", 18), pick: () => asText(q) };
      return [
        { label: t("header.searchPlaces"), options: found.places.map(place) },
        { label: t("header.searchSites"), options: found.sites.map(place) },
        { label: t("header.searchCommunes"), options: found.communes.map(territory) },
        { label: t("header.searchTerritories"), options: found.territories.map(territory) },
        { label: t("filters.q"), options: withPoints ? [filter] : [] },
      ];
    },
  });
  return h(
    "form",
    { class: "search combo", role: "search", onsubmit: (event: SubmitEvent) => (event.preventDefault(), asText(input.value.trim())) },
    h("span", { class: "search-icon" }, icon("search")),
    input,
    list,
  );
}

function place({ properties: p }: DealPoint): Option {
  return {
    text: p.name || t("list.blurredName"),
    detail: `${p.reference} · ${p.commune_name}`,
    before: placeShape(p.kind, p.status),
    pick: () => openPoint(p.reference),
  };
}

/** A commune is a place to look at; every larger territory is a filter too. */
function territory(found: Territory): Option {
  const code = found.code.slice(found.code.indexOf(":") + 1);
  return {
    text: found.name,
    detail: found.level === "com" ? code : `${word("levels", found.level)} · ${code}`,
    before: icon("target", 18),
    pick(): void {
      if (found.level !== "com") go({ filter: { ...store.get().place.filter, territory: found.code === "fr" ? "" : found.code } });
      mapControl.look(found);
    },
  };
}
