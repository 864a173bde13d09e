import { getImportReport, undoImport, type Import, type ImportReport } from "../../api/imports";
import { ApiError } from "../../api/client";
import { viewOf } from "../../core/imports";
import { writeView } from "../../core/filters";
import { openDialog } from "../../ui/dialog";
import { fieldGroup } from "../../ui/field";
import { fill, h, uniqueId } from "../../ui/h";
import { icon } from "../../ui/icons";
import { screenLink } from "../addresses";
import { facts, load, moment, note, refusal } from "../desk/parts";
import { figure } from "./figure";
import type { StepHost, StepView } from "./one";
import { tb } from "./reportwords";
import { ti } from "./words";

/** What came, what was merged, what waits; and the way to take all of it off the map again. */
export function reportStep(imported: Import, host: StepHost): StepView {
  const undone = imported.stage === "undone";
  const heading = h("h3", { tabindex: -1 }, tb(undone ? "report.undone" : "report.title"));
  const place = h("div", { class: "report-place" });
  void load(place, () => getImportReport(imported.id), (report) => fill(place, ...(undone ? undoneContent(report) : content(imported, report))));
  return {
    heading,
    element: h(
      "div",
      { class: "desk-scroll import-wide" },
      heading,
      imported.error ? note(imported.error, "bad") : null,
      place,
      undone
        ? null
        : h("section", { class: "card" }, h("h3", null, tb("undo.heading")), h("p", { class: "help" }, tb("undo.help")), h("div", null, h("button", { type: "button", class: "button button-danger", onclick: () => askUndo(imported, host) }, tb("undo")))),
    ),
  };
}

function content({ id, bounds }: Import, report: ImportReport): HTMLElement[] {
  const { rows, added, merged, known, quarantined, skipped, waiting } = report;
  return [
    h("div", { class: "figures" }, figure(tb("figure.added"), added, tb("report.added")), figure(tb("figure.merged"), merged, tb("report.merged")), figure(tb("figure.waiting"), waiting, tb("report.waiting")), figure(tb("figure.quarantined"), quarantined, tb("figure.quarantinedHelp")), figure(tb("figure.known"), known, tb("figure.knownHelp")), figure(tb("figure.skipped"), skipped, tb("figure.skippedHelp"))),
    h(
      "section",
      { class: "card" },
      h("p", null, waiting > 0 ? tb("report.wait", { n: waiting }) : tb("report.waitNone")),
      h(
        "div",
        { class: "detail-actions" },
        waiting > 0 ? screenLink(`/doublons?import=${encodeURIComponent(id)}`, { class: "button button-primary" }, tb("report.duplicates")) : null,
        bounds ? screenLink(`/${writeView(viewOf(bounds))}`, { class: "button" }, icon("map", 18), tb("report.map")) : null,
      ),
      facts([tb("report.rows"), ti("rows", { n: rows })], [tb("report.opened"), moment(report.opened)], [tb("report.finished"), moment(report.finished)]),
    ),
  ];
}

const undoneContent = ({ kept, finished }: ImportReport): HTMLElement[] => [h("section", { class: "card" }, h("p", null, tb("report.undoneText")), h("p", null, kept > 0 ? tb("report.kept", { n: kept }) : tb("report.keptNone")), facts([tb("report.finished"), moment(finished)]))];

/** Asks what becomes of the points that people have worked on since, then takes the import back. */
function askUndo(imported: Import, host: StepHost): void {
  const name = uniqueId("edited");
  const choices = (["keep", "withdraw"] as const).map((value) => ({ value, input: h("input", { type: "radio", name, value, checked: value === "keep" }) }));
  const rows = choices.map(({ value, input }) => h("label", { class: "check" }, input, h("span", { class: "check-label" }, h("span", null, h("strong", null, tb(`undo.${value}`)), h("span", { class: "help radio-help" }, tb(`undo.${value}Help`))))));
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-danger" }, tb("undo"));
  const send = async (): Promise<void> => {
    submit.disabled = true;
    try {
      const now = await undoImport(imported.id, choices.find(({ input }) => input.checked)?.value ?? "keep");
      dialog.close();
      host.follow(now);
    } catch (error) {
      submit.disabled = false;
      if (!(error instanceof ApiError)) throw error;
      fill(problem, note(refusal(error), "bad"));
    }
  };
  const dialog = openDialog(
    { title: tb("undo.title", { name: imported.name }) },
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("p", null, tb("undo.text")),
      problem,
      fieldGroup(h("div", { class: "radios" }, ...rows), { label: tb("undo.edited") }).element,
      h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, tb("undo.no")), submit),
    ),
  );
}
