import type { DealPoint } from "../../api/client";
import { sheetAddress } from "../../core/filters";
import { rowsOf, valueOf, withholds, type Facing, type Outcome, type Row, type Side } from "../../core/merging";
import type { Json } from "../../core/json";
import { t } from "../../i18n";
import { h, uniqueId, type Child } from "../../ui/h";
import { icon, statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { fieldName } from "../history";
import { withheldMark } from "../seen";
import { ownerText, valueText } from "../values";
import { tg } from "./words";

export interface Comparison {
  element: HTMLElement;
  /** Fields for which a person says whose word is taken. */
  take(): Record<string, Side>;
}

/**
 * Two records side by side: what differs, marked, with whose word would be taken; what is the same, folded away. With `choose` the
 * person may overrule the rules field by field.
 */
export function compare(pair: Facing, differing: readonly string[], choose: boolean): Comparison {
  const choices = new Map<string, Side>();
  const rows = rowsOf(pair, differing);
  const different = rows.filter(({ differs }) => differs);
  const alike = rows.filter(({ differs }) => !differs);
  const table = h(
    "table",
    { class: choose ? "versions pair-table pair-choosing" : "versions pair-table" },
    h("caption", { class: "visually-hidden" }, tg("compare")),
    h("thead", null, h("tr", null, h("th", { scope: "col", class: "pair-field" }, tg("compare.field")), head(pair.into, "into", choose), head(pair.from, "from", choose), choose ? h("th", { scope: "col", class: "pair-rule" }, tg("compare.rule")) : null)),
    h("tbody", null, ...different.map((row) => differenceRow(row, pair, choose, choices))),
  );
  return {
    element: h(
      "div",
      { class: "pair-compare" },
      table,
      different.length === 0 ? h("p", { class: "note" }, icon("check"), tg("compare.allSame")) : null,
      alike.length === 0
        ? null
        : h("details", { class: "pair-same" }, h("summary", null, icon("chevron", 18), tg("compare.same", { n: alike.length })), h("dl", { class: "facts" }, ...alike.map(({ field }) => h("div", { class: "fact" }, h("dt", null, fieldName(field)), h("dd", null, said(pair.into, field)))))),
    ),
    take: () => Object.fromEntries(choices),
  };
}

function head({ properties: p }: DealPoint, side: Side, choose: boolean): HTMLElement {
  const role = choose ? tg(side === "into" ? "compare.stays" : "compare.goes") : tg(side === "into" ? "compare.first" : "compare.second");
  return h(
    "th",
    { scope: "col", class: `pair-side pair-side-${side}` },
    h("span", { class: "pair-role" }, h("span", { class: `pair-mark pair-mark-${side}`, "aria-hidden": "true" }), role),
    h("a", { class: "pair-ref", href: sheetAddress(p), target: "_blank", rel: "noopener", title: tg("compare.open", { ref: p.reference }) }, h("span", { class: "visually-hidden" }, tg("compare.open", { ref: "" })), p.reference),
    h("span", { class: "help pair-owner" }, ownerText(p.owner)),
    h("span", { class: "help pair-state" }, statusShape(p.status, 14), word("statuses", p.status)),
  );
}

function differenceRow(row: Row, pair: Facing, choose: boolean, choices: Map<string, Side>): HTMLElement {
  const { field, rule } = row;
  const name = fieldName(field);
  const group = uniqueId("take");
  const choosing = choose && row.choosable;
  const wins = new Map<Side, HTMLElement>();
  const outcome = h("span", { class: "help" });
  const draw = (): void => {
    const chosen = choices.get(field);
    const now: Outcome["side"] | undefined = chosen ?? rule?.side;
    for (const [side, mark] of wins) mark.hidden = !choose || (now !== side && now !== "both");
    outcome.textContent = rule ? ruleText(rule, pair) : "";
  };
  const radio = (side: Side | ""): HTMLInputElement =>
    h("input", {
      type: "radio",
      name: group,
      value: side,
      checked: side === "",
      onchange: () => {
        if (side === "") choices.delete(field);
        else choices.set(field, side);
        draw();
      },
    });
  const cell = (side: Side): HTMLElement => {
    const mark = h("span", { class: "wins", hidden: true }, icon("check", 14), tg("compare.wins"));
    wins.set(side, mark);
    const value = h("span", { class: "version-value" }, said(pair[side], field));
    const label = h("span", { class: "visually-hidden" }, `${tg("compare.take")} (${name}, ${pair[side].properties.reference})`);
    return h("td", { "data-side": pair[side].properties.reference }, choosing ? h("label", { class: "version" }, radio(side), h("span", null, value, mark, label)) : h("div", { class: "version-fixed" }, value, mark));
  };
  const byRule = (): HTMLElement =>
    h("td", { class: "pair-rule" }, choosing ? h("label", { class: "version version-rule" }, radio(""), h("span", null, h("span", null, tg("compare.byRule"), h("span", { class: "visually-hidden" }, ` (${name})`)), outcome)) : h("div", { class: "version-fixed" }, h("span", null, tg("compare.noChoice")), outcome));
  const line = h(
    "tr",
    { class: "contested", "data-field": field },
    h("th", { scope: "row", class: "pair-field" }, name, h("span", { class: "badge badge-warn" }, icon("warning", 14), tg("compare.differs"))),
    cell("into"),
    cell("from"),
    choose ? byRule() : null,
  );
  draw();
  return line;
}

/** "13-K7QF3 : confirmée plus récemment", as far as it can be foretold. */
function ruleText({ side, why }: Outcome, pair: Facing): string {
  const reason = tg(`why.${why}`);
  return side === "both" ? reason : `${pair[side].properties.reference}\u00a0: ${reason}`;
}

/** What a record says in a field; where several facts go together, all of them. */
export function said(point: DealPoint, field: string): Child {
  if (withholds(point, field)) return withheldMark();
  const { geometry, properties: p } = point;
  if (field === "geometry") {
    const commune = [p.commune_name, p.commune ? `(${p.commune})` : ""].filter(Boolean).join(" ");
    const lines = [geometry ? valueText("geometry", geometry as unknown as Json) : tg("map.noPosition"), word("accuracies", p.accuracy), commune].filter((line) => line !== "");
    return lines.map((line, i) => h("span", { class: i === 0 ? "pair-line" : "pair-line help" }, line));
  }
  const value = valueOf(point, field);
  const text = valueText(field, value);
  return text === "" ? h("span", { class: "unset" }, t("common.unset")) : text;
}
