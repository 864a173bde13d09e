import { ApiError } from "../api/client";
import { putEmbargo } from "../api/reports";
import { addDays, dayOf, formatDay } from "../core/format";
import { dictionary, t } from "../i18n";
import { announce } from "../ui/announce";
import { openDialog } from "../ui/dialog";
import { field, segmented } from "../ui/field";
import { fill, h } from "../ui/h";
import { formErrors } from "./desk/form";
import { note } from "./desk/parts";

export const embargoWords = {
  fr: {
    "title": "Embargo du procureur",
    "intro": "Le point nommé par sa référence disparaît pour tous, sauf l'unité qui détient la fiche, jusqu'à la fin du jour choisi. La fiche ne vous est pas montrée.",
    "what": "Mesure",
    "put": "Mettre sous embargo",
    "lift": "Lever l'embargo",
    "reference": "Référence du point",
    "referenceHelp": "Celle du dossier, par exemple 13-K7QF.",
    "referenceRequired": "Saisir la référence.",
    "until": "Dernier jour de l'embargo",
    "untilRequired": "Choisir le dernier jour.",
    "untilPast": "Ce jour est passé.",
    "done.put": "Le point {ref} est sous embargo jusqu'au {day} inclus.",
    "done.lift": "L'embargo sur le point {ref} est levé.",
    "none": "Aucun point {ref} dans votre ressort. Vérifiez la référence : rien n'a été changé.",
  },
  en: {
    "title": "Embargo of the prosecutor",
    "intro": "The point named by its reference disappears for everyone but the unit that owns the record, until the end of the chosen day. The record is not shown to you.",
    "what": "Measure",
    "put": "Put under embargo",
    "lift": "Lift the embargo",
    "reference": "Reference of the point",
    "referenceHelp": "That of the case file, for instance 13-K7QF.",
    "referenceRequired": "Enter the reference.",
    "until": "Last day of the embargo",
    "untilRequired": "Choose the last day.",
    "untilPast": "That day has passed.",
    "done.put": "The point {ref} is under embargo until {day} included.",
    "done.lift": "The embargo on the point {ref} is lifted.",
    "none": "No point {ref} in your territory. Check the reference: nothing was changed.",
  },
} as const;

const te = dictionary(embargoWords);

/** Puts a point under embargo or lifts it, by its reference: the procureur is never shown the point. */
export function openEmbargo(): void {
  const today = dayOf(new Date());
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
