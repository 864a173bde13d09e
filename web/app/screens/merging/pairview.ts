import type { DuplicatePair } from "../../api/merging";
import { facing, pairKey, type Facing, type Side } from "../../core/merging";
import { announce } from "../../ui/announce";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { note } from "../desk/parts";
import { compare, type Comparison } from "./compare";
import { keyCap } from "./keys";
import { apartText, reasonList, scoreBadge } from "./likeness";
import { pairMap } from "./pairmap";
import { tg } from "./words";

export interface PairView {
  element: HTMLElement;
  /** Shows a pair; the focus goes to its heading where what held it was drawn anew. `outdated`: its score is of before. */
  show(pair: DuplicatePair, outdated: boolean): void;
  swap(): void;
  /** Which record stays, which is merged into it, and whose word a person wants for single fields. */
  decision(): Facing & { take: Record<string, Side> };
  focus(): void;
  destroy(): void;
}

/** A pair on the screen: both records, a map of them, how alike they are and why. */
export function pairView(): PairView {
  const title = h("h3", { class: "pair-title", id: "pair-title", tabindex: -1 });
  const swapButton = h("button", { type: "button", class: "button", "aria-label": tg("swap.long"), "aria-keyshortcuts": "X", onclick: () => swap() }, icon("swap", 18), h("span", null, tg("swap")), keyCap("X"));
  const facts = h("p", { class: "pair-facts" });
  const warning = h("div", { class: "pair-warning" });
  const records = h("div", { class: "pair-records" });
  const reasons = h("div");
  const map = pairMap();
  let shown: { pair: DuplicatePair; sides: Facing; comparison: Comparison } | null = null;

  const draw = (pair: DuplicatePair, sides: Facing): void => {
    const held = element.contains(document.activeElement) && records.contains(document.activeElement);
    const choose = pair.may_merge && !pair.blocked;
    const comparison = compare(sides, pair.differing, choose);
    shown = { pair, sides, comparison };
    swapButton.hidden = !choose;
    fill(title, h("span", { class: "reference" }, sides.into.properties.reference), " ", h("span", { class: "pair-and" }, "·"), " ", h("span", { class: "reference" }, sides.from.properties.reference));
    title.setAttribute("aria-label", tg("pair", { a: sides.into.properties.reference, b: sides.from.properties.reference }));
    fill(records, comparison.element);
    map.show(sides);
    if (held) title.focus({ preventScroll: true });
  };

  const swap = (): void => {
    if (!shown || swapButton.hidden) return;
    const { pair, sides } = shown;
    draw(pair, { into: sides.from, from: sides.into });
    announce(tg("swapped", { ref: sides.from.properties.reference }));
  };

  const element = h(
    "section",
    { class: "pair-view", "aria-labelledby": "pair-title" },
    h("div", { class: "pair-main" }, h("div", { class: "pair-head" }, title, facts, swapButton), warning, records),
    h("div", { class: "pair-aside" }, map.element, h("section", { class: "pair-why", "aria-labelledby": "pair-why" }, h("h4", { id: "pair-why" }, tg("reasons")), reasons)),
  );
  return {
    element,
    show(pair, outdated) {
      const same = shown !== null && pairKey(shown.pair) === pairKey(pair);
      // A pair that is drawn anew keeps the record that the person chose to stay.
      const sides = same && shown?.sides.into.id === facing(pair).from.id ? { into: facing(pair).from, from: facing(pair).into } : facing(pair);
      draw(pair, sides);
      fill(facts, scoreBadge(pair.score), h("span", { class: "pair-apart" }, apartText(pair.metres)));
      fill(warning, pair.blocked ? note(tg("blocked", { why: pair.blocked }), "warn") : pair.may_merge ? null : note(tg("mayNot")));
      fill(reasons, outdated ? h("p", { class: "help" }, tg("reasons.changed")) : null, reasonList(pair.reasons));
      if (!same) element.querySelector(".pair-main")?.scrollTo({ top: 0 });
    },
    swap,
    decision() {
      if (!shown) throw new Error("no pair is shown");
      return { ...shown.sides, take: shown.comparison.take() };
    },
    focus: () => title.focus({ preventScroll: true }),
    destroy: map.destroy,
  };
}
