import { countPoints, exportPoints, type Exported } from "../../api/calls";
import { ApiError } from "../../api/client";
import { chips, type Family } from "../../core/filters";
import { saidOf } from "../../core/said";
import { t } from "../../i18n";
import { store } from "../../state";
import { announce } from "../../ui/announce";
import { openDialog } from "../../ui/dialog";
import { checkbox, field, fieldGroup, type Field } from "../../ui/field";
import { fill, h, uniqueId } from "../../ui/h";
import { icon } from "../../ui/icons";
import { chipText } from "../chips";
import { note, problemText } from "../signinparts";
import { tm } from "./words";

/** Exports what the filter shows, to named recipients and for a stated purpose. */
export function openExport(family: Family = "points"): void {
  const { place, box } = store.get();
  const count = h("p", { role: "status" }, h("strong", null, "…"));
  const filters = h("p", { class: "help" }, tm("export.allFilters"));
  const inView = checkbox(tm("export.inView"), store.get().inView && box !== null, () => void recount());
  const format = formats();
  const recipients = recipientsField();
  const purpose = h("textarea", { class: "input", name: "purpose", rows: 2, maxlength: 300 });
  const fields: Record<"recipients" | "purpose", Field> = {
    recipients: recipients.field,
    purpose: field(purpose, { label: tm("export.purpose"), help: tm("export.purposeHelp"), required: true }),
  };
  purpose.addEventListener("input", () => fields.purpose.setError(null));
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, icon("download", 18), h("span", null, tm("export.submit")));
  const area = (): typeof box => (inView.input.checked ? box : null);

  let pending: AbortController | undefined;
  const recount = async (): Promise<void> => {
    pending?.abort();
    const { signal } = (pending = new AbortController());
    const all = await countPoints(place.filter, area(), signal, family).catch(() => null);
    if (!signal.aborted) fill(count, h("strong", null, all ? saidOf(family === "sites" ? "warehouse" : "", tm("export.count", { n: all.total })) : "–"));
  };
  void recount();
  void Promise.all(chips(place.filter).map(chipText)).then((texts) => texts.length > 0 && (filters.textContent = texts.join(" ; ")));

  const send = async (): Promise<void> => {
    fill(problem);
    recipients.commit();
    fields.recipients.setError(recipients.get().length === 0 ? { message: tm("export.recipientsRequired") } : null);
    fields.purpose.setError(purpose.value.trim() === "" ? { message: tm("export.purposeRequired") } : null);
    if (recipients.get().length === 0) return fields.recipients.focusTarget.focus();
    if (purpose.value.trim() === "") return purpose.focus();
    const say = (text: string, busy: boolean): void => {
      submit.disabled = busy;
      submit.lastElementChild!.textContent = text;
    };
    say(tm("export.working"), true);
    announce(tm("export.working"));
    try {
      const made = await exportPoints(place.filter, area(), { format: format.get(), recipients: recipients.get(), purpose: purpose.value.trim() }, family);
      save(made);
      showDone(dialog.body, made, () => dialog.close());
    } catch (error) {
      say(tm("export.submit"), false);
      const refused = error instanceof ApiError ? error : null;
      const placed = (refused?.problem?.errors ?? []).filter(({ field: name, ...rest }) => {
        const at = name.replace(/\[.*$/, "");
        if (at !== "recipients" && at !== "purpose") return false;
        fields[at].setError(rest);
        return true;
      });
      if (placed.length === 0) fill(problem, note("note-bad", h("p", null, problemText(refused, t("error.network")))));
    }
  };

  const dialog = openDialog(
    { title: tm("export.title"), onClose: () => pending?.abort() },
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      problem,
      h("section", { class: "export-what", "aria-label": tm("export.what") }, count, filters, box ? inView.element : null),
      format.element,
      fields.recipients.element,
      fields.purpose.element,
      h("p", { class: "note" }, icon("shield", 18), h("span", null, tm("export.rule"))),
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, t("common.cancel")), submit),
    ),
  );
}

/** Hands the file to the browser, which asks or knows where to put it. */
export function save({ file, name }: Pick<Exported, "file" | "name">): void {
  const url = URL.createObjectURL(file);
  h("a", { href: url, download: name }).click();
  // The browser has taken the address by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function showDone(body: HTMLElement, made: Exported, close: () => void): void {
  const title = h("h3", { tabindex: -1 }, tm("export.done"));
  const left = made.leftOut === null ? null : made.leftOut === 0 ? tm("export.leftNone") : tm("export.leftOut", { n: made.leftOut });
  fill(
    body,
    h(
      "div",
      { class: "mine" },
      title,
      h("p", { class: "export-name" }, icon("download", 18), h("code", null, made.name)),
      made.exported === null ? null : h("p", null, h("strong", null, tm("export.exported", { n: made.exported }))),
      left === null ? null : made.leftOut === 0 ? h("p", null, left) : note("note-warn", h("p", null, left)),
      h("p", { class: "help" }, tm("export.logged")),
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => save(made) }, tm("export.again")), h("button", { type: "button", class: "button button-primary", onclick: close }, tm("export.close"))),
    ),
  );
  title.focus();
}

const FORMATS = ["csv", "xlsx", "gpkg", "geojson"] as const;
type Format = (typeof FORMATS)[number];

function formats(): { element: HTMLElement; get(): Format } {
  const name = uniqueId("format");
  const inputs = FORMATS.map((value) => ({ value, input: h("input", { type: "radio", name, value, checked: value === "csv" }) }));
  const rows = inputs.map(({ value, input }) => h("label", { class: "check" }, input, h("span", { class: "check-label" }, h("span", null, h("strong", null, tm(`export.${value}`)), h("span", { class: "help radio-help" }, tm(`export.${value}Help`))))));
  return { element: fieldGroup(h("div", { class: "radios" }, ...rows), { label: tm("export.format") }).element, get: () => inputs.find(({ input }) => input.checked)?.value ?? "csv" };
}

/** Names typed one after the other, each of which can be taken away again. */
export function recipientsField(): { field: Field; get(): string[]; commit(): void } {
  const chosen: string[] = [];
  const list = h("ul", { class: "tokens", "aria-label": tm("export.chosen") });
  const input = h("input", { class: "input", name: "recipients", maxlength: 120, autocomplete: "off" });
  const made = field(input, { label: tm("export.recipients"), help: tm("export.recipientsHelp"), required: true });
  const draw = (): void => {
    list.hidden = chosen.length === 0;
    fill(list, ...chosen.map((name) => h("li", { class: "token" }, h("span", null, name), h("button", { type: "button", class: "token-remove", "aria-label": tm("export.recipientRemove", { name }), onclick: () => remove(name) }, icon("close", 16)))));
  };
  const commit = (): void => {
    const name = input.value.trim();
    if (name === "") return;
    input.value = "";
    if (chosen.includes(name)) return;
    chosen.push(name);
    made.setError(null);
    draw();
    announce(tm("export.recipientAdded", { name }));
  };
  const remove = (name: string): void => {
    chosen.splice(chosen.indexOf(name), 1);
    draw();
    input.focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && input.value.trim() !== "") {
      event.preventDefault();
      commit();
    } else if (event.key === "Backspace" && input.value === "" && chosen.length > 0) {
      remove(chosen[chosen.length - 1] ?? "");
    }
  });
  const row = h("div", { class: "with-button" });
  input.replaceWith(list, row);
  row.append(input, h("button", { type: "button", class: "button", onclick: () => (commit(), input.focus()) }, tm("export.recipientAdd")));
  draw();
  return { field: made, get: () => [...chosen], commit };
}
