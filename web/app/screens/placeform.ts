import { addPoint, changePoint, getPoint } from "../api/calls";
import { ApiError, type DealPoint, type FieldProblem } from "../api/client";
import { differences } from "../core/conflict";
import type { Family } from "../core/filters";
import { keyring } from "../core/keyring";
import { additionOf, fieldOf, missing, patchOf, recordOf, tidy, type PlaceRecord } from "../core/record";
import { saidOf } from "../core/said";
import { t } from "../i18n";
import type { MapView } from "../map/types";
import { toast } from "../ui/announce";
import { askYesNo } from "../ui/dialog";
import type { Field } from "../ui/field";
import { fill, h, type Child } from "../ui/h";
import { icon } from "../ui/icons";
import { resolveConflict } from "./conflictdialog";
import { formDraft, placeDraft, unsentWords } from "./draft";
import { askAboutDuplicates } from "./duplicates";
import { buildFields } from "./formfields";
import { ty } from "./formwords";
import { buildPosition } from "./position";

export interface PlaceForm {
  element: HTMLElement;
  focus(): void;
  destroy(): void;
}

interface FormHost {
  map: MapView;
  banner(text: string): void;
  /** The form is done with: saved, or given up (null). */
  close(saved: DealPoint | null): void;
}

function inPageOrder(a: Field | undefined, b: Field | undefined): number {
  if (!a || !b || a === b) return 0;
  return a.focusTarget.compareDocumentPosition(b.focusTarget) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

/** The form that adds a point (null), beginning with what is known of it, or edits one. What was typed is never lost: not by an error, not by the end of a session. */
export function openPlaceForm(point: DealPoint | null, host: FormHost, begin: PlaceRecord | null = null): PlaceForm {
  const reference = point?.properties.reference ?? "";
  let base = point ? recordOf(point) : {};
  let revision = point?.properties.revision ?? 0;

  const parts = buildFields(point === null);
  const position = buildPosition({ map: host.map, banner: host.banner, changed: () => {} });
  const fields: Record<string, Field> = { geometry: position.field, ...parts.fields };
  const names = Object.keys(fields);
  const summary = h("div", { class: "error-summary", role: "alert", tabindex: -1, hidden: true });
  const restored = h("div");
  const title = h("h2", { id: "form-title", tabindex: -1 });
  const submit = h("button", { type: "submit", class: "button button-primary" });
  let family: Family = "points";
  const said = (text: string): string => saidOf(family === "sites" ? "warehouse" : "", text);
  const idle = (): void => {
    submit.disabled = false;
    submit.textContent = said(ty(point ? "form.submitEdit" : "form.submitAdd"));
  };
  const setTitle = (): void => {
    title.textContent = said(point ? ty("form.editTitle", { ref: reference }) : ty("form.addTitle"));
    idle();
  };
  setTitle();
  parts.onFamily((next) => {
    family = next;
    setTitle();
  });
  const section = (heading: string, content: Child[]): HTMLElement => h("section", { class: "form-section" }, h("h3", null, heading), ...content);
  const communeNote = h("p", { class: "note", hidden: true }, icon("info"), ty("form.communeOnlyHelp"));
  const form = h(
    "form",
    { class: "place-form", novalidate: true, "aria-labelledby": "form-title", onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("div", { class: "sheet-head" }, h("button", { type: "button", class: "icon-button", "aria-label": ty("form.close"), onclick: () => void giveUp() }, icon("close")), title),
    h(
      "div",
      { class: "sheet-body" },
      h("p", { class: "form-intro help" }, t("form.required")),
      restored,
      summary,
      section(ty("form.position"), [communeNote, position.element]),
      ...parts.sections.map((s) => section(s.title, s.content)),
    ),
    h("div", { class: "form-foot" }, h("button", { type: "button", class: "button", onclick: () => void giveUp() }, t("common.cancel")), submit),
  );

  const read = (): PlaceRecord => {
    const at = position.get();
    return tidy({ ...parts.read(), geometry: at ? [at.lon, at.lat] : null });
  };
  const write = (record: PlaceRecord): void => {
    parts.write(record);
    const at = record["geometry"];
    const communeOnly = record["accuracy"] === "commune";
    followAccuracy(String(record["accuracy"] ?? ""));
    if (Array.isArray(at)) position.set({ lon: Number(at[0]), lat: Number(at[1]) });
    else if (!communeOnly) position.set(null);
  };
  const followAccuracy = (accuracy: string): void => {
    communeNote.hidden = accuracy !== "commune";
    position.enable(accuracy !== "commune");
  };
  parts.onAccuracy(followAccuracy);

  const keyFor = keyring();
  write(base);
  const draft = formDraft(form, placeDraft(reference), { read, write }, keyFor);
  restored.append(draft.notice);
  if (begin && !draft.restored) write(begin);

  const giveUp = async (): Promise<void> => {
    if (draft.dirty && !(await askYesNo(ty("form.discard"), ty("form.discardHelp"), ty("form.discardYes"), ty("form.discardNo")))) return;
    finish(null);
  };
  const finish = (saved: DealPoint | null): void => {
    draft.done();
    host.close(saved);
  };

  const send = async (): Promise<void> => {
    clearErrors();
    const record = read();
    const wrong = [...missing(record)].map(([field, key]) => ({ field, message: t(key) }));
    if (wrong.length > 0) return showErrors(wrong);
    submit.disabled = true;
    submit.textContent = ty("form.sending");
    try {
      if (point) await save(point, record);
      else await add(record, false);
    } catch (error) {
      showProblem(error);
    } finally {
      idle();
    }
  };

  const add = async (record: PlaceRecord, accepted: boolean): Promise<void> => {
    const body = additionOf(record);
    try {
      const saved = await addPoint(body, keyFor({ body, accepted }), accepted);
      toast(said(ty("action.done.add", { ref: saved.properties.reference })), "good");
      finish(saved);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.is("possible-duplicate") || accepted) throw error;
      if (await askAboutDuplicates(error.problem?.candidates ?? [], error.problem?.likeness ?? [], position.get())) await add(record, true);
    }
  };

  const save = async (opened: DealPoint, record: PlaceRecord): Promise<void> => {
    const body = patchOf(base, record);
    if (!body) {
      toast(ty("form.noChange"));
      return finish(null);
    }
    try {
      const saved = await changePoint(opened.id, revision, body, keyFor({ body, revision }));
      toast(ty("action.done.edit"), "good");
      finish(saved);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      const current = error.problem?.current ?? (await getPoint(opened.id));
      const theirs = recordOf(current);
      const settled = await resolveConflict(record, differences(base, record, theirs), revision, current);
      if (!settled) return;
      base = theirs;
      revision = current.properties.revision;
      write(settled);
      await save(opened, settled);
    }
  };

  const clearErrors = (): void => {
    summary.hidden = true;
    for (const field of Object.values(fields)) field.setError(null);
  };

  const showErrors = (problems: FieldProblem[], sentence?: string): void => {
    const placed: { name: string; message: string }[] = [];
    const loose: string[] = [];
    for (const problem of problems) {
      const name = fieldOf(problem.field, names);
      if (name === null) loose.push([problem.field, problem.message].filter(Boolean).join(" : "));
      else {
        const inList = problem.field.includes("[");
        fields[name]?.setError(inList ? { message: problem.message } : problem);
        placed.push({ name, message: problem.message });
      }
    }
    placed.sort((a, b) => inPageOrder(fields[a.name], fields[b.name]));
    const jump = (name: string) => (event: MouseEvent): void => {
      event.preventDefault();
      fields[name]?.focusTarget.focus();
    };
    fill(
      summary,
      h("h3", null, placed.length > 0 ? ty("form.errors", { n: placed.length }) : (sentence ?? "")),
      ...loose.map((message) => h("p", null, message)),
      h("ul", null, ...placed.map(({ name, message }) => h("li", null, h("a", { href: "#", onclick: jump(name) }, `${fields[name]?.label ?? name} : ${message}`)))),
    );
    summary.hidden = false;
    const first = placed[0];
    if (first) fields[first.name]?.focusTarget.focus();
    else summary.focus();
  };

  const showProblem = (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return;
    draft.failed(error.status);
    showErrors(error.problem?.errors ?? [], unsentWords(error));
  };

  const warn = (event: BeforeUnloadEvent): void => {
    if (draft.dirty) event.preventDefault();
  };
  addEventListener("beforeunload", warn);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") void giveUp();
  });

  return {
    element: form,
    focus: () => title.focus({ preventScroll: true }),
    destroy(): void {
      draft.keep();
      removeEventListener("beforeunload", warn);
      position.destroy();
      form.remove();
    },
  };
}
