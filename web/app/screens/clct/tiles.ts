import type { Statistics } from "../../api/clct";
import { formatRelative, relative, sum } from "../../core/clct";
import { formatDay } from "../../core/format";
import { fill, h, type Child } from "../../ui/h";
import { sayChange, saying, sayRate, sayShare } from "./say";
import { tc } from "./words";

interface Tile {
  name: string;
  value: Child;
  /** What the number is set against. */
  beside: Child;
  means: string;
}

/** The figures that a committee begins with, each with what it means. */
export function tiles(): { element: HTMLElement; set(statistics: Statistics): void } {
  const list = h("ul", { class: "clct-tiles" });
  return {
    element: h("section", { class: "clct-figures", "aria-labelledby": "clct-figures" }, h("h3", { id: "clct-figures", class: "visually-hidden" }, tc("figures")), list),
    set: (statistics) => fill(list, ...all(statistics).map(({ name, value, beside, means }) => h("li", { class: "clct-tile" }, h("span", { class: "tile-name" }, name), h("strong", { class: "tile-number" }, value), h("span", { class: "tile-beside" }, beside), h("span", { class: "help" }, means)))),
  };
}

function all({ territory, stock, before, since, flow_since: flow, months, freshness, life, suppression }: Statistics): Tile[] {
  const say = saying(suppression.applied);
  const year = months.slice(-12);
  const yearAgo = months.at(-13)?.stock;
  const days = (n: number | null | undefined): Child => say(n, (value) => tc("days", { n: value }));
  const period = since ? tc("tile.since", { date: formatDay(since) }) : tc("tile.year", { n: year.length });
  const was = since ? before?.counted : yearAgo;
  const part = relative(stock.counted, was);
  return [
    { name: tc("tile.counted"), value: say(stock.counted), beside: [tc("tile.total"), " ", say(stock.total)], means: tc("tile.counted.means") },
    { name: tc("tile.rate"), value: sayRate(say, stock.rate, territory.population), beside: territory.population ? tc("tile.population", { n: territory.population }) : tc("tile.noPopulation"), means: tc("tile.rate.means") },
    {
      name: tc("tile.change"),
      value: sayChange(say, stock.counted, was),
      beside: was === undefined ? tc("tile.noBefore") : [part === null ? "" : `${formatRelative(part)}, `, tc("tile.against"), " ", say(was), " ", since ? tc("tile.on", { date: formatDay(since) }) : tc("tile.yearAgo")],
      means: tc("tile.change.means"),
    },
    { name: tc("tile.closed"), value: say(since ? flow?.closed_total : sum(year.map((month) => month.closed_total))), beside: period, means: tc("tile.closed.means") },
    { name: tc("tile.reopened"), value: say(since ? flow?.reopened : sum(year.map((month) => month.reopened))), beside: period, means: tc("tile.reopened.means") },
    {
      name: tc("tile.life"),
      value: life.median == null ? (life.ended === null ? say(null) : h("span", { class: "tile-words" }, tc(life.ended === 0 ? "tile.life.none" : "tile.life.fewer"))) : days(life.median),
      beside: life.quarter == null ? [tc("tile.life.ended"), " ", say(life.ended)] : [tc("tile.life.quarter"), " ", days(life.quarter)],
      means: tc("tile.life.means"),
    },
    { name: tc("tile.confirmed"), value: sayShare(say, freshness.within_90, freshness.living), beside: [say(freshness.within_90), " ", tc("tile.of"), " ", say(freshness.living), " · ", tc("tile.never"), " ", say(freshness.never)], means: tc("tile.confirmed.means") },
    { name: tc("tile.overdue"), value: say(freshness.overdue), beside: [sayShare(say, freshness.overdue, freshness.living), " ", tc("tile.ofLiving")], means: tc("tile.overdue.means") },
  ];
}

