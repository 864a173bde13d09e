import type { FieldProblem, MotiveTerm, StatedMotive } from "../api/client";
import { motiveFaults, statedMotive } from "../core/motive";
import { t, translated } from "../i18n";
import { field, select, type Field } from "../ui/field";
import { h } from "../ui/h";

export interface MotiveFields {
  elements: HTMLElement[];
  /** The motive as it may be stated; null when something is missing, whose error is then shown. */
  read(): StatedMotive | null;
  /** The first field that is wrong. */
  wrong(): Field | null;
  /** Shows what the server says of these fields; whether it said anything. */
  show(errors: readonly FieldProblem[]): boolean;
}

/** The motive of a session or of a token: a list, and the case and the words that it wants. */
export function motiveFields(terms: readonly MotiveTerm[], label = t("signin.motive"), help = t("signin.motiveHelp")): MotiveFields {
  const say = (term: MotiveTerm): string => translated("motives")?.[term.value] ?? term.label;
  const motive = select(terms.map((term) => ({ value: term.value, label: say(term) })), t("common.choose"), "", () => follow());
  motive.name = "motive";
  const text = h("input", { class: "input", name: "motive_text", maxlength: 300, autocomplete: "off" });
  const reference = h("input", { class: "input", name: "case", maxlength: 100, autocomplete: "off", spellcheck: "false" });
  const fields = {
    motive: field(motive, { label, help, required: true }),
    case: field(reference, { label: t("signin.case"), help: t("signin.caseHelp"), required: true }),
    motive_text: field(text, { label: t("signin.detail"), help: t("signin.detailHelp") }),
  };
  const chosen = (): MotiveTerm | undefined => terms.find((term) => term.value === motive.value);
  const follow = (): void => {
    const term = chosen();
    fields.case.element.hidden = !term?.case;
    fields.motive_text.element.hidden = term === undefined;
    text.setAttribute("aria-required", String(term?.text ?? false));
    fields.motive_text.element.querySelector("label")?.classList.toggle("required", term?.text ?? false);
    for (const each of Object.values(fields)) each.setError(null);
  };
  follow();
  let faults: (keyof typeof fields)[] = [];
  return {
    elements: Object.values(fields).map(({ element }) => element),
    read() {
      const term = chosen();
      const missing = motiveFaults(term, reference.value, text.value);
      fields.motive.setError(missing.includes("motive") ? { message: t("signin.motiveRequired") } : null);
      fields.case.setError(missing.includes("case") ? { message: t("signin.caseRequired") } : null);
      fields.motive_text.setError(missing.includes("text") ? { message: t("signin.detailRequired") } : null);
      faults = missing.map((fault) => (fault === "text" ? "motive_text" : fault));
      return term && missing.length === 0 ? statedMotive(term, reference.value, text.value) : null;
    },
    wrong: () => (faults[0] ? fields[faults[0]] : null),
    show(errors) {
      const known = errors.filter(({ field: name }) => name in fields);
      for (const { field: name, ...error } of known) fields[name as keyof typeof fields].setError(error);
      faults = known.map(({ field: name }) => name as keyof typeof fields);
      return known.length > 0;
    },
  };
}
