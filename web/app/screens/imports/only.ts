import type { Import, Mapping } from "../../api/imports";
import { samplesOf } from "../../core/importmapping";
import { announce } from "../../ui/announce";
import { fieldGroup, type Field } from "../../ui/field";
import { fill, h, uniqueId } from "../../ui/h";
import { icon } from "../../ui/icons";
import { ts } from "./columnwords";

/** « Ne garder que les lignes où … vaut … »: any number of columns, each with its values. */
export function onlyRows({ header = [], sample = [] }: Import, begin: NonNullable<Mapping["only"]>): { field: Field; read(): NonNullable<Mapping["only"]> } {
  const kept = new Map(Object.entries(begin).map(([column, values]): [string, string[]] => [column, [...values]]));
  const list = h("ul", { class: "only-list" });
  const columnsId = uniqueId("only");
  const valuesId = uniqueId("only");
  const values = h("datalist", { id: valuesId });
  const column = h("input", { class: "input", list: columnsId, autocomplete: "off", "aria-label": ts("only.column"), placeholder: ts("only.column"), onchange: () => fill(values, ...samplesOf(header, sample, column.value, 30).map((value) => h("option", { value }))) });
  const value = h("input", { class: "input", list: valuesId, autocomplete: "off", "aria-label": ts("only.value"), placeholder: ts("only.value") });
  const add = (): void => {
    const name = column.value.trim();
    if (!header.includes(name)) {
      made.setError({ message: ts("wrong.unknownColumn") });
      return column.focus();
    }
    made.setError(null);
    const of = kept.get(name) ?? [];
    if (!of.includes(value.value)) of.push(value.value);
    kept.set(name, of);
    announce(ts("only.added", { column: name, value: value.value }));
    value.value = "";
    draw();
    value.focus();
  };
  const remove = (name: string, text: string): void => {
    const left = (kept.get(name) ?? []).filter((one) => one !== text);
    if (left.length > 0) kept.set(name, left);
    else kept.delete(name);
    draw();
    column.focus();
  };
  const draw = (): void => {
    list.hidden = kept.size === 0;
    fill(
      list,
      ...[...kept].map(([name, all]) =>
        h(
          "li",
          null,
          h("span", null, ts("only.where", { column: name })),
          h("ul", { class: "tokens", "aria-label": name }, ...all.map((text) => h("li", { class: "token" }, h("span", null, text === "" ? ts("only.empty") : text), h("button", { type: "button", class: "token-remove", "aria-label": ts("only.remove", { column: name, value: text }), onclick: () => remove(name, text) }, icon("close", 16))))),
        ),
      ),
    );
  };
  value.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  const made = fieldGroup([list, h("div", { class: "only-add" }, h("datalist", { id: columnsId }, ...header.map((name) => h("option", { value: name }))), values, column, value, h("button", { type: "button", class: "button", onclick: add }, icon("plus", 18), ts("only.add")))], { label: ts("only.label") });
  draw();
  return { field: made, read: () => Object.fromEntries(kept) };
}
