import { findTerritories, getTerritory } from "../api/calls";
import { t } from "../i18n";
import { combobox } from "../ui/combobox";
import { field, type Field } from "../ui/field";
import { h } from "../ui/h";
import { ty } from "./formwords";

export interface CommuneField {
  field: Field;
  /** The INSEE code; a name that was typed and not chosen as it is: the server says that it is no code, rather than it being lost. */
  read(): string;
  write(code: string): void;
}

/** A commune by its name or its INSEE code. */
export function buildCommune(label: string, help: string): CommuneField {
  let code = "";
  const input = h("input", { class: "input", name: "commune", placeholder: ty("form.communePlaceholder") });
  const made = field(input, { label, help });
  const list = combobox({
    input,
    keepText: true,
    async load(q, signal) {
      const found = await findTerritories(q, "com", signal);
      const options = found.map(({ code: full, name }) => ({
        text: `${name} (${full.slice(4)})`,
        pick() {
          code = full.slice(4);
        },
      }));
      return [{ label: t("header.searchCommunes"), options }];
    },
  });
  input.addEventListener("input", () => (code = /^\d[\dAB]\d{3}$/i.test(input.value.trim()) ? input.value.trim().toUpperCase() : ""));
  const row = h("div", { class: "combo" });
  input.replaceWith(row);
  row.append(input, list);
  return {
    field: made,
    read: () => code || input.value.trim(),
    write(value) {
      code = value;
      input.value = code;
      if (code !== "") void getTerritory(`com:${code}`).then(({ name }) => (input.value = input.value === code ? `${name} (${code})` : input.value), () => {});
    },
  };
}
