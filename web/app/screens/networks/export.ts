import { ApiError } from "../../api/client";
import { exportGraph, type GraphQuery } from "../../api/networks";
import { t } from "../../i18n";
import { announce } from "../../ui/announce";
import { openDialog } from "../../ui/dialog";
import { field, fieldGroup } from "../../ui/field";
import { h, uniqueId } from "../../ui/h";
import { icon } from "../../ui/icons";
import { formErrors } from "../desk/form";
import { recipientsField, save, showDone } from "../mine/export";
import { tm } from "../mine/words";
import { tn } from "./words";

const formats = ["graphml", "csv", "geojson"] as const;

/** Exports a graph to named recipients and for a stated purpose; only what may leave is in the file. */
export function openGraphExport(query: GraphQuery, what: string): void {
  const name = uniqueId("format");
  const inputs = formats.map((value) => ({ value, input: h("input", { type: "radio", name, value, checked: value === "graphml" }) }));
  const rows = inputs.map(({ value, input }) => h("label", { class: "check" }, input, h("span", { class: "check-label" }, h("span", null, h("strong", null, tn(`export.${value}`)), h("span", { class: "help radio-help" }, tn(`export.${value}.help`))))));
  const recipients = recipientsField();
  const purpose = h("textarea", { class: "input", name: "purpose", rows: 2, maxlength: 300 });
  const fields = { recipients: recipients.field, purpose: field(purpose, { label: tm("export.purpose"), help: tm("export.purposeHelp"), required: true }) };
  const errors = formErrors(fields, (told) => told.replace(/\[.*$/, ""));
  const submit = h("button", { type: "submit", class: "button button-primary" }, icon("download", 18), h("span", null, tm("export.submit")));

  const send = async (): Promise<void> => {
    errors.clear();
    recipients.commit();
    const missing = [...(recipients.get().length === 0 ? [{ field: "recipients", message: tm("export.recipientsRequired") }] : []), ...(purpose.value.trim() === "" ? [{ field: "purpose", message: tm("export.purposeRequired") }] : [])];
    if (missing.length > 0) return errors.show(missing);
    submit.disabled = true;
    announce(tm("export.working"));
    try {
      const made = await exportGraph(query, { format: inputs.find(({ input }) => input.checked)?.value ?? "graphml", recipients: recipients.get(), purpose: purpose.value.trim() });
      save(made);
      showDone(dialog.body, made, () => dialog.close());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.problem(error);
    } finally {
      submit.disabled = false;
    }
  };
  const dialog = openDialog(
    { title: tn("export.title") },
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      errors.element,
      h("p", null, h("strong", null, what)),
      fieldGroup(h("div", { class: "radios" }, ...rows), { label: tn("export.format") }).element,
      fields.recipients.element,
      fields.purpose.element,
      h("p", { class: "note" }, icon("shield", 18), h("span", null, tm("export.rule"))),
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.cancel")), submit),
    ),
  );
}
