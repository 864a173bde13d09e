import { ApiError } from "../../api/client";
import { dropImport, getImport, listImportFields, type Import, type ImportField, type Mapping } from "../../api/imports";
import { importSteps, isBusy, isOnMap, openSteps, pollDelay, stepShown, type ImportStep } from "../../core/imports";
import { t } from "../../i18n";
import { announce, toast } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { fill, h } from "../../ui/h";
import { writeDesk } from "../desk/address";
import type { DeskHost, OpenPage } from "../desk/desk";
import { act, failure, load, moment, note } from "../desk/parts";
import { columnsStep } from "./columns";
import { commitStep } from "./commit";
import { progressView } from "./progress";
import { readingStep } from "./reading";
import { rowsStep } from "./rows";
import { stageBadge } from "./stage";
import { ti } from "./words";

/** One step of the assistant on the screen. */
export interface StepView {
  element: HTMLElement;
  /** What takes the focus when the step is entered. */
  heading: HTMLElement;
  /** The server says something new of the import, whose stage is still the same. */
  update?(imported: Import): void;
  destroy?(): void;
}

/** What a step may ask of the page that it is on. */
export interface StepHost {
  fields: readonly ImportField[];
  /** What was chosen and not sent yet, kept while one looks at another step. */
  draft: { mapping: Mapping | null };
  query(): URLSearchParams;
  /** The import as the server has just given it. */
  follow(imported: Import): void;
  go(step: ImportStep, query?: Readonly<Record<string, string>>): void;
  /** Reads the counts again: a row has changed. */
  recount(): void;
}

/** One import, at the step that the address names or that the server is at. One may leave and come back at any time. */
export function onePage(host: DeskHost): OpenPage {
  const id = host.query.get("import") ?? "";
  const body = h("div", { class: "import-body" });
  const element = h("div", { class: "import" }, body);
  const draft: StepHost["draft"] = { mapping: null };
  let query = host.query;
  let fields: ImportField[] = [];
  let imported: Import | null = null;
  let shown: { step: ImportStep; stage: Import["stage"]; view: StepView } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unchanged = 0;
  let gone = false;

  const stepAddress = (step: ImportStep, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({ import: id, step, ...more });
  const go: StepHost["go"] = (step, more) => host.go("import", stepAddress(step, more));

  const head = h("div", { class: "import-head" });
  const stage = h("div", { class: "import-step" });
  const lost = h("div", { role: "status" });

  let headOf = "";
  /** Drawn anew only when it says something else: what has the focus in it stays. */
  const drawHead = (now: Import, current: ImportStep): boolean => {
    if (headOf === `${now.stage} ${current}`) return false;
    headOf = `${now.stage} ${current}`;
    const open = openSteps(now.stage);
    const item = (step: ImportStep, i: number): HTMLElement => {
      const inside = [h("span", { class: "step-number", "aria-hidden": "true" }, i + 1), h("span", null, ti(`step.${step}`))];
      if (!open.includes(step)) return h("li", null, h("span", { class: "step step-closed" }, inside));
      const follow = (event: MouseEvent): void => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(step);
      };
      return h("li", null, h("a", { class: "step", href: writeDesk("import", stepAddress(step)), "aria-current": step === current ? "step" : null, onclick: follow }, inside));
    };
    const forget = h("button", { type: "button", class: "button button-small button-danger", onclick: () => void drop(now, forget) }, ti(now.stage === "staging" ? "drop.stop" : "drop"));
    fill(
      head,
      h("div", { class: "import-title" }, h("p", { class: "import-name" }, h("strong", null, now.name), stageBadge(now)), h("p", { class: "help" }, ti("by", { who: now.by, unit: now.unit }), " · ", moment(now.created))),
      isOnMap(now.stage) ? null : forget,
      h("nav", { class: "steps", "aria-label": ti("steps") }, h("ol", null, ...importSteps.map(item))),
    );
    return true;
  };

  const stepHost = (): StepHost => ({ fields, draft, query: () => query, follow, go, recount });
  const build = (step: ImportStep, now: Import): StepView => {
    if (isBusy(now.stage)) return progressView(now);
    const make = { reading: readingStep, columns: columnsStep, rows: rowsStep, commit: commitStep }[step];
    return make(now, stepHost());
  };

  const draw = (now: Import): void => {
    const step = stepShown(now.stage, query.get("step") ?? "");
    const focused = head.contains(document.activeElement) ? "head" : stage.contains(document.activeElement) || document.activeElement === document.body ? "step" : "";
    const redrawn = drawHead(now, step);
    if (shown && shown.step === step && shown.stage === now.stage) {
      if (redrawn && focused === "head") head.querySelector<HTMLElement>("[aria-current]")?.focus();
      return shown.view.update?.(now);
    }
    const first = shown === null;
    shown?.view.destroy?.();
    const view = build(step, now);
    shown = { step, stage: now.stage, view };
    fill(stage, view.element);
    stage.scrollTop = 0;
    element.scrollIntoView({ block: "start" });
    if (!first && focused !== "") view.heading.focus({ preventScroll: true });
  };

  const watch = (): void => {
    clearTimeout(timer);
    if (gone || !imported || !isBusy(imported.stage)) return;
    timer = setTimeout(() => void poll(), pollDelay(unchanged));
  };
  const poll = async (): Promise<void> => {
    const before = imported;
    try {
      const now = await getImport(id);
      if (gone || !before) return;
      unchanged = JSON.stringify(now.progress) === JSON.stringify(before.progress) ? unchanged + 1 : 0;
      fill(lost);
      if (now.stage !== before.stage) announce(ti(`reached.${now.stage}`));
      take(now);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401 || gone) return;
      if (error.status === 404) return left();
      // The work goes on without this screen: it is asked for again.
      unchanged++;
      fill(lost, note(ti("progress.lost"), "warn"));
      watch();
    }
  };
  const take = (now: Import): void => {
    imported = now;
    draw(now);
    watch();
  };
  const follow = (now: Import): void => {
    unchanged = 0;
    take(now);
  };
  const recount = (): void => {
    void getImport(id).then(
      (now) => (gone ? undefined : take(now)),
      (error: unknown) => (!gone && error instanceof ApiError && error.status === 404 ? left() : undefined),
    );
  };
  const left = (): void => {
    toast(ti("left"), "bad");
    host.go("list");
  };

  const drop = async (now: Import, button: HTMLButtonElement): Promise<void> => {
    const staging = now.stage === "staging";
    if (!(await askYesNo(ti(staging ? "drop.stopTitle" : "drop.title", { name: now.name }), ti("drop.text"), ti(staging ? "drop.stop" : "drop"), t("common.cancel")))) return;
    if (!(await act(button, () => dropImport(id)))) return;
    toast(ti("dropped", { name: now.name }), "good");
    host.go("list");
  };

  const begin = async (): Promise<void> => {
    const [now, all] = await Promise.all([getImport(id), listImportFields()]);
    if (gone) return;
    fields = all;
    fill(body, head, lost, stage);
    take(now);
  };
  void load(body, begin, () => {}).catch((error: unknown) => fill(body, note(failure(error), "bad")));

  return {
    element,
    follow(asked) {
      if ((asked.get("import") ?? "") !== id) return location.reload();
      query = asked;
      if (imported) draw(imported);
    },
    destroy(): void {
      gone = true;
      clearTimeout(timer);
      shown?.view.destroy?.();
    },
  };
}
