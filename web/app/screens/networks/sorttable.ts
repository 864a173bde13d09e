import { rowsNeeded, sortRows, type Order } from "../../core/chart/rows";
import { fill, h, type Child } from "../../ui/h";
import { tn } from "./words";

export interface SortColumn<R> {
  id: string;
  label: string;
  cell(row: R): Child;
  value(row: R): string | number | boolean | null;
  number?: boolean;
  from?: 2 | 3;
  /** The order that a first press asks for. */
  first?: Order;
}

interface Options<R extends { id: string }> {
  caption: string;
  testId: string;
  columns: readonly SortColumn<R>[];
  sorted: { column: string; order: Order };
  none: string;
  open(row: R): void;
  hover(row: R | null): void;
}

export interface SortTable<R> {
  element: HTMLElement;
  set(rows: readonly R[]): void;
  /** Marks a row, drawing as many as it takes, and brings it into view. */
  mark(id: string | null): void;
}

/** Rows that are drawn at once. */
const page = 200;

/** A table that is sorted by its headings; its rows are chosen with pointer or keyboard, and marked from elsewhere. */
export function sortTable<R extends { id: string }>({ caption, testId, columns, sorted, none, open, hover }: Options<R>): SortTable<R> {
  let all: readonly R[] = [];
  let rows: R[] = [];
  let drawn = 0;
  let marked: string | null = null;
  let { column, order } = sorted;
  const body = h("tbody", null);
  const more = h("button", { type: "button", class: "button", onclick: () => draw(drawn + page) });
  const rest = h("div", { class: "more-rows", hidden: true }, more);
  const empty = h("p", { class: "help net-none", hidden: true }, none);
  const width = ({ number, from }: SortColumn<R>): string | null => [number ? "col-number" : "", from ? `col-${from}` : ""].filter(Boolean).join(" ") || null;
  const heads = columns.map((one) => {
    const button = h("button", { type: "button", class: "net-sort", "aria-label": tn("sort", { label: one.label }), onclick: () => sortBy(one) }, one.label);
    return { id: one.id, th: h("th", { scope: "col", class: width(one), "aria-sort": "none" }, button) };
  });

  const line = (row: R): HTMLTableRowElement => {
    const [first, ...others] = columns;
    const button = h("button", { type: "button", class: "row-open", onclick: (event: MouseEvent) => (event.stopPropagation(), open(row)), onfocus: () => hover(row), onblur: () => hover(null) }, h("strong", null, first?.cell(row)));
    return h("tr", { "data-key": row.id, class: row.id === marked ? "row-opens row-opened" : "row-opens", "aria-selected": null, onclick: () => (getSelection()?.toString() ?? "") === "" && open(row), onmouseenter: () => hover(row), onmouseleave: () => hover(null) }, h("th", { scope: "row", class: first ? width(first) : null, "aria-current": row.id === marked ? "true" : null }, button), ...others.map((one) => h("td", { class: width(one) }, one.cell(row))));
  };
  const draw = (wanted: number): void => {
    drawn = Math.min(rows.length, wanted);
    fill(body, ...rows.slice(0, drawn).map(line));
    rest.hidden = drawn >= rows.length;
    more.textContent = tn("more", { n: Math.min(page, rows.length - drawn) });
    empty.hidden = rows.length > 0;
  };
  const arrange = (): void => {
    const by = columns.find(({ id }) => id === column);
    rows = by ? sortRows(all, by.value, order) : [...all];
    for (const { id, th } of heads) th.setAttribute("aria-sort", id === column ? order : "none");
    draw(rowsNeeded(rows.map(({ id }) => id), marked, drawn, page));
  };
  const sortBy = (one: SortColumn<R>): void => {
    const first = one.first ?? (one.number ? "descending" : "ascending");
    order = column === one.id ? (order === "ascending" ? "descending" : "ascending") : first;
    column = one.id;
    arrange();
  };
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !(event.target instanceof HTMLElement) || !event.target.classList.contains("row-open")) return;
    const buttons = [...body.querySelectorAll<HTMLElement>(".row-open")];
    event.preventDefault();
    buttons[buttons.indexOf(event.target) + step]?.focus();
  });
  const rowOf = (id: string | null): HTMLElement | undefined => [...body.children].find((row): row is HTMLElement => (row as HTMLElement).dataset["key"] === id);
  const wrap = h("div", { class: "table-wrap", role: "region", tabindex: 0, "aria-label": caption, "data-testid": testId }, h("table", { class: "table net-table" }, h("caption", { class: "visually-hidden" }, caption), h("thead", null, h("tr", null, ...heads.map(({ th }) => th))), body), empty, rest);
  return {
    element: wrap,
    set(next) {
      all = next;
      arrange();
    },
    mark(id) {
      rowOf(marked)?.classList.remove("row-opened");
      rowOf(marked)?.firstElementChild?.removeAttribute("aria-current");
      marked = id;
      if (id === null) return;
      const needed = rowsNeeded(rows.map((row) => row.id), id, drawn, page);
      if (needed > drawn) draw(needed);
      const row = rowOf(id);
      row?.classList.add("row-opened");
      row?.firstElementChild?.setAttribute("aria-current", "true");
      if (!row || row.contains(document.activeElement)) return;
      // Only the table scrolls, not what it stands in.
      const [top, bottom] = [row.offsetTop - 44, row.offsetTop + row.offsetHeight];
      if (top < wrap.scrollTop) wrap.scrollTop = top;
      else if (bottom > wrap.scrollTop + wrap.clientHeight) wrap.scrollTop = bottom - wrap.clientHeight;
    },
  };
}
