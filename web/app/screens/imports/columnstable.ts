import type { Import, ImportField, Mapping } from "../../api/imports";
import { partFields, samplesOf, unreadColumns } from "../../core/importmapping";
import { field, select, type Field } from "../../ui/field";
import { sentence, served } from "../../i18n/served";
import { fill, h, uniqueId } from "../../ui/h";
import { ts } from "./columnwords";

/** Beyond this many columns a list of choices for each field would freeze the screen: their names are typed instead. */
const mostChoices = 80;
const mostUnread = 60;

interface ColumnsTable {
  element: HTMLElement;
  fields: Record<string, Field>;
  read(): Required<Pick<Mapping, "columns" | "defaults">>;
}

/** « champ ← colonne », with examples, why it was suggested, and what holds for rows that say nothing. */
export function columnsTable(imported: Import, known: readonly ImportField[], mapping: Mapping, changed: () => void): ColumnsTable {
  const { header = [], sample = [], suggestion } = imported;
  const fields: Record<string, Field> = {};
  const columns = new Map<string, () => string>();
  const defaults = new Map<string, () => string>();
  const typed = header.length > mostChoices;
  const listId = uniqueId("columns");
  const unread = h("div", { class: "unread" });
  const drawUnread = (): void => {
    const names = unreadColumns(header, { columns: readAll(columns) });
    fill(unread, h("h4", null, ts("unread", { n: names.length })), names.length === 0 ? h("p", { class: "help" }, ts("unread.none")) : h("ul", { class: "tokens", "aria-label": ts("unread.label") }, ...names.slice(0, mostUnread).map((name) => h("li", { class: "token token-still" }, name)), names.length > mostUnread ? h("li", { class: "help" }, ts("preview.more", { n: names.length - mostUnread })) : null));
  };

  const row = ({ name, label, help, terms, settable }: ImportField): HTMLElement => {
    const said = h("div", { class: "column-said" });
    const control = typed
      ? h("input", { class: "input", list: listId, value: mapping.columns[name] ?? "", autocomplete: "off", spellcheck: "false", placeholder: ts("columns.none") })
      : select(header.map((value) => ({ value, label: value })), ts("columns.none"), mapping.columns[name] ?? "");
    control.name = `columns.${name}`;
    const follow = (): void => {
      const examples = samplesOf(header, sample, control.value);
      const why = control.value !== "" && suggestion?.mapping.columns[name] === control.value ? suggestion.why[name] : "";
      fill(said, examples.length > 0 ? h("span", { class: "samples" }, examples.map((value) => h("q", null, value))) : null, why ? h("span", { class: "help" }, sentence(why)) : null);
    };
    control.addEventListener("change", () => {
      follow();
      drawUnread();
      changed();
    });
    follow();
    columns.set(name, () => control.value.trim());
    const column = field(control, { label: ts("columns.for", { field: label }) });
    fields[`columns.${name}`] = column;
    let standing: Field | null = null;
    if (settable) {
      const value = mapping.defaults?.[name] ?? "";
      const input = terms.length > 0 ? select(terms, ts("defaults.none"), value) : h("input", { class: "input", value, autocomplete: "off", maxlength: 200 });
      input.name = `defaults.${name}`;
      defaults.set(name, () => input.value.trim());
      standing = field(input, { label: ts("defaults.for", { field: label }) });
      fields[`defaults.${name}`] = standing;
    }
    return h("tr", null, h("th", { scope: "row" }, h("span", { class: "field-label" }, label), h("span", { class: "help" }, served(help))), h("td", null, column.element), h("td", null, said), h("td", null, standing?.element));
  };
  const tableOf = (rows: readonly ImportField[], caption: string): HTMLElement =>
    h(
      "table",
      { class: "columns-table" },
      h("caption", { class: "visually-hidden" }, caption),
      h("thead", null, h("tr", null, ...(["col.field", "col.column", "col.samples", "col.default"] as const).map((key) => h("th", { scope: "col" }, ts(key))))),
      h("tbody", null, ...rows.map(row)),
    );
  const { main, rest } = partFields(known, mapping);
  const element = h(
    "div",
    { class: "columns" },
    typed ? h("datalist", { id: listId }, ...header.map((value) => h("option", { value }))) : null,
    tableOf(main, ts("columns.main")),
    h("details", { class: "columns-rest" }, h("summary", null, ts("columns.rest", { n: rest.length })), tableOf(rest, ts("columns.rest", { n: rest.length }))),
    unread,
  );
  drawUnread();
  return { element, fields, read: () => ({ columns: readAll(columns), defaults: readAll(defaults) }) };
}

const readAll = (of: ReadonlyMap<string, () => string>): Record<string, string> => Object.fromEntries([...of].map(([name, read]): [string, string] => [name, read()]).filter(([, value]) => value !== ""));
