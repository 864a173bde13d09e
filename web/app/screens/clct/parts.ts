import type { Statistics, StatisticsPart } from "../../api/clct";
import { findParts, partKeys, sortBy, sortParts, type PartKey, type Sorting } from "../../core/clctparts";
import { formatDay, formatNumber, shortCommune } from "../../core/format";
import { announce } from "../../ui/announce";
import { debounce, fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { saying, sayChange, sayRate, sayShare, type Say } from "./say";
import { section } from "./section";
import { tc } from "./words";

const page = 50;
/** Columns that a narrow screen leaves out. */
const narrow: Partial<Record<PartKey, string>> = { total: "col-2", overdue: "col-3" };

/** The sub-territories, sorted and searched; long lists come in pages. */
export function parts(link: (code: string, name: string) => Child): { element: HTMLElement; set(statistics: Statistics): void } {
  let statistics: Statistics | null = null;
  let sorting: Sorting = { by: "counted", down: true };
  let first = 0;
  const search = h("input", { class: "input search-input", type: "search", maxlength: 100, placeholder: tc("parts.search"), "aria-label": tc("parts.search"), oninput: () => later() });
  const count = h("p", { class: "list-count" });
  const place = h("div", null);
  const pager = h("div", { class: "clct-pager" });
  const title = tc("parts");
  const element = section(title, { wide: true, tools: count }, h("div", { class: "search clct-search" }, h("span", { class: "search-icon" }, icon("search")), search), place, pager);
  const heading = element.querySelector("h3");

  const body = h("tbody", null);
  const buttons = new Map<PartKey, HTMLElement>();
  const heads = partKeys.map((key) => {
    const button = h("button", { type: "button", class: "sort", onclick: () => ((sorting = sortBy(sorting, key)), (first = 0), draw(), announce(tc(sorting.down ? "parts.sortedDown" : "parts.sortedUp", { column: tc(`part.${key}`) }))) }, h("span", null, tc(`part.${key}`)), h("span", { class: "sort-way", "aria-hidden": "true" }));
    const cell = h("th", { scope: "col", class: `${key === "name" ? "" : "col-number"} ${narrow[key] ?? ""}`.trim() || null }, button);
    buttons.set(key, cell);
    return cell;
  });
  const table = h("div", { class: "table-wrap", role: "region", tabindex: 0, "aria-label": tc("table.of", { name: title }) }, h("table", { class: "table clct-parts" }, h("caption", { class: "visually-hidden" }, title), h("thead", null, h("tr", null, ...heads)), body));

  const row = (part: StatisticsPart, say: Say): HTMLElement => {
    const { territory, counted, counted_before: before, total, living, within_90: fresh, overdue, rate } = part;
    const cell = (key: PartKey, content: Child): HTMLElement => h("td", { class: `col-number ${narrow[key] ?? ""}`.trim() }, content);
    return h("tr", null, h("th", { scope: "row" }, link(territory.code, shortCommune(territory.name))), cell("counted", say(counted)), cell("rate", sayRate(say, rate, territory.population)), cell("change", sayChange(say, counted, before)), cell("total", say(total)), cell("confirmed", sayShare(say, fresh, living)), cell("overdue", say(overdue)));
  };
  const draw = (): void => {
    if (!statistics) return;
    const all = statistics.parts;
    const say = saying(statistics.suppression.applied);
    const found = sortParts(findParts(all, search.value), sorting);
    // Before the first page, and after the last, there is none.
    first = Math.min(Math.max(0, first), Math.max(0, Math.floor((found.length - 1) / page) * page));
    for (const [key, cell] of buttons) {
      if (key === sorting.by) cell.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    count.textContent = tc("parts.count", { n: found.length });
    fill(body, ...found.slice(first, first + page).map((part) => row(part, say)));
    fill(place, all.length === 0 ? h("p", { class: "help" }, tc("parts.none")) : found.length === 0 ? h("p", { class: "help" }, tc("parts.noMatch")) : table);
    const turn = (to: number, key: "parts.previous" | "parts.next", able: boolean): HTMLElement => h("button", { type: "button", class: "button", disabled: !able, onclick: () => ((first = to), draw(), table.focus()) }, tc(key));
    fill(pager, found.length <= page ? null : [turn(first - page, "parts.previous", first > 0), h("span", null, tc("parts.range", { from: first + 1, to: Math.min(found.length, first + page), of: found.length })), turn(first + page, "parts.next", first + page < found.length)]);
    elsewhere(say);
  };
  const rest = h("p", { class: "help" });
  element.append(rest);
  const elsewhere = (say: Say): void => {
    if (!statistics) return;
    const { elsewhere: n, since } = statistics;
    const notes: Child[] = [];
    if (n !== 0) notes.push(tc("parts.elsewhere"), " ", say(n, formatNumber), ". ");
    if (since) notes.push(tc("parts.since", { date: formatDay(since) }));
    fill(rest, ...notes);
  };
  const later = debounce(120, () => {
    first = 0;
    draw();
    announce(count.textContent ?? "");
  });
  return {
    element,
    set(next) {
      statistics = next;
      const level = next.parts_level;
      if (heading) heading.textContent = level === "com" || level === "dep" || level === "arr" || level === "reg" ? tc(`parts.${level}`) : title;
      element.hidden = level === "";
      search.parentElement!.hidden = next.parts.length <= 8;
      draw();
    },
  };
}
