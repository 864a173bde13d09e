import { cutAtBytes } from "../core/spans";
import { t } from "../i18n";
import { append, fill, h, uniqueId, type Child } from "./h";
import { icon } from "./icons";

export interface FieldError {
  message: string;
  start?: number;
  end?: number;
}

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** One labelled control with its help and its error, or a group of controls under a legend. */
export interface Field {
  element: HTMLElement;
  /** What takes the focus when the field is wrong. */
  focusTarget: HTMLElement;
  label: string;
  setError(error: FieldError | null): void;
}

export interface FieldOptions {
  label: string;
  help?: string;
  required?: boolean;
  /** Goes between the label and the control's row, or after it. */
  after?: Child;
}

/** Wraps a control with a visible label; the accessible name is the label. */
export function field(control: Control, { label, help, required, after }: FieldOptions): Field {
  control.id ||= uniqueId("field");
  if (required) control.setAttribute("aria-required", "true");
  const helpElement = help ? h("p", { class: "help", id: `${control.id}-help` }, help) : null;
  const error = errorPlace(`${control.id}-error`);
  const describe = (): void => {
    const ids = [helpElement?.id, error.hidden ? undefined : error.id].filter((id) => id !== undefined);
    if (ids.length > 0) control.setAttribute("aria-describedby", ids.join(" "));
    else control.removeAttribute("aria-describedby");
  };
  describe();
  const element = h("div", { class: "field" }, h("label", { for: control.id, class: required ? "required" : null }, label), helpElement, control, error);
  append(element, [after]);
  return {
    element,
    focusTarget: control,
    label,
    setError(problem) {
      showError(error, problem, control.value);
      control.setAttribute("aria-invalid", String(problem !== null));
      element.classList.toggle("field-wrong", problem !== null);
      describe();
    },
  };
}

/** A fieldset of check boxes or radio buttons. */
export function fieldGroup(controls: Child, { label, help, required }: FieldOptions): Field {
  const id = uniqueId("group");
  const error = errorPlace(`${id}-error`);
  const element = h(
    "fieldset",
    { class: "field", "aria-describedby": `${id}-error` },
    h("legend", { class: required ? "required" : null }, label),
    help ? h("p", { class: "help" }, help) : null,
    controls,
    error,
  );
  return {
    element,
    label,
    get focusTarget() {
      return element.querySelector<HTMLElement>("input, button, select") ?? element;
    },
    setError(problem) {
      showError(error, problem, "");
      element.classList.toggle("field-wrong", problem !== null);
    },
  };
}

/** The server writes its messages as parts of a sentence. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const errorPlace = (id: string): HTMLElement => h("p", { class: "error", id, hidden: true });

function showError(place: HTMLElement, problem: FieldError | null, value: string): void {
  place.hidden = problem === null;
  if (problem === null) return fill(place);
  const { start, end } = problem;
  const span = start !== undefined && end !== undefined ? cutAtBytes(value, start, end) : null;
  fill(
    place,
    icon("warning", 16),
    h("span", { class: "visually-hidden" }, t("form.errorPrefix"), " "),
    h("span", null, sentence(problem.message), span ? h("span", { class: "guard" }, t("form.guard"), " ", h("q", null, span[0].slice(-40), h("mark", null, span[1]), span[2].slice(0, 40))) : null),
  );
}

/** A list of choices; the first, empty one says that nothing is chosen. */
export function select(terms: readonly { value: string | number; label: string }[], empty: string | null, value: string, onchange?: (value: string) => void): HTMLSelectElement {
  const element = h(
    "select",
    { class: "input", onchange: () => onchange?.(element.value) },
    empty === null ? null : h("option", { value: "" }, empty),
    ...terms.map((term) => h("option", { value: String(term.value) }, term.label)),
  );
  element.value = value;
  return element;
}

/** A check box with its own label, large enough to touch. */
export function checkbox(label: Child, checked: boolean, onchange?: (checked: boolean) => void): { element: HTMLLabelElement; input: HTMLInputElement } {
  const input = h("input", { type: "checkbox", checked, onchange: () => onchange?.(input.checked) });
  return { input, element: h("label", { class: "check" }, input, h("span", { class: "check-label" }, label)) };
}

/** A row of exclusive choices as one segmented control (radio buttons underneath). */
export function segmented<T extends string>(label: string, choices: readonly { value: T; label: string }[], value: T, onchange: (value: T) => void): HTMLFieldSetElement {
  const name = uniqueId("choice");
  return h(
    "fieldset",
    { class: "segmented" },
    h("legend", { class: "visually-hidden" }, label),
    ...choices.map((choice) =>
      h(
        "label",
        { class: "segment" },
        h("input", { type: "radio", class: "visually-hidden", name, value: choice.value, checked: choice.value === value, onchange: () => onchange(choice.value) }),
        h("span", null, choice.label),
      ),
    ),
  );
}
