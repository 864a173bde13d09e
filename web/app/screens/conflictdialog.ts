import type { DealPoint } from "../api/client";
import { defaultChoices, settle, type Choice, type Difference } from "../core/conflict";
import type { PlaceRecord } from "../core/record";
import { tidy } from "../core/record";
import { t } from "../i18n";
import { openDialog } from "../ui/dialog";
import { h, uniqueId } from "../ui/h";
import { icon } from "../ui/icons";
import { ty } from "./formwords";
import { fieldName } from "./history";
import { valueText } from "./values";

/**
 * Shows both versions side by side and lets the person choose field by field. Resolves to the settled record, or null to
 * go back to the form with everything still there.
 */
export function resolveConflict(mine: PlaceRecord, found: readonly Difference[], revision: number, current: DealPoint): Promise<PlaceRecord | null> {
  return new Promise((resolve) => {
    const choices = defaultChoices(found);
    let answer: PlaceRecord | null = null;
    const rows = found.map((difference) => differenceRow(difference, choices));
    const all = (choice: Choice) => (): void => rows.forEach((row) => row.choose(choice));
    const dialog = openDialog(
      { title: ty("conflict.title"), wide: true, onClose: () => resolve(answer) },
      h("p", null, ty(found.length > 0 ? "conflict.intro" : "conflict.none")),
      found.length === 0
        ? null
        : h(
            "table",
            { class: "versions" },
            h(
              "thead",
              null,
              h(
                "tr",
                null,
                h("th", { scope: "col" }, ty("conflict.field")),
                h("th", { scope: "col" }, ty("conflict.mine"), h("span", { class: "help" }, ty("conflict.revision", { n: revision }))),
                h("th", { scope: "col" }, t("conflict.theirs"), h("span", { class: "help" }, ty("conflict.revision", { n: current.properties.revision }))),
              ),
            ),
            h("tbody", null, ...rows.map((row) => row.element)),
          ),
      found.length > 1 ? h("div", { class: "row" }, h("button", { type: "button", class: "button", onclick: all("mine") }, ty("conflict.allMine")), h("button", { type: "button", class: "button", onclick: all("theirs") }, ty("conflict.allTheirs"))) : null,
      h(
        "div",
        { class: "dialog-actions" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, ty("duplicate.back")),
        h(
          "button",
          {
            type: "button",
            class: "button button-primary",
            onclick: () => {
              answer = tidy(settle(mine, found, choices));
              dialog.close();
            },
          },
          ty("conflict.submit"),
        ),
      ),
    );
  });
}

function differenceRow({ field, mine, theirs, contested }: Difference, choices: Map<string, Choice>): { element: HTMLElement; choose(choice: Choice): void } {
  const group = uniqueId("version");
  const inputs = new Map<Choice, HTMLInputElement>();
  const name = fieldName(field);
  const cell = (choice: Choice, value: string): HTMLElement => {
    const input = h("input", { type: "radio", name: group, checked: choices.get(field) === choice, onchange: () => choices.set(field, choice) });
    inputs.set(choice, input);
    return h(
      "td",
      null,
      h("label", { class: "version" }, input, h("span", null, h("span", { class: "version-value" }, value || t("common.unset")), h("span", { class: "help" }, ty(choice === "mine" ? "conflict.keepMine" : "conflict.takeTheirs"), h("span", { class: "visually-hidden" }, ` (${name})`)))),
    );
  };
  return {
    element: h(
      "tr",
      { class: contested ? "contested" : "" },
      h("th", { scope: "row" }, name, h("span", { class: contested ? "badge badge-warn" : "badge" }, contested ? icon("warning", 14) : null, ty(contested ? "conflict.contested" : "conflict.theirsOnly"))),
      cell("mine", valueText(field, mine)),
      cell("theirs", valueText(field, theirs)),
    ),
    choose(choice) {
      choices.set(field, choice);
      const input = inputs.get(choice);
      if (input) input.checked = true;
    },
  };
}
