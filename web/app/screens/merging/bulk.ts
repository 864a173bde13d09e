import { ApiError } from "../../api/client";
import { acceptPairs, type Accepted, type PairFilter } from "../../api/merging";
import { acceptFrom } from "../../core/merging";
import { announce } from "../../ui/announce";
import { askYesNo, openDialog } from "../../ui/dialog";
import { field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { t } from "../../i18n";
import { formErrors } from "../desk/form";
import { note } from "../desk/parts";
import { territoryField } from "./territory";
import { tg } from "./words";

const least = 50;
const usual = 100 * acceptFrom;

/** Merges all pairs from a threshold on: counted first, asked once more, then done. `merged` is called when any was. */
export function openBulk(filter: PairFilter, merged: () => void): void {
  let found: Accepted | null = null;
  const number = h("input", { class: "input bulk-number", type: "number", min: least, max: 100, step: "any", value: String(usual), "aria-label": tg("bulk.thresholdNumber"), oninput: () => (slide.value = number.value, changed()) });
  const slide = h("input", { type: "range", class: "bulk-range", name: "threshold", min: least, max: 100, step: 1, value: String(usual), oninput: () => (number.value = slide.value, changed()) });
  const threshold = field(slide, { label: tg("bulk.threshold"), help: tg("bulk.thresholdHelp") });
  const row = h("div", { class: "bulk-row" });
  slide.replaceWith(row);
  row.append(slide, number);
  const territory = territoryField(tg("bulk.territoryHelp"), () => changed());
  territory.set(filter.territory);
  const errors = formErrors({ threshold, territory: territory.field });
  const result = h("div", { class: "bulk-result", role: "status" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, tg("bulk.count"));

  const changed = (): void => {
    if (found === null) return;
    found = null;
    fill(result);
    submit.textContent = tg("bulk.count");
  };

  const busy = (text: string): void => {
    submit.disabled = true;
    fill(result, h("p", { class: "bulk-busy" }, h("span", { class: "spinner" }), text));
  };

  const send = async (): Promise<void> => {
    errors.clear();
    const percent = Number(number.value);
    if (number.value === "" || !(percent >= least && percent <= 100)) return errors.show([{ field: "threshold", message: tg("bulk.thresholdWrong") }]);
    const where = { territory: territory.get(), import: filter.import };
    const counted = found;
    if (counted && !(await askYesNo(tg("bulk.confirm", { n: counted.merged }), tg("bulk.confirmText"), tg("bulk.submit", { n: counted.merged }), t("common.cancel")))) return;
    busy(tg(counted ? "bulk.merging" : "bulk.counting"));
    try {
      const answer = await acceptPairs(percent / 100, where, !counted);
      if (counted) told(answer);
      else showCount(answer);
    } catch (error) {
      fill(result);
      if (!(error instanceof ApiError)) throw error;
      // A stopped call may have merged some: the queue is read anew either way.
      if (counted) merged();
      errors.problem(error);
    } finally {
      submit.disabled = false;
    }
  };

  const showCount = (answer: Accepted): void => {
    found = answer.merged > 0 ? answer : null;
    const lines = [answer.merged > 0 ? tg("bulk.found", { n: answer.merged }) : tg("bulk.foundNone"), answer.left > 0 ? tg("bulk.left", { n: answer.left }) : ""].filter((line) => line !== "");
    fill(result, note([...lines.map((line, i) => (i === 0 ? h("strong", null, line) : h("p", null, line))), found ? h("p", null, tg("bulk.confirmText")) : null]));
    submit.textContent = found ? `${tg("bulk.submit", { n: answer.merged })}…` : tg("bulk.count");
  };

  const told = (answer: Accepted): void => {
    found = null;
    const text = [tg("bulk.done", { n: answer.merged }), answer.left > 0 ? tg("bulk.doneLeft", { n: answer.left }) : ""].filter(Boolean).join(" ");
    fill(result, note(text, "good"));
    submit.textContent = tg("bulk.count");
    announce(text);
    merged();
  };

  const dialog = openDialog(
    { title: tg("bulk.title") },
    h(
      "form",
      { class: "dialog-form bulk", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("p", null, tg("bulk.intro")),
      errors.element,
      threshold.element,
      territory.field.element,
      result,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.close")), submit),
    ),
  );
  slide.focus();
}
