import type { MatchReason } from "../../api/merging";
import { formatDistance, formatNumber } from "../../core/format";
import { percent, scoreWord } from "../../core/merging";
import { locale } from "../../i18n";
import { served } from "../../i18n/served";
import { h } from "../../ui/h";
import { tg } from "./words";

/** How sure it is that two records are one place, in words and in percent. */
export function scoreBadge(score: number): HTMLElement {
  const word = scoreWord(score);
  return h("span", { class: `score score-${word}` }, h("strong", null, `${formatNumber(percent(score))}\u00a0%`), " ", tg(`score.${word}`));
}

export const apartText = (metres: number | null | undefined): string => (metres === null || metres === undefined ? tg("apart.unknown") : tg("apart", { distance: formatDistance(metres) }));

/** What speaks for and against, the most telling first; a sign and a word say which, not a colour alone. */
export function reasonList(reasons: readonly MatchReason[]): HTMLElement {
  if (reasons.length === 0) return h("p", { class: "help" }, tg("reasons.none"));
  return h("ul", { class: "why-list" }, ...reasons.map(reasonItem));
}

function reasonItem({ text, weight }: MatchReason): HTMLElement {
  const pro = weight >= 0;
  return h(
    "li",
    { class: pro ? "why-item why-for" : "why-item why-against" },
    h("span", { class: "why-sign" }, signed(weight), h("span", { class: "visually-hidden" }, ` ${tg(pro ? "reason.for" : "reason.against")} : `)),
    h("span", null, served(text)),
  );
}

const signed = (weight: number): string => weight.toLocaleString(locale(), { signDisplay: "always", minimumFractionDigits: 1, maximumFractionDigits: 1 }).replace("-", "−");
