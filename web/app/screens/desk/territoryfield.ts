import { findTerritories, getTerritory } from "../../api/calls";
import { t } from "../../i18n";
import { combobox } from "../../ui/combobox";
import { field, type Field } from "../../ui/field";
import { h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";

export interface TerritoryField {
  field: Field;
  get(): string;
  set(code: string): void;
}

interface Asked {
  label: string;
  /** What stands in the empty field. */
  placeholder: string;
  /** What its button to empty it says. */
  clear: string;
  help?: string;
  required?: boolean;
  name?: string;
  changed?(code: string): void;
}

/** One territory by its name or code. */
export function territoryField({ label, placeholder, clear: emptied, help, required, name: named, changed }: Asked): TerritoryField {
  let code = "";
  let name = "";
  const input = h("input", { class: "input", maxlength: 100, placeholder, ...(named ? { name: named } : {}) });
  const made = field(input, { label, ...(required ? { required } : {}), ...(help ? { help } : {}) });
  const choose = (next: string): void => {
    set(next);
    made.setError(null);
    changed?.(next);
  };
  const options = combobox({
    input,
    keepText: true,
    async load(q, signal) {
      const found = await findTerritories(q, undefined, signal);
      return [{ label: t("header.searchTerritories"), options: found.map((one) => ({ text: one.name, detail: `${word("levels", one.level)} · ${one.code.slice(one.code.indexOf(":") + 1)}`, pick: () => choose(one.code) })) }];
    },
  });
  const clear = h("button", { type: "button", class: "icon-button", "aria-label": emptied, hidden: true, onclick: () => (choose(""), input.focus()) }, icon("close", 18));
  const row = h("div", { class: "combo with-reveal" });
  input.replaceWith(row);
  row.append(input, clear, options);
  // What was typed and not chosen chooses nothing: the field shows again what holds.
  input.addEventListener("blur", () => {
    if (input.value.trim() === "" && code !== "") choose("");
    else input.value = name;
  });
  const set = (next: string): void => {
    code = next;
    clear.hidden = next === "";
    input.value = name = next;
    if (next === "") return;
    void getTerritory(next).then((known) => {
      if (code !== next) return;
      name = known.name;
      if (document.activeElement !== input || input.value === next) input.value = name;
    }, () => {});
  };
  return { field: made, get: () => code, set };
}
