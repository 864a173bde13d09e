import { addMeeting } from "../../api/territorylife";
import { isDay } from "../../core/clctmonths";
import { todayInFrance, formatDay } from "../../core/format";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { openDialog } from "../../ui/dialog";
import { field } from "../../ui/field";
import { h } from "../../ui/h";
import { formErrors } from "../desk/form";
import { tc } from "./words";

/** Records that the committee met on a day. */
export function openMeeting(code: string, saved: () => void): void {
  const today = todayInFrance();
  const input = h("input", { class: "input", type: "date", name: "date", value: today, max: today });
  const date = field(input, { label: tc("meeting.date"), help: tc("meeting.dateHelp"), required: true });
  const errors = formErrors({ date });
  const submit = h("button", { type: "submit", class: "button button-primary" }, tc("meeting.submit"));
  const send = async (): Promise<void> => {
    errors.clear();
    if (!isDay(input.value)) return errors.show([{ field: "date", message: t("life.dateRequired") }]);
    submit.disabled = true;
    try {
      await addMeeting(code, input.value);
      dialog.close();
      toast(tc("meeting.saved", { date: formatDay(input.value) }), "good");
      saved();
    } catch (error) {
      errors.problem(error);
    } finally {
      submit.disabled = false;
    }
  };
  const dialog = openDialog(
    { title: tc("meeting.record") },
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("p", { class: "help" }, tc("meeting.intro")),
      errors.element,
      date.element,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.cancel")), submit),
    ),
  );
}
