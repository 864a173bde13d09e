import { changePassword } from "../api/calls";
import { ApiError } from "../api/client";
import { passwordFaults, shortestPassword, type PasswordFault } from "../core/session";
import { t } from "../i18n";
import { field, type Field } from "../ui/field";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";
import { problemText } from "./signinparts";

/** The form in which a person chooses a password of their own; `done` once the server has taken it. */
export function passwordForm(done: () => void, ...after: HTMLElement[]): HTMLFormElement {
  const input = (name: string, autocomplete: string): HTMLInputElement => h("input", { class: "input", type: "password", name, autocomplete, maxlength: 1000 });
  const [old, next, again] = [input("old", "current-password"), input("new", "new-password"), input("again", "new-password")];
  const fields = {
    old: field(old, { label: t("password.old"), required: true }),
    next: field(next, { label: t("password.new"), help: t("password.rules", { n: shortestPassword }), required: true }),
    again: field(again, { label: t("password.again"), required: true }),
  };
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary button-block" }, t("password.submit"));
  const say: Record<PasswordFault, string> = { old: t("signin.passwordRequired"), short: t("password.short", { n: shortestPassword }), same: t("password.same"), differs: t("password.differs") };

  const send = async (): Promise<void> => {
    fill(problem);
    const faults = passwordFaults(old.value, next.value, again.value);
    for (const name of ["old", "next", "again"] as const) {
      const fault = faults[name];
      fields[name].setError(fault ? { message: say[fault] } : null);
    }
    const first = (["old", "next", "again"] as const).find((name) => faults[name]);
    if (first) return fields[first].focusTarget.focus();
    submit.disabled = true;
    try {
      await changePassword(old.value, next.value);
      done();
    } catch (error) {
      submit.disabled = false;
      showProblem(error instanceof ApiError ? error : null);
    }
  };

  const showProblem = (error: ApiError | null): void => {
    const at: Record<string, Field> = { old: fields.old, new: fields.next };
    for (const { field: name, message } of error?.problem?.errors ?? []) at[name]?.setError({ message });
    fill(problem, h("div", { class: "note note-bad" }, icon("warning"), h("p", null, problemText(error, t("password.refused")))));
    if (error?.is("bad-credentials")) old.focus();
  };

  return h(
    "form",
    { class: "signin-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("h1", null, t("password.title")),
    h("p", { class: "help" }, t("password.intro")),
    problem,
    ...Object.values(fields).map(({ element }) => element),
    submit,
    ...after,
  );
}
