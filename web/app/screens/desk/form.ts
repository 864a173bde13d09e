import { ApiError, type FieldProblem } from "../../api/client";
import type { Keyring } from "../../core/keyring";
import { fieldOf } from "../../core/record";
import type { Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { typedIn, type OwnField } from "../../ui/typed";
import { formDraft, withKept, type FormDraft } from "../draft";
import { failure, note } from "./parts";

/** The errors of a form: each next to its field, the rest in one place above; the first wrong field takes the focus. */
export interface FormErrors {
  element: HTMLElement;
  clear(): void;
  show(problems: readonly FieldProblem[], sentence?: string): void;
  /** Shows what a call refused; anything but an answer of the server is thrown on. */
  problem(error: unknown): void;
  /**
   * What is typed in the form outlives a server that is not reached: it is put back when a form of this name opens again. To be called once
   * the form holds what it begins with; `own` are the fields that are more than their controls.
   */
  keep(form: HTMLElement, name: string, keys?: Keyring, own?: Readonly<Record<string, OwnField>>): void;
  /** The form is done with, sent or given up. */
  done(): void;
}

/** `rename` leads the server's names to the form's, where they differ. */
export function formErrors(fields: Readonly<Record<string, Field>>, rename: (name: string) => string = (name) => name): FormErrors {
  const said = h("div", { class: "form-problem", role: "alert" });
  const element = h("div", { class: "form-said" }, said);
  let draft: FormDraft | null = null;
  const clear = (): void => {
    fill(said);
    for (const field of Object.values(fields)) field.setError(null);
  };
  const show = (problems: readonly FieldProblem[], general = ""): void => {
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
    const sentences = wrong.length === 0 || loose.length > 0 ? [general, ...loose].filter((text) => text !== "") : [];
    if (sentences.length > 0) fill(said, note(sentences.join(" "), "bad"));
    wrong.sort((a, b) => (a.focusTarget.compareDocumentPosition(b.focusTarget) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    wrong[0]?.focusTarget.focus();
  };
  return {
    element,
    clear,
    show,
    problem(error) {
      if (!(error instanceof ApiError)) throw error;
      const kept = draft?.failed(error.status) ?? false;
      if (error.status !== 401) show(error.problem?.errors ?? [], kept ? withKept(failure(error)) : failure(error));
    },
    keep(form, name, keys, own) {
      draft = formDraft(form, name, typedIn(fields, own), keys);
      fill(element, draft.notice, said);
    },
    done: () => draft?.done(),
  };
}
