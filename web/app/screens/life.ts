import { live, type LifeBody } from "../api/calls";
import { ApiError, type DealPoint } from "../api/client";
import { todayInFrance } from "../core/format";
import { keyring } from "../core/keyring";
import { saidOf } from "../core/said";
import { closingReasons, type Status } from "../core/vocabulary";
import { t } from "../i18n";
import { toast } from "../ui/announce";
import { openDialog } from "../ui/dialog";
import { field, fieldGroup, select, type Field } from "../ui/field";
import { fill, h, uniqueId, type Child } from "../ui/h";
import { typedIn } from "../ui/typed";
import { icon, statusShape } from "../ui/icons";
import { word, words } from "../ui/words";
import { formDraft, unsentWords } from "./draft";
import { tv } from "./lifewords";

interface LifeForm {
  title: string;
  intro: string;
  submit: string;
  danger?: boolean;
  fields: Record<string, Field>;
  /** Checks the fields; null when one is wrong, whose error is then shown. */
  read(): LifeBody | null;
  done(point: DealPoint): string;
}

export interface LifeHost {
  /** The point as it stands after the step. */
  saved(point: DealPoint): void;
  /** The point as it stands, when somebody else moved it first. */
  stale(current: DealPoint | undefined): void;
}

export type LifeAction = LifeBody["action"];

/** Opens the dialog of one step of a point's life. */
export function openLifeDialog(action: LifeAction, point: DealPoint, host: LifeHost): void {
  const form = forms[action](point);
  const said = (text: string): string => saidOf(point.properties.kind, text);
  const keyFor = keyring();
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: `button ${form.danger ? "button-danger" : "button-primary"}` }, said(form.submit));
  const element = h(
    "form",
    { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("p", null, said(form.intro)),
    problem,
    ...Object.values(form.fields).map((f) => f.element),
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => giveUp() }, t("common.cancel")), submit),
  );
  const draft = formDraft(element, `${action}:${point.id}`, typedIn(form.fields), keyFor);
  problem.before(draft.notice);
  const dialog = openDialog({ title: said(form.title) }, element);
  const giveUp = (): void => {
    draft.done();
    dialog.close();
  };

  const send = async (): Promise<void> => {
    fill(problem);
    for (const f of Object.values(form.fields)) f.setError(null);
    const step = form.read();
    if (!step) return dialog.body.querySelector<HTMLElement>("[aria-invalid=true], .field-wrong input, .field-wrong select")?.focus();
    submit.disabled = true;
    try {
      const saved = await live(point.id, point.properties.revision, keyFor(step), step);
      giveUp();
      toast(said(form.done(saved)), "good");
      host.saved(saved);
    } catch (error) {
      submit.disabled = false;
      if (error instanceof ApiError && error.status === 412) {
        giveUp();
        toast(said(t("conflict.life")), "bad");
        return host.stale(error.problem?.current);
      }
      showProblem(error);
    }
  };

  const showProblem = (error: unknown): void => {
    const problems = error instanceof ApiError ? (error.problem?.errors ?? []) : [];
    const placed = problems.filter(({ field: name, ...rest }) => {
      const at = form.fields[name];
      at?.setError(rest);
      return at !== undefined;
    });
    const rest = problems.filter((p) => !placed.includes(p)).map((p) => p.message);
    if (error instanceof ApiError) draft.failed(error.status);
    const sentence = error instanceof ApiError ? unsentWords(error) : t("form.offline");
    if (placed.length === 0 || rest.length > 0) fill(problem, h("div", { class: "note note-bad" }, icon("warning"), h("p", null, [sentence, ...rest].join(" "))));
    form.fields[placed[0]?.field ?? ""]?.focusTarget.focus();
  };
}


function dateField(label: string): { input: HTMLInputElement; field: Field; read(): string | null } {
  const input = h("input", { class: "input", type: "date", max: todayInFrance(), value: todayInFrance() });
  const made = field(input, { label, required: true });
  return {
    input,
    field: made,
    read(): string | null {
      const message = input.value === "" ? t("life.dateRequired") : input.value > todayInFrance() ? tv("life.future") : null;
      made.setError(message === null ? null : { message });
      return message === null ? input.value : null;
    },
  };
}

function noteField(): { input: HTMLTextAreaElement; field: Field } {
  const input = h("textarea", { class: "input", rows: 2, maxlength: 2000 });
  return { input, field: field(input, { label: tv("life.note"), help: t("life.noteHelp") }) };
}

const withText = <K extends string>(name: K, value: string): { [name in K]?: string } => (value.trim() === "" ? {} : { [name]: value.trim() }) as { [name in K]?: string };

const forms: Record<LifeAction, (point: DealPoint) => LifeForm> = {
  confirm({ properties: { reference } }) {
    const date = dateField(tv("life.date"));
    const note = noteField();
    return {
      title: tv("confirm.title", { ref: reference }),
      intro: tv("confirm.intro"),
      submit: tv("confirm.submit"),
      fields: { date: date.field, note: note.field },
      read() {
        const day = date.read();
        return day === null ? null : { action: "confirm", body: { date: day, ...withText("note", note.input.value) } };
      },
      done: () => tv("action.done.confirm"),
    };
  },
  reopen({ properties: { reference } }) {
    const date = dateField(tv("life.date"));
    const note = noteField();
    return {
      title: tv("reopen.title", { ref: reference }),
      intro: tv("reopen.intro"),
      submit: tv("reopen.submit"),
      fields: { date: date.field, note: note.field },
      read() {
        const day = date.read();
        return day === null ? null : { action: "reopen", body: { date: day, ...withText("note", note.input.value) } };
      },
      done: () => tv("action.done.reopen"),
    };
  },
  step({ properties: { reference, status, next_statuses: next = [] } }) {
    const date = dateField(tv("life.date"));
    const note = noteField();
    const choice = radios(next.filter((s): s is "active" | "disrupted" | "dormant" => s === "active" || s === "disrupted" || s === "dormant"), (s) => [statusShape(s, 18), h("span", null, h("strong", null, word("statuses", s)), h("span", { class: "help radio-help" }, tv(`step.${s}.means`)))]);
    const to = fieldGroup(choice.element, { label: tv("step.to"), required: true });
    return {
      title: tv("step.title", { ref: reference }),
      intro: tv("step.now", { status: word("statuses", status) }),
      submit: tv("step.submit"),
      fields: { status: to, date: date.field, note: note.field },
      read() {
        const chosen = choice.value();
        to.setError(chosen === null ? { message: tv("step.required") } : null);
        const day = date.read();
        return chosen === null || day === null ? null : { action: "step", body: { status: chosen, date: day, ...withText("note", note.input.value) } };
      },
      done: (point) => tv("action.done.step", { status: word("statuses", point.properties.status) }),
    };
  },
  close({ properties: { reference } }) {
    const reason = select(words("closing_reasons").filter((w) => (closingReasons as readonly string[]).includes(w.value)), t("common.choose"), "");
    const date = dateField(tv("close.date"));
    const operation = h("input", { class: "input", maxlength: 100, autocomplete: "off" });
    const displaced = h("input", { class: "input", maxlength: 40, autocomplete: "off", spellcheck: "false", autocapitalize: "characters" });
    const note = noteField();
    const fields = {
      reason: field(reason, { label: tv("close.reason"), required: true }),
      date: date.field,
      displaced_to: field(displaced, { label: tv("close.displaced"), help: tv("close.displacedHelp") }),
      operation: field(operation, { label: tv("close.operation"), help: tv("close.operationHelp") }),
      note: note.field,
    };
    const follow = (): boolean => (fields.displaced_to.element.hidden = reason.value !== "displaced");
    reason.addEventListener("change", follow);
    follow();
    return {
      title: tv("close.title", { ref: reference }),
      intro: tv("close.intro"),
      submit: tv("close.submit"),
      danger: true,
      fields,
      read() {
        const chosen = closingReasons.find((value) => value === reason.value);
        fields.reason.setError(chosen ? null : { message: tv("close.reasonRequired") });
        const day = date.read();
        if (!chosen || day === null) return null;
        const moved = chosen === "displaced" ? displaced.value.toUpperCase() : "";
        return { action: "close", body: { reason: chosen, date: day, ...withText("operation", operation.value), ...withText("displaced_to", moved), ...withText("note", note.input.value) } };
      },
      done: () => tv("action.done.close"),
    };
  },
};

/** Radio buttons, one per value, large enough to touch. */
export function radios<T extends Status | string>(values: readonly T[], say: (value: T) => Child): { element: HTMLElement; value(): T | null } {
  const name = uniqueId("radio");
  const inputs = values.map((value) => ({ value, input: h("input", { type: "radio", name, value, checked: values.length === 1 }) }));
  return {
    element: h("div", { class: "radios" }, ...inputs.map(({ value, input }) => h("label", { class: "check" }, input, h("span", { class: "check-label" }, say(value))))),
    value: () => inputs.find(({ input }) => input.checked)?.value ?? null,
  };
}
