import { h, type Child } from "../../ui/h";

export interface Column<R> {
  label: string;
  cell(row: R): Child;
  /** Narrow screens leave out what the details say too: 2 from 1100 pixels down, 3 from 768. */
  from?: 2 | 3;
  number?: boolean;
}

export interface TableOptions<R> {
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  key(row: R): string;
  /** Opens the details of a row: its first cell becomes a button, and a click anywhere on the row does the same. */
  open?(row: R, from: HTMLElement): void;
}

export interface Table<R> {
  element: HTMLElement;
  add(rows: readonly R[]): void;
  /** Marks the row whose details are open. */
  mark(key: string | null): void;
  /** Puts the focus on a row, where there is one of this key. */
  focus(key: string): void;
}

/** A table that the keyboard walks through: arrows go from row to row, Tab from button to button. */
export function table<R>({ caption, columns, rows, key, open }: TableOptions<R>): Table<R> {
  const width = (column: Column<R>): string | null => [column.from ? `col-${column.from}` : "", column.number ? "col-number" : ""].filter(Boolean).join(" ") || null;
  const body = h("tbody", null);
  const line = (row: R): HTMLTableRowElement => {
    const [first, ...rest] = columns;
    const button = open && first ? h("button", { type: "button", class: "row-open", onclick: (event: MouseEvent) => (event.stopPropagation(), open(row, event.currentTarget as HTMLElement)) }, first.cell(row)) : null;
    return h(
      "tr",
      { "data-key": key(row), class: open ? "row-opens" : null, onclick: () => clicked(button) },
      first ? h("th", { scope: "row", class: width(first) }, button ?? first.cell(row)) : null,
      ...rest.map((column) => h("td", { class: width(column) }, column.cell(row))),
    );
  };
  // Text that was selected with the mouse is not a click.
  const clicked = (button: HTMLElement | null): void => {
    if ((getSelection()?.toString() ?? "") === "") button?.click();
  };
  const add = (more: readonly R[]): void => body.append(...more.map(line));
  add(rows);
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !(event.target instanceof HTMLElement) || !event.target.classList.contains("row-open")) return;
    const buttons = [...body.querySelectorAll<HTMLElement>(".row-open")];
    event.preventDefault();
    buttons[buttons.indexOf(event.target) + step]?.focus();
  });
  const element = h(
    "div",
    { class: "table-wrap", role: "region", tabindex: 0, "aria-label": caption },
    h(
      "table",
      { class: "table" },
      h("caption", { class: "visually-hidden" }, caption),
      h("thead", null, h("tr", null, ...columns.map((column) => h("th", { scope: "col", class: width(column) }, column.label)))),
      body,
    ),
  );
  const rowOf = (wanted: string): HTMLElement | undefined => [...body.children].find((row): row is HTMLElement => row instanceof HTMLElement && row.dataset["key"] === wanted);
  return {
    element,
    add,
    mark(wanted) {
      for (const row of body.children) row.classList.toggle("row-opened", wanted !== null && (row as HTMLElement).dataset["key"] === wanted);
    },
    focus: (wanted) => rowOf(wanted)?.querySelector<HTMLElement>(".row-open")?.focus(),
  };
}
