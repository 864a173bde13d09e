import { ApiError, type DealPoint } from "../../api/client";
import { splitPoint, type SourceRecord } from "../../api/merging";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { openDialog } from "../../ui/dialog";
import { fieldGroup, type Field } from "../../ui/field";
import { h } from "../../ui/h";
import { formErrors } from "../desk/form";
import { fieldName } from "../history";
import { radios } from "../life";
import { said } from "./compare";
import { tg } from "./words";

interface SplitHost {
  saved(point: DealPoint): void;
  /** Somebody else changed the point first. */
  stale(): void;
}

const sides = ["into", "from", "both"] as const;

/** Takes a record out of a point again; each field that was changed since is given to one of both, or to both. */
export function openSplit(point: DealPoint, { point: record, changed }: SourceRecord, host: SplitHost): void {
  const ref = point.properties.reference;
  const from = record.properties.reference;
  const fields: Record<string, Field> = {};
  const choices = changed.map((name) => {
    const choice = radios(sides, (side) => tg(`split.${side}`, { ref: side === "into" ? ref : from }));
    fields[`assign.${name}`] = fieldGroup([h("p", { class: "split-now" }, said(point, name)), choice.element], { label: fieldName(name), required: true });
    return { name, choice };
  });
  const errors = formErrors(fields);
  const submit = h("button", { type: "submit", class: "button button-primary" }, tg("split.submit"));
  const send = async (): Promise<void> => {
    errors.clear();
    const open = choices.filter(({ choice }) => choice.value() === null);
    if (open.length > 0) return errors.show(open.map(({ name }) => ({ field: `assign.${name}`, message: tg("split.required") })));
    submit.disabled = true;
    try {
      const next = await splitPoint(point, record.id, Object.fromEntries(choices.map(({ name, choice }) => [name, choice.value() ?? ""])));
      dialog.close();
      toast(tg("split.done", { from, ref }), "good");
      host.saved(next);
    } catch (error) {
      submit.disabled = false;
      if (!(error instanceof ApiError) || error.status !== 412) return errors.problem(error);
      dialog.close();
      toast(t("conflict.life"), "bad");
      host.stale();
    }
  };
  const dialog = openDialog(
    { title: tg("split.title", { from, ref }) },
    h(
      "form",
      { class: "dialog-form split-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("p", null, tg("split.intro")),
      changed.length > 0 ? h("p", null, tg("split.changed", { n: changed.length })) : null,
      errors.element,
      ...Object.values(fields).map(({ element }) => element),
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.cancel")), submit),
    ),
  );
}
