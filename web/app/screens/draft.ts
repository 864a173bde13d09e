import type { ApiError } from "../api/client";
import { createDrafts, isUnsent, openDraft, type OpenDraft, type Typed } from "../core/drafts";
import type { Keyring } from "../core/keyring";
import { t } from "../i18n";
import { sentence } from "../i18n/served";
import { store } from "../state";
import { announce } from "../ui/announce";
import { fill, h } from "../ui/h";
import { icon } from "../ui/icons";

/** What was typed and not sent stays with this tab: see `core/drafts.ts`. Nothing else of the map does. */
const drafts = createDrafts(() => sessionStorage);

/** The forms that are open, or were: those that are no longer in the page are let go of when the next one opens. */
const open = new Map<HTMLElement, OpenDraft>();

/** The name under which what is typed of a place is kept; of a new one without a reference. */
export const placeDraft = (reference: string): string => `place:${reference}`;

export interface FormDraft extends OpenDraft {
  /** Says that what was typed before is there again, and takes it back when asked; empty when there was nothing. */
  notice: HTMLElement;
}

/** Keeps what is typed in a form, by a name that tells the form from all others, and puts back what was typed in it before. */
export function formDraft(form: HTMLElement, name: string, typed: Typed, keys?: Keyring): FormDraft {
  const draft = openDraft(drafts, store.get().me.username, name, typed, keys);
  const notice = h("div", { class: "draft-notice" });
  for (const other of open.keys()) if (!other.isConnected) open.delete(other);
  open.set(form, draft);
  form.addEventListener("input", draft.changed);
  form.addEventListener("change", draft.changed);
  if (draft.restored) {
    const startOver = (): void => {
      draft.startOver();
      fill(notice);
      announce(t("draft.gone"));
    };
    fill(notice, h("div", { class: "note note-good" }, icon("check"), h("div", null, h("p", null, t("draft.restored")), h("button", { type: "button", class: "button button-small", onclick: startOver }, t("draft.startOver")))));
    announce(t("draft.restored"));
  }
  const done = (): void => {
    open.delete(form);
    draft.done();
  };
  return Object.assign(Object.create(draft) as OpenDraft, { notice, done });
}

/** Adds to what is said of a call that did not get through that nothing typed is lost. */
export function withKept(text: string): string {
  const first = sentence(text);
  return `${/[.!?…]$/.test(first) ? first : `${first}.`} ${t("draft.kept")}`;
}

/** Why a form could not be sent, in the server's own words where it gave any. */
export function unsentWords(error: ApiError): string {
  if (error.problem && isUnsent(error.status)) return withKept(error.message);
  return isUnsent(error.status) ? t("form.offline") : error.message;
}

/** Whether something was typed in a form that waits for being opened again. */
export const hasDraft = (name: string): boolean => drafts.get(store.get().me.username, name) !== null;

/** Keeps what stands in every open form: the screen is about to be taken from under it. */
export function keepOpenForms(): void {
  for (const [form, draft] of open) if (form.isConnected) draft.keep();
  open.clear();
}

/** Forgets what was typed, also in the forms that are still open. */
export function forgetDrafts(): void {
  for (const draft of open.values()) draft.done();
  open.clear();
  drafts.clear();
}

// A position is chosen on the map, which no form hears of.
addEventListener("pagehide", () => open.forEach((draft, form) => form.isConnected && draft.changed()));
