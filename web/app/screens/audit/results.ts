import { announce } from "../../ui/announce";
import { fill, h, type Child } from "../../ui/h";
import { act, load, note as warn } from "../desk/parts";
import { table, type Column, type Table } from "../desk/table";
import { td } from "../desk/words";

/** N is what pages are asked for with. */
export interface Page<R, N = number> {
  rows: readonly R[];
  /** What to ask the next page with; undefined on the last. */
  next: N | undefined;
  /** Said under the number of lines. */
  note?: string;
  /** Said before anything else: what the answer cannot hold. */
  warning?: string;
}

interface ResultsOptions<R, N> {
  caption: string;
  columns: readonly Column<R>[];
  key(row: R): string;
  read(from: N | undefined): Promise<Page<R, N>>;
  open(row: R): void;
  /** The sentence over the table. */
  count(n: number, more: boolean): string;
  none: Child;
}

/** Lines of a log, read page by page; a row opens its details. */
export function results<R, N = number>(place: HTMLElement, { caption, columns, key, read, open, count, none }: ResultsOptions<R, N>): { table(): Table<R> | null } {
  let shown: Table<R> | null = null;
  let n = 0;
  const sum = h("p", { class: "results-count" });
  const help = h("p", { class: "help" });
  const say = (page: Page<R, N>): void => {
    n += page.rows.length;
    sum.textContent = count(n, page.next !== undefined);
    help.textContent = page.note ?? "";
    announce(sum.textContent);
  };
  const foot = h("div", { class: "more-rows" });
  const more = (next: N | undefined): void => {
    if (next === undefined) return fill(foot);
    const button = h("button", { type: "button", class: "button", onclick: () => void act(button, async () => append(await read(next))) }, td("more"));
    fill(foot, button);
  };
  const append = (page: Page<R, N>): void => {
    shown?.add(page.rows);
    say(page);
    more(page.next);
    const first = page.rows[0];
    if (first) shown?.focus(key(first));
  };
  void load(place, () => read(undefined), (page) => {
    const warning = page.warning ? h("div", { class: "results-warning" }, warn(page.warning, "warn")) : null;
    if (page.rows.length === 0 && page.next === undefined) return fill(place, warning ? h("div", { class: "results" }, warning, none) : none);
    shown = table({ caption, columns, rows: page.rows, key, open });
    shown.element.append(foot);
    say(page);
    more(page.next);
    fill(place, h("div", { class: "results" }, h("div", null, warning, h("div", { class: "results-head" }, sum, help)), shown.element));
  });
  return { table: () => shown };
}

/** Marks the opened row, and gives the focus back to it when its details are closed. */
export function opener<R>(key: (row: R) => string, list: () => Table<R> | null): { opened(row: R): void; closed(): void } {
  let current: string | null = null;
  return {
    opened(row) {
      current = key(row);
      list()?.mark(current);
    },
    closed() {
      list()?.mark(null);
      if (current !== null) list()?.focus(current);
      current = null;
    },
  };
}

