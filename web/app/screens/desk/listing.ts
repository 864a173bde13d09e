import { announce } from "../../ui/announce";
import { debounce, fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { empty } from "./parts";
import { table, type Column, type Table } from "./table";
import { td } from "./words";

interface ListingOptions<R> {
  caption: string;
  searchLabel: string;
  columns: readonly Column<R>[];
  key(row: R): string;
  open?(row: R, from: HTMLElement): void;
  /** Whether a row is shown for these words; other filters are the caller's. */
  matches(row: R, search: string): boolean;
  count(n: number): string;
  none: Child;
  /** Stands beside the search field. */
  tools?: Child;
}

export interface Listing<R> {
  element: HTMLElement;
  /** Everything that there is; drawn anew with the words that are searched for. */
  set(rows: readonly R[]): void;
  draw(): void;
  table(): Table<R> | null;
}

/** A list that is all in memory, searched as one types. */
export function listing<R>(options: ListingOptions<R>): Listing<R> {
  let rows: readonly R[] = [];
  let shown: Table<R> | null = null;
  const search = h("input", { class: "input search-input", type: "search", placeholder: options.searchLabel, "aria-label": td("search"), maxlength: 100, oninput: () => later() });
  const count = h("p", { class: "list-count" });
  const place = h("div", { class: "listing-rows" });
  const draw = (): void => {
    const matching = rows.filter((row) => options.matches(row, search.value));
    count.textContent = options.count(matching.length);
    shown = null;
    if (rows.length === 0) return fill(place, options.none);
    if (matching.length === 0) return fill(place, empty("search", td("noMatch"), td("noMatchHelp")));
    shown = table({ caption: options.caption, columns: options.columns, rows: matching, key: options.key, ...(options.open ? { open: options.open } : {}) });
    fill(place, shown.element);
  };
  const later = debounce(120, () => {
    draw();
    announce(count.textContent ?? "");
  });
  return {
    element: h("div", { class: "listing" }, h("div", { class: "listing-tools" }, h("div", { class: "search" }, h("span", { class: "search-icon" }, icon("search")), search), options.tools, count), place),
    set(all) {
      rows = all;
      draw();
    },
    draw,
    table: () => shown,
  };
}
