import { listReports, settleReport, type Report } from "../../api/reports";
import { formErrors } from "../desk/form";
import { inOrder } from "../../core/reports";
import { toast } from "../../ui/announce";
import { field, segmented } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { empty, load } from "../desk/parts";
import { communeOf, dayReceived, reportFacts, statusBadge } from "./facts";
import { tr } from "./words";

export interface Inbox {
  element: HTMLElement;
  focus(): void;
  /** A point was made from a report: what is left is to settle it. */
  created(report: Report, reference: string): void;
}

interface InboxHost {
  close(): void;
  /** Shows where a report lies; null shows nothing any more. */
  look(report: Report | null): void;
  create(report: Report): void;
  /** How many wait. */
  waiting(n: number): void;
}

/** The reports that a Cross or the Ofast works through, beside the map. */
export function openInbox(host: InboxHost): Inbox {
  let reports: Report[] = [];
  let opened: Report | null = null;
  let settled = false;
  const title = h("h2", { id: "inbox-title", tabindex: -1 });
  const back = h("button", { type: "button", class: "icon-button", onclick: () => (opened ? list(opened.id) : host.close()) }, icon("back"));
  const body = h("div", { class: "sheet-body inbox" });
  const element = h("section", { class: "sheet", "aria-labelledby": "inbox-title" }, h("div", { class: "sheet-head" }, back, title), body);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (opened) list(opened.id);
    else host.close();
  });

  const read = async (): Promise<void> => {
    const told = await listReports();
    reports = inOrder(told.reports.filter(({ may_settle: mine, status }) => mine || status !== "received"));
    host.waiting(told.waiting);
  };

  const head = (text: string, label: string): void => {
    title.textContent = text;
    back.setAttribute("aria-label", label);
  };

  /** The list; the focus goes to the row of the report that was open. */
  const list = (from = ""): void => {
    opened = null;
    host.look(null);
    head(tr("inbox"), tr("inbox.back"));
    const shown = reports.filter(({ status }) => (status !== "received") === settled);
    const waiting = reports.filter(({ status }) => status === "received").length;
    const choice = segmented(tr("settle"), [{ value: "waiting", label: `${tr("inbox.toDo")} (${waiting})` }, { value: "settled", label: `${tr("inbox.done")} (${reports.length - waiting})` }] as const, settled ? "settled" : "waiting", (value) => {
      settled = value === "settled";
      list();
      body.querySelector<HTMLElement>("input:checked")?.focus();
    });
    fill(body, h("div", { class: "inbox-choice" }, choice), shown.length === 0 ? empty("list", tr(settled ? "inbox.noneDone" : "inbox.none"), settled ? "" : tr("inbox.noneHelp")) : h("ul", { class: "inbox-rows" }, ...shown.map(row)));
    if (from !== "") (body.querySelector<HTMLElement>(`[data-report="${from}"]`) ?? title).focus();
  };

  const row = (report: Report): HTMLElement =>
    h(
      "li",
      null,
      h(
        "button",
        { type: "button", class: "inbox-row", "data-report": report.id, onclick: () => show(report) },
        h("span", { class: "inbox-line" }, h("strong", null, report.address || communeOf(report)), settled ? statusBadge(report) : null),
        h("span", { class: "inbox-text" }, report.text),
        h("span", { class: "cell-more" }, [communeOf(report), report.unit, dayReceived(report)].filter(Boolean).join(" · ")),
      ),
    );

  const show = (report: Report, said = ""): void => {
    opened = report;
    host.look(report);
    head(report.address || communeOf(report), tr("inbox.backToList"));
    const open = report.status === "received" && report.may_settle;
    fill(
      body,
      h(
        "div",
        { class: "detail-body" },
        said === "" ? null : h("p", { class: "note note-good", role: "status" }, icon("check"), said),
        ...reportFacts(report, true),
        report.answer ? h("section", { class: "detail-part" }, h("h3", null, tr("fact.answer")), h("p", null, report.answer)) : null,
        h(
          "div",
          { class: "detail-actions" },
          report.position ? h("button", { type: "button", class: "button", onclick: () => host.look(report) }, icon("target", 18), tr("inbox.look")) : null,
          open ? h("button", { type: "button", class: "button", onclick: () => host.create(report) }, icon("plus", 18), tr("inbox.create")) : null,
        ),
        open ? settleForm(report) : null,
      ),
    );
    body.scrollTop = 0;
    title.focus({ preventScroll: true });
  };

  const settleForm = (report: Report): HTMLElement => {
    const input = h("textarea", { class: "input", name: "answer", rows: 3, maxlength: 500 });
    const answer = field(input, { label: tr("settle.answer"), help: tr("settle.answerHelp") });
    const errors = formErrors({ answer });
    const buttons = (["kept", "declined"] as const).map((status) => h("button", { type: "button", class: `button ${status === "kept" ? "button-primary" : ""}`, onclick: () => void settle(status) }, tr(`settle.${status}`)));
    const settle = async (status: "kept" | "declined"): Promise<void> => {
      errors.clear();
      for (const button of buttons) button.disabled = true;
      try {
        await settleReport(report.id, status, input.value.trim());
        errors.done();
        toast(tr(status === "kept" ? "settle.doneKept" : "settle.doneDeclined"), "good");
        await read();
        list();
        title.focus();
      } catch (error) {
        errors.problem(error);
      } finally {
        for (const button of buttons) button.disabled = false;
      }
    };
    const made = h("section", { class: "detail-part", "aria-labelledby": "settle-title" }, h("h3", { id: "settle-title" }, tr("settle")), errors.element, answer.element, h("div", { class: "detail-actions" }, ...buttons));
    errors.keep(made, `settle:${report.id}`);
    return made;
  };

  head(tr("inbox"), tr("inbox.back"));
  void load(body, read, () => list());
  return {
    element,
    focus: () => title.focus({ preventScroll: true }),
    created: (report, reference) => show(report, tr("settle.now", { ref: reference })),
  };
}
