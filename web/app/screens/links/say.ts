import type { LinkEnd, PlaceLink } from "../../api/links";
import { formatDay } from "../../core/format";
import { gradingCode, relationOf, type Tie } from "../../core/links";
import { openPoint } from "../../state";
import { h, type Child } from "../../ui/h";
import { word } from "../../ui/words";
import { tk } from "./words";

/** "13-K7QF3 · Tour B" */
export const endText = ({ reference, name }: Pick<LinkEnd, "reference" | "name">): string => [reference, name].filter(Boolean).join(" · ");

/** The button that opens one end of a link. */
export function endButton(end: LinkEnd, before?: () => void): HTMLElement {
  const open = (): void => {
    before?.();
    openPoint(end.reference);
  };
  return h("button", { type: "button", class: "tie-end", onclick: open }, endText(end));
}

/** What a tie says in words, its other end a button. */
export function tieSentence({ link, from, other }: Tie): Child[] {
  const relation = relationOf(link.kind, from);
  const [before = "", after = ""] = tk(relation ?? "unknown", { other: "\n" }).split("\n");
  return [h("span", null, before.trimEnd()), " ", endButton(other), after === "" ? null : h("span", null, after)];
}

/** "Route · force 3 · depuis le 1er mars 2026 · coté B2" */
export function tieFacts({ means, strength, since, until, grading }: Pick<PlaceLink, "means" | "strength" | "since" | "until" | "grading">): string {
  return [
    means ? word("link_means", means) : "",
    tk("strength", { n: strength }),
    since ? tk("since", { date: formatDay(since) }) : "",
    until ? tk("until", { date: formatDay(until) }) : "",
    grading ? tk("graded", { code: gradingCode(grading) }) : "",
  ]
    .filter((text) => text !== "")
    .join(" · ");
}
