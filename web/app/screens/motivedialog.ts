import { getSession, stateMotive } from "../api/calls";
import { ApiError } from "../api/client";
import { t } from "../i18n";
import { store } from "../state";
import { toast } from "../ui/announce";
import { openDialog } from "../ui/dialog";
import { fill, h } from "../ui/h";
import { motiveFields } from "./motivefields";
import { passwordForm } from "./passwordpage";
import { note, problemText } from "./signinparts";

/** Another motive for the rest of the session. */
export async function openMotive(): Promise<void> {
  const state = await getSession().catch(() => null);
  if (!state) return toast(t("error.network"), "bad");
  const motive = motiveFields(state.motives);
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, t("motive.change"));
  const send = async (): Promise<void> => {
    fill(problem);
    const stated = motive.read();
    if (!stated) return motive.wrong()?.focusTarget.focus();
    submit.disabled = true;
    try {
      const me = await stateMotive(stated);
      dialog.close();
      store.set({ me });
      toast(t("motive.changed"), "good");
    } catch (error) {
      submit.disabled = false;
      const refused = error instanceof ApiError ? error : null;
      if (!motive.show(refused?.problem?.errors ?? [])) fill(problem, note("note-bad", h("p", null, problemText(refused, t("signin.ended")))));
      motive.wrong()?.focusTarget.focus();
    }
  };
  const dialog = openDialog(
    { title: t("motive.change") },
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("p", { class: "help" }, t("motive.changeIntro")),
      problem,
      ...motive.elements,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.cancel")), submit),
    ),
  );
}

/** A new password for the local account. */
export function openPassword(): void {
  const form = passwordForm(() => {
    dialog.close();
    toast(t("password.done"), "good");
  });
  // The dialog has the title.
  form.querySelector("h1")?.remove();
  const dialog = openDialog({ title: t("password.change") }, form);
}
