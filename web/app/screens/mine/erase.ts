import { erasePoint } from "../../api/calls";
import { ApiError, type DealPoint } from "../../api/client";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { openDialog } from "../../ui/dialog";
import { field, select } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { words } from "../../ui/words";
import { note, problemText } from "../signinparts";
import { tm } from "./words";

const reasons = ["retention", "order", "unlawful"] as const;

/** Erases a record for good, after its reference has been typed. */
export function openErase(point: DealPoint, host: { erased(): void; stale(): void }): void {
  const { reference, revision } = point.properties;
  const reason = select(words("erasure_reasons"), t("common.choose"), "");
  const decision = h("input", { class: "input", name: "decision", maxlength: 100, autocomplete: "off" });
  const typed = h("input", { class: "input", name: "confirm", maxlength: 40, autocomplete: "off", spellcheck: "false", autocapitalize: "characters" });
  const fields = {
    reason: field(reason, { label: tm("erase.reason"), required: true }),
    decision: field(decision, { label: tm("erase.decision"), help: tm("erase.decisionHelp") }),
    confirm: field(typed, { label: tm("erase.confirm", { ref: reference }), required: true }),
  };
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-danger" }, tm("erase.submit"));
  const send = async (): Promise<void> => {
    fill(problem);
    const chosen = reasons.find((value) => value === reason.value);
    const same = typed.value.trim().toUpperCase() === reference.toUpperCase();
    fields.reason.setError(chosen ? null : { message: tm("erase.reasonRequired") });
    fields.confirm.setError(same ? null : { message: tm("erase.confirmWrong") });
    if (!chosen || !same) return (chosen ? fields.confirm : fields.reason).focusTarget.focus();
    submit.disabled = true;
    try {
      await erasePoint(point.id, revision, { reason: chosen, ...(decision.value.trim() === "" ? {} : { decision: decision.value.trim() }) });
      dialog.close();
      toast(tm("erase.done", { ref: reference }), "good");
      host.erased();
    } catch (error) {
      submit.disabled = false;
      const refused = error instanceof ApiError ? error : null;
      if (refused?.status === 412) {
        dialog.close();
        toast(t("conflict.life"), "bad");
        return host.stale();
      }
      for (const { field: name, ...rest } of refused?.problem?.errors ?? []) if (name in fields) fields[name as keyof typeof fields].setError(rest);
      fill(problem, note("note-bad", h("p", null, problemText(refused, t("error.network")))));
    }
  };
  const dialog = openDialog(
    { title: tm("erase.title", { ref: reference }) },
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      note("note-bad", h("p", null, tm("erase.intro"))),
      problem,
      ...Object.values(fields).map(({ element }) => element),
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.cancel")), submit),
    ),
  );
}
