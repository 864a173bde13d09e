import { findTerritories, getTerritory } from "../../api/calls";
import type { Territory } from "../../api/client";
import { t } from "../../i18n";
import { announce } from "../../ui/announce";
import { combobox } from "../../ui/combobox";
import { field, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { word } from "../../ui/words";
import { td } from "./words";

export interface TerritoryPicker {
  field: Field;
  get(): string[];
  set(codes: readonly string[]): void;
}

/** Chooses any number of territories by name or code; what is chosen stands above the field and is taken away one by one. */
export function territoryPicker(label: string, help: string, changed: () => void = () => {}): TerritoryPicker {
  const chosen = new Map<string, string>();
  const input = h("input", { class: "input", name: "territories", maxlength: 100, placeholder: td("territory.placeholder") });
  const list = h("ul", { class: "tokens", "aria-label": label });
  const made = field(input, { label, help });
  const options = combobox({
    input,
    async load(q, signal) {
      const found = await findTerritories(q, undefined, signal);
      return [{ label: t("header.searchTerritories"), options: found.filter(({ code }) => !chosen.has(code)).map((one) => ({ text: one.name, detail: detail(one), pick: () => add(one.code, one.name) })) }];
    },
  });
  const row = h("div", { class: "combo" });
  input.replaceWith(list, row);
  row.append(input, options);

  const draw = (): void => {
    list.hidden = chosen.size === 0;
    fill(
      list,
      ...[...chosen].map(([code, name]) =>
        h("li", { class: "token" }, h("span", null, name), h("span", { class: "token-code" }, code), h("button", { type: "button", class: "token-remove", "aria-label": td("territory.remove", { name }), onclick: () => remove(code, name) }, icon("close", 16))),
      ),
    );
  };
  const add = (code: string, name: string): void => {
    chosen.set(code, name);
    made.setError(null);
    draw();
    announce(td("territory.added", { name }));
    changed();
  };
  const remove = (code: string, name: string): void => {
    chosen.delete(code);
    draw();
    input.focus();
    announce(td("territory.removed", { name }));
    changed();
  };
  draw();
  return {
    field: made,
    get: () => [...chosen.keys()],
    set(codes) {
      chosen.clear();
      for (const code of codes) {
        chosen.set(code, code);
        void getTerritory(code).then(({ name }) => (chosen.has(code) ? (chosen.set(code, name), draw()) : undefined), () => {});
      }
      draw();
    },
  };
}

const detail = ({ level, code }: Pick<Territory, "level" | "code">): string => `${word("levels", level)} · ${code.slice(code.indexOf(":") + 1)}`;
