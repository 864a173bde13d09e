import { getMe, getSession, signIn, signOut, stateMotive } from "../api/calls";
import { ApiError, type Me, type SessionState } from "../api/client";
import { formatTime } from "../core/format";
import { minutesLeft, readRefusal, stageOf, withoutRefusal, type Stage } from "../core/session";
import { t } from "../i18n";
import { forgetPlace } from "../state";
import { field, type Field } from "../ui/field";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";
import { forgetDrafts } from "./draft";
import { motiveFields } from "./motivefields";
import { passwordForm } from "./passwordpage";
import { logged, note, problemText, sentence, signInFrame } from "./signinparts";

export interface SignInReason {
  why: "first" | "ended" | "revoked" | "interrupted" | "signed-out";
  /** The server's own sentence about it. */
  detail?: string;
}

/** Everything between a person and the map: who, a password of their own, why. Resolves once the session is open. */
export async function signInPages(root: HTMLElement, first: SessionState | null, reason: SignInReason): Promise<Me> {
  let state = first ?? (await getSession());
  for (let turn = 0; ; turn++) {
    const stage = stageOf(state);
    if (stage === "open") return state.me ?? (await getMe());
    if (reason.why === "revoked") {
      forgetDrafts();
      forgetPlace();
    }
    await new Promise<void>((done) => {
      signInFrame(root, forms[stage](state, turn === 0 || reason.why === "revoked" ? reason : { why: "first" }, done));
      // What had the focus is gone; on the first visit nothing had it.
      if (turn > 0 || reason.why !== "first") root.querySelector<HTMLElement>("form input, form select")?.focus();
    });
    state = await getSession();
  }
}

const forms: Record<Exclude<Stage, "open">, (state: SessionState, reason: SignInReason, done: () => void) => HTMLElement> = {
  credentials: credentialsForm,
  password: (_state, _reason, done) => passwordForm(done, leaveButton(done)),
  motive: motiveForm,
};

/** Why this page is shown, when it is not simply the first one. */
function reasonNote({ why, detail }: SignInReason): HTMLElement | null {
  const refusal = readRefusal(location.search);
  if (refusal) {
    history.replaceState(null, "", location.pathname + withoutRefusal(location.search) + location.hash);
    return note("note-bad", h("p", null, t(`refusal.${refusal}`)));
  }
  if (why === "first" || why === "interrupted") return null;
  const said = t(({ ended: "signin.ended", revoked: "signin.revoked", "signed-out": "signin.signedOut" } as const)[why]);
  const element = note(why === "revoked" ? "note-warn" : "", h("p", null, said), why === "revoked" && detail ? h("p", null, sentence(detail)) : null);
  element.setAttribute("role", "status");
  return element;
}

function credentialsForm(state: SessionState, reason: SignInReason, done: () => void): HTMLElement {
  const username = h("input", { class: "input", name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const password = h("input", { class: "input", name: "password", type: "password", autocomplete: "current-password" });
  // One way in is the main one.
  const submit = h("button", { type: "submit", class: `button button-block ${state.oidc_label ? "" : "button-primary"}` }, t("signin.submit"));
  const fields = {
    username: field(username, { label: t("signin.username"), required: true }),
    password: passwordField(password),
  };
  const motive = motiveFields(state.motives);
  const problem = h("div", { role: "alert" });

  const send = async (): Promise<void> => {
    fill(problem);
    fields.username.setError(username.value.trim() === "" ? { message: t("signin.usernameRequired") } : null);
    fields.password.setError(password.value === "" ? { message: t("signin.passwordRequired") } : null);
    const stated = motive.read();
    const wrong = username.value.trim() === "" ? fields.username : password.value === "" ? fields.password : motive.wrong();
    if (wrong || !stated) return wrong?.focusTarget.focus();
    submit.disabled = true;
    submit.textContent = t("signin.submitting");
    try {
      await signIn({ username: username.value.trim(), password: password.value, ...stated });
      done();
    } catch (error) {
      // The session is open, but something must be done first.
      if (error instanceof ApiError && (error.is("password-change-required") || error.is("motive-required"))) return done();
      submit.disabled = false;
      submit.textContent = t("signin.submit");
      showProblem(error instanceof ApiError ? error : null);
    }
  };

  const showProblem = (error: ApiError | null): void => {
    const errors = error?.problem?.errors ?? [];
    for (const { field: name, message } of errors) if (name in fields) fields[name as keyof typeof fields].setError({ message });
    motive.show(errors);
    fill(problem, note("note-bad", h("p", null, problemText(error, t("signin.refused"))), error?.is("locked") && error.retryAfter > 0 ? h("p", null, h("strong", null, lockedUntil(error.retryAfter, new Date()))) : null));
    if (error?.status === 401) {
      password.value = "";
      password.focus();
    }
  };

  return h(
    "form",
    { class: "signin-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("h1", null, t("signin.title")),
    reasonNote(reason),
    state.oidc_label ? providerLink(state.oidc_label) : null,
    problem,
    fields.username.element,
    fields.password.element,
    ...motive.elements,
    submit,
    logged(),
  );
}

/** When an account that failed too often may be tried again. */
function lockedUntil(seconds: number, now: Date): string {
  const until = new Date(now.getTime() + seconds * 1000);
  return t("signin.lockedUntil", { time: formatTime(until), n: minutesLeft(until, now) });
}

/** The way to the identity provider: another site, so a link; the motive is asked for on the way back. */
function providerLink(label: string): HTMLElement {
  return h(
    "div",
    { class: "signin-provider" },
    h("a", { class: "button button-primary button-block", href: "/auth/oidc/login" }, icon("user", 18), label),
    h("p", { class: "help" }, t("signin.providerHelp")),
    h("p", { class: "signin-or" }, t("signin.orLocal")),
  );
}

/** After the identity provider: who is known, why is not. */
function motiveForm(state: SessionState, reason: SignInReason, done: () => void): HTMLElement {
  const motive = motiveFields(state.motives);
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary button-block" }, t("motive.enter"));
  const send = async (): Promise<void> => {
    fill(problem);
    const stated = motive.read();
    if (!stated) return motive.wrong()?.focusTarget.focus();
    submit.disabled = true;
    try {
      await stateMotive(stated);
      done();
    } catch (error) {
      submit.disabled = false;
      const refused = error instanceof ApiError ? error : null;
      if (!motive.show(refused?.problem?.errors ?? [])) fill(problem, note("note-bad", h("p", null, problemText(refused, t("signin.ended")))));
      motive.wrong()?.focusTarget.focus();
    }
  };
  return h(
    "form",
    { class: "signin-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("h1", null, t("motive.title")),
    reasonNote(reason),
    h("p", null, state.name || state.me?.name ? t("motive.hello", { name: state.name ?? state.me?.name ?? "" }) : t("motive.intro")),
    problem,
    ...motive.elements,
    submit,
    leaveButton(done),
    logged(),
  );
}

function leaveButton(done: () => void): HTMLElement {
  return h("button", { type: "button", class: "button button-quiet button-block", onclick: () => void signOut().then(done, done) }, t("header.signOut"));
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
