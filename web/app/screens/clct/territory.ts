import { findTerritories } from "../../api/calls";
import { sees } from "../../core/rights";
import { t } from "../../i18n";
import { store } from "../../state";
import { combobox } from "../../ui/combobox";
import { field, select } from "../../ui/field";
import { h } from "../../ui/h";
import { word } from "../../ui/words";
import { tc } from "./words";

/** The territory that the page opens on: the person's own, or the country. */
export function ownTerritory(): string {
  const { territories } = store.get().me;
  return territories[0]?.code ?? "fr";
}

/** Chooses another territory: among one's own for a committee, any for those who see the map. Null where there is no choice. */
export function territoryChoice(code: string, choose: (code: string) => void): HTMLElement | null {
  const { me } = store.get();
  if (sees(me) === "aggregates" && !me.territories.some((own) => own.code === "fr")) {
    if (me.territories.length < 2) return null;
    return field(select(me.territories.map(({ code: value, name: label }) => ({ value, label })), null, code, choose), { label: tc("territory.own") }).element;
  }
  const input = h("input", { class: "input", maxlength: 100, placeholder: tc("territory.placeholder") });
  const made = field(input, { label: tc("territory.other") });
  const list = combobox({
    input,
    async load(q, signal) {
      const found = await findTerritories(q, undefined, signal);
      return [{ label: t("header.searchTerritories"), options: found.map((one) => ({ text: one.name, detail: `${word("levels", one.level)} · ${one.code.slice(one.code.indexOf(":") + 1)}`, pick: () => choose(one.code) })) }];
    },
  });
  const row = h("div", { class: "combo" });
  input.replaceWith(row);
  row.append(input, list);
  return made.element;
}
