import { ApiError } from "../../api/client";
import { commitImport, getImport, listRows, type Import } from "../../api/imports";
import { formatShare } from "../../core/imports";
import { noTally, outlook, serverOutlook, tally, weighedStates, type Outlook, type Tally } from "../../core/importrows";
import { t } from "../../i18n";
import { announce } from "../../ui/announce";
import { askYesNo } from "../../ui/dialog";
import { field } from "../../ui/field";
import { debounce, fill, h } from "../../ui/h";
import { formErrors } from "../desk/form";
import { note } from "../desk/parts";
import type { StepHost, StepView } from "./one";
import { reportStep } from "./report";
import { figure } from "./figure";
import { tb } from "./reportwords";

const pageSize = 200;
const mostPages = 10;

/** What will come onto the map, with the threshold that merges by itself; once it has come, the report. */
export function commitStep(imported: Import, host: StepHost): StepView {
  return imported.stage === "staged" ? proposal(imported, host) : reportStep(imported, host);
}

function proposal(first: Import, host: StepHost): StepView {
  let imported = first;
  const { accept_from: accept, propose_from: propose } = first;
  const heading = h("h3", { tabindex: -1 }, tb("commit.title"));
  const figures = h("div", { class: "figures", role: "group", "aria-label": tb("commit.figures") });
  const partial = h("div");
  const input = h("input", { class: "range", type: "range", name: "threshold", min: 50, max: 100, step: 0.5, value: String(accept * 100) });
  const said = h("output", { class: "threshold-said", for: (input.id = "import-threshold") });
  const threshold = (): number => Number(input.value) / 100;
  const proposed = (): boolean => Math.abs(threshold() - accept) < 0.0026;
  const back = h("button", { type: "button", class: "button button-small", onclick: () => ((input.value = String(accept * 100)), follow()) }, tb("threshold.back", { share: formatShare(accept) }));

  let counted: { tally: Tally; whole: boolean } | null = null;
  let counting = false;
  let gone = false;
  /** The scores of all rows that may be merged; read only by whoever moves the threshold. */
  const count = async (): Promise<void> => {
    if (counting) return;
    counting = true;
    const found = noTally();
    let cursor = "";
    let pages = 0;
    try {
      do {
        const page = await listRows(imported.id, weighedStates, pageSize, cursor);
        if (gone) return;
        tally(page.rows, found);
        cursor = page.cursor;
      } while (cursor !== "" && ++pages < mostPages);
      counted = { tally: found, whole: cursor === "" };
      draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(partial, note(tb("threshold.failed"), "warn"));
    } finally {
      counting = false;
    }
  };
  const foreseen = (): Outlook | null => {
    if (proposed()) return serverOutlook(imported.counts);
    return counted?.whole ? outlook(imported.counts, counted.tally, threshold(), propose) : null;
  };
  const draw = (): void => {
    const { counts } = imported;
    const seen = foreseen();
    said.textContent = threshold() >= 1 ? tb("threshold.none") : formatShare(threshold());
    input.setAttribute("aria-valuetext", said.textContent);
    back.hidden = proposed();
    fill(partial, seen === null && counted && !counted.whole ? note(tb("threshold.tooMany", { n: pageSize * mostPages }), "") : null);
    const unknown = counted ? "?" : "…";
    fill(
      figures,
      figure(tb("figure.added"), seen?.added ?? unknown, tb("figure.addedHelp")),
      figure(tb("figure.merged"), seen?.merged ?? unknown, threshold() >= 1 ? tb("figure.mergedDecided") : tb("figure.mergedHelp", { share: formatShare(threshold()) })),
      figure(tb("figure.waiting"), seen?.waiting ?? unknown, tb("figure.waitingHelp")),
      figure(tb("figure.quarantined"), counts.quarantined, tb("figure.quarantinedHelp")),
      figure(tb("figure.known"), counts.known, tb("figure.knownHelp")),
      figure(tb("figure.skipped"), counts.skipped, tb("figure.skippedHelp")),
    );
  };
  const tell = debounce(700, () => {
    const seen = foreseen();
    if (seen) announce(tb("threshold.told", { added: seen.added, merged: seen.merged }));
  });
  const follow = (): void => {
    draw();
    if (!proposed() && !counted) void count();
    tell();
  };
  input.addEventListener("input", follow);

  const control = field(input, { label: tb("threshold"), help: tb("threshold.help") });
  control.element.append(h("div", { class: "threshold-line" }, said, back));
  const errors = formErrors({ threshold: control });
  const submit = h("button", { type: "submit", class: "button button-primary" }, tb("commit.submit"));
  const send = async (): Promise<void> => {
    errors.clear();
    const seen = foreseen();
    const text = seen ? tb("commit.askText", { added: seen.added, merged: seen.merged }) : tb("commit.askPart");
    if (!(await askYesNo(tb("commit.ask"), text, tb("commit.submit"), t("common.cancel"), "primary"))) return;
    submit.disabled = true;
    try {
      host.follow(await commitImport(imported.id, proposed() ? undefined : threshold()));
    } catch (error) {
      submit.disabled = false;
      errors.problem(error);
      // Somebody else may have been faster: the page goes where the server is.
      if (error instanceof ApiError && error.status === 409) void getImport(imported.id).then((now) => now.stage !== "staged" && host.follow(now), () => {});
    }
  };
  draw();
  const { counts } = first;
  return {
    heading,
    element: h(
      "form",
      { class: "desk-scroll import-wide", novalidate: true, "aria-label": tb("commit.title"), onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("div", { class: "desk-lead" }, heading, h("p", null, tb("commit.intro", { n: counts.rows }))),
      errors.element,
      counts.review > 0 ? note(tb("commit.undecided", { n: counts.review }), "warn") : null,
      figures,
      partial,
      h("section", { class: "card threshold" }, control.element),
      counts.by_address + counts.commune_only > 0 ? h("p", { class: "help" }, [counts.by_address > 0 ? tb("commit.byAddress", { n: counts.by_address }) : "", counts.commune_only > 0 ? tb("commit.communeOnly", { n: counts.commune_only }) : ""].filter(Boolean).join(" ")) : null,
      h("div", { class: "import-foot" }, h("button", { type: "button", class: "button", onclick: () => host.go("rows") }, tb("commit.back")), submit),
    ),
    update(now) {
      imported = now;
      counted = null;
      draw();
    },
    destroy(): void {
      gone = true;
      tell.cancel();
    },
  };
}
