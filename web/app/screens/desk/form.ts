import { ApiError, type FieldProblem } from "../../api/client";
import { fieldOf } from "../../core/record";
import type { Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { failure, note } from "./parts";

/** The errors of a form: each next to its field, the rest in one place above; the first wrong field takes the focus. */
export interface FormErrors {
  element: HTMLElement;
  clear(): void;
  show(problems: readonly FieldProblem[], sentence?: string): void;
  /** Shows what a call refused; anything but an answer of the server is thrown on. */
  problem(error: unknown): void;
}

/** `rename` leads the server's names to the form's, where they differ. */
export function formErrors(fields: Readonly<Record<string, Field>>, rename: (name: string) => string = (name) => name): FormErrors {
  const element = h("div", { class: "form-problem", role: "alert" });
  const clear = (): void => {
    fill(element);
    for (const field of Object.values(fields)) field.setError(null);
  };
  const show = (problems: readonly FieldProblem[], sentence = ""): void => {
    const names = Object.keys(fields);
    const wrong: Field[] = [];
    const loose: string[] = [];
    for (const { field: told, ...rest } of problems) {
      const name = fieldOf(rename(told), names);
      const field = name === null ? undefined : fields[name];
      if (!field) loose.push(rest.message);
      else {
        // Offsets in an item of a list say nothing about the text of the field.
        field.setError(told.includes("[") ? { message: rest.message } : rest);
        wrong.push(field);
      }
    }
    const said = wrong.length === 0 || loose.length > 0 ? [sentence, ...loose].filter((text) => text !== "") : [];
    if (said.length > 0) fill(element, note(said.join(" "), "bad"));
    wrong.sort((a, b) => (a.focusTarget.compareDocumentPosition(b.focusTarget) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    wrong[0]?.focusTarget.focus();
  };
  return {
    element,
    clear,
    show,
    problem(error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) show(error.problem?.errors ?? [], failure(error));
    },
  };
}
