import { ApiError } from "../api/client";
import { putEmbargo } from "../api/reports";
import { addDays, todayInFrance, formatDay } from "../core/format";
import { t } from "../i18n";
import { announce } from "../ui/announce";
import { openDialog } from "../ui/dialog";
import { field, segmented } from "../ui/field";
import { fill, h } from "../ui/h";
import { formErrors } from "./desk/form";
import { note } from "./desk/parts";
import { te } from "./embargowords";

/** Puts a point under embargo or lifts it, by its reference: the procureur is never shown the point. */
export function openEmbargo(): void {
  const today = todayInFrance();
  let lifts = false;
  const reference = h("input", { class: "input", name: "reference", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", maxlength: 40 });
  const until = h("input", { class: "input", type: "date", name: "until", min: today, value: addDays(today, 30) });
  const fields = {
    reference: field(reference, { label: te("reference"), help: te("referenceHelp"), required: true }),
    until: field(until, { label: te("until"), required: true }),
  };
  const errors = formErrors(fields);
  const done = h("div", { role: "status" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, te("put"));
  const what = segmented(te("what"), [{ value: "put", label: te("put") }, { value: "lift", label: te("lift") }] as const, "put", (value) => {
    lifts = value === "lift";
    fields.until.element.hidden = lifts;
    submit.textContent = te(value);
    errors.clear();
    fill(done);
  });

  const send = async (): Promise<void> => {
    errors.clear();
    fill(done);
    const ref = reference.value.trim().toUpperCase();
    const wrong = [];
    if (ref === "") wrong.push({ field: "reference", message: te("referenceRequired") });
    if (!lifts && until.value === "") wrong.push({ field: "until", message: te("untilRequired") });
    else if (!lifts && until.value < today) wrong.push({ field: "until", message: te("untilPast") });
    if (wrong.length > 0) return errors.show(wrong);
    submit.disabled = true;
    try {
      await putEmbargo(ref, lifts ? null : until.value);
      const text = lifts ? te("done.lift", { ref }) : te("done.put", { ref, day: formatDay(until.value) });
      fill(done, note(text, "good"));
      announce(text);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) errors.show([{ field: "reference", message: te("none", { ref }) }]);
      else errors.problem(error);
    } finally {
      submit.disabled = false;
    }
  };

  const dialog = openDialog(
    { title: te("title") },
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("p", null, te("intro")),
      what,
      errors.element,
      fields.reference.element,
      fields.until.element,
      done,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.close")), submit),
    ),
  );
  reference.focus();
}
