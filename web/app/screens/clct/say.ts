import { change, figure, formatChange, formatRate, formatShare, share } from "../../core/clct";
import { formatNumber } from "../../core/format";
import { h, type Child } from "../../ui/h";
import { tc } from "./words";

type Told = number | null | undefined;

/** How a number is written where small ones are suppressed or not: the number, « n. c. », or a dash. */
export type Say = (n: Told, write?: (n: number) => string) => Child;

const hidden = (): HTMLElement => h("abbr", { class: "suppressed", title: tc("suppressed.help") }, tc("suppressed"));
const nothing = (): HTMLElement => h("span", { class: "unknown" }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "visually-hidden" }, tc("unknown")));

export function saying(suppressed: boolean): Say {
  return (n, write = formatNumber) => {
    const told = figure(n, suppressed);
    return told.is === "known" ? write(told.n) : told.is === "suppressed" ? hidden() : nothing();
  };
}

/** The same as plain text, for labels and valuetexts. */
export const plainly = (n: Told): string => (typeof n === "number" && Number.isFinite(n) ? formatNumber(n) : tc("suppressed"));

/** A share and a change are null as soon as one of their numbers is: which of the two reasons, those numbers tell. */
export function sayShare(say: Say, part: Told, whole: Told): Child {
  const found = share(part, whole);
  return found !== null ? formatShare(found) : whole === 0 ? say(undefined) : say(null);
}

export function sayChange(say: Say, now: Told, before: Told): Child {
  const found = change(now, before);
  return found !== null ? h("span", { class: found > 0 ? "change change-up" : found < 0 ? "change change-down" : "change" }, formatChange(found)) : before === undefined ? say(undefined) : say(null);
}

export const sayRate = (say: Say, rate: Told, population: number | undefined): Child => (population ? say(rate, formatRate) : h("span", { class: "unknown" }, tc("population.unknown")));
