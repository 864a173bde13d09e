import { signIn } from "../api/calls";
import { ApiError, type Me } from "../api/client";
import { motiveSentence, motives, takesCase, wantsCase, wantsDetail } from "../core/motive";
import { t } from "../i18n";
import { fr } from "../i18n/fr";
import { field, select, type Field } from "../ui/field";
import { h, fill } from "../ui/h";
import { icon } from "../ui/icons";

export type SignInReason = "first" | "ended" | "signed-out";

/** The first page: who, why and for which case. Resolves once signed in. */
export function signInPage(root: HTMLElement, reason: SignInReason): Promise<Me> {
  return new Promise((resolve) => {
    fill(root, page(reason, resolve));
    // What had the focus is gone; on the first visit nothing had it.
    if (reason !== "first") root.querySelector<HTMLElement>("input[name=username]")?.focus();
  });
}

function page(reason: SignInReason, done: (me: Me) => void): HTMLElement {
  const username = h("input", { class: "input", name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const password = h("input", { class: "input", name: "password", type: "password", autocomplete: "current-password" });
  const motive = select(motives.map((value) => ({ value, label: t(`motive.${value}`) })), t("common.choose"), "", () => follow());
  const detail = h("input", { class: "input", name: "motive-detail", maxlength: 200, autocomplete: "off" });
  const caseReference = h("input", { class: "input", name: "case", maxlength: 100, autocomplete: "off", spellcheck: "false" });
  const submit = h("button", { type: "submit", class: "button button-primary button-block" }, t("signin.submit"));

  const fields = {
    username: field(username, { label: t("signin.username"), required: true }),
    password: passwordField(password),
    motive: field(motive, { label: t("signin.motive"), help: t("signin.motiveHelp"), required: true }),
    detail: field(detail, { label: t("signin.detail"), help: t("signin.detailHelp") }),
    case: field(caseReference, { label: t("signin.case"), help: t("signin.caseHelp") }),
  };
  const problem = h("div", { role: "alert" });
  const follow = (): void => {
    fields.case.element.hidden = !takesCase(motive.value);
    const need = (made: Field, control: HTMLInputElement, required: boolean): void => {
      control.setAttribute("aria-required", String(required));
      made.element.querySelector("label")?.classList.toggle("required", required);
    };
    need(fields.case, caseReference, wantsCase(motive.value));
    need(fields.detail, detail, wantsDetail(motive.value));
    for (const made of [fields.detail, fields.case]) made.setError(null);
  };
  follow();

  const check = (): Field | null => {
    const wrong: [Field, boolean, string][] = [
      [fields.username, username.value.trim() === "", t("signin.usernameRequired")],
      [fields.password, password.value === "", t("signin.passwordRequired")],
      [fields.motive, motive.value === "", t("signin.motiveRequired")],
      [fields.detail, wantsDetail(motive.value) && detail.value.trim() === "", t("signin.detailRequired")],
      [fields.case, wantsCase(motive.value) && caseReference.value.trim() === "", t("signin.caseRequired")],
    ];
    for (const [at, bad, message] of wrong) at.setError(bad ? { message } : null);
    return wrong.find(([, bad]) => bad)?.[0] ?? null;
  };

  const send = async (): Promise<void> => {
    fill(problem);
    const first = check();
    if (first) return first.focusTarget.focus();
    submit.disabled = true;
    submit.textContent = t("signin.submitting");
    const label = fr[`motive.${motive.value as (typeof motives)[number]}`];
    const reference = takesCase(motive.value) ? caseReference.value.trim() : "";
    try {
      done(await signIn({ username: username.value.trim(), password: password.value, motive: motiveSentence(label, detail.value), ...(reference === "" ? {} : { case: reference }) }));
    } catch (error) {
      submit.disabled = false;
      submit.textContent = t("signin.submit");
      showProblem(error);
    }
  };

  const showProblem = (error: unknown): void => {
    const refused = error instanceof ApiError ? error : null;
    for (const { field: name, message } of refused?.problem?.errors ?? []) {
      if (name in fields) fields[name as keyof typeof fields].setError({ message });
    }
    fill(problem, h("div", { class: "note note-bad" }, icon("warning"), h("p", null, signInMessage(refused))));
    if (refused?.status === 401) {
      password.value = "";
      password.focus();
    }
  };

  return h(
    "div",
    { class: "signin" },
    h(
      "section",
      { class: "signin-side", "aria-label": t("app.title") },
      h("div", { class: "signin-art", "aria-hidden": "true" }),
      h("p", { class: "signin-brand" }, icon("map", 28), t("app.title")),
      h("p", { class: "signin-tagline" }, t("signin.intro")),
    ),
    h(
      "main",
      { class: "signin-main" },
      h(
        "form",
        { class: "signin-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
        h("h1", null, t("signin.title")),
        reason === "first" ? null : h("div", { class: "note", role: "status" }, icon("info"), h("p", null, t(reason === "ended" ? "signin.ended" : "signin.signedOut"))),
        problem,
        fields.username.element,
        fields.password.element,
        fields.motive.element,
        fields.case.element,
        fields.detail.element,
        submit,
        h("p", { class: "signin-foot" }, icon("shield", 18), t("app.restrictedHelp")),
      ),
    ),
  );
}

function signInMessage(error: ApiError | null): string {
  if (!error || error.status === 0) return t("error.network");
  return error.problem?.detail ?? (error.status === 401 ? t("signin.refused") : t("error.unexpected", { status: String(error.status) }));
}

function passwordField(password: HTMLInputElement): Field {
  const reveal = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": t("signin.showPassword"),
      "aria-pressed": "false",
      onclick: () => {
        const shown = password.type === "password";
        password.type = shown ? "text" : "password";
        reveal.setAttribute("aria-pressed", String(shown));
        reveal.setAttribute("aria-label", t(shown ? "signin.hidePassword" : "signin.showPassword"));
      },
    },
    icon("eye"),
  );
  const made = field(password, { label: t("signin.password"), required: true });
  const row = h("div", { class: "with-reveal" });
  password.replaceWith(row);
  row.append(password, reveal);
  return made;
}
