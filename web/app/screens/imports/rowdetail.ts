import type { DealPoint } from "../../api/client";
import type { Import, RowDecision, StagedRow } from "../../api/imports";
import { certaintyOf, shownCandidate } from "../../core/importrows";
import { sentence, served } from "../../i18n/served";
import { fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { screenLink } from "../addresses";
import { note } from "../desk/parts";
import { candidateButton, compareTable, reasonList } from "./candidate";
import { cellsForm } from "./cells";
import { kbd } from "./keys";
import { rowName } from "./rowlist";
import { stateBadge } from "./stage";
import { tl } from "./rowwords";

interface DetailHost {
  imported: Import;
  canChange: boolean;
  decide(row: StagedRow, decision: RowDecision): Promise<void>;
  mend(row: StagedRow, cells: Record<string, string>): Promise<void>;
  undo(row: StagedRow): Promise<void>;
  /** Another candidate is compared: the map shows it. */
  look(point: DealPoint | null): void;
}

export interface RowDetail {
  element: HTMLElement;
  /** The place that the row is compared with. */
  candidate(): DealPoint | null;
  choose(index: number): void;
  press(action: "merge" | "add" | "skip"): void;
  focus(): void;
}

/** One row: what is wrong with it, what it may be the same as, what it says; and what becomes of it. */
export function rowDetail(row: StagedRow, host: DetailHost): RowDetail {
  const { imported, canChange } = host;
  const { candidates, decision, place, state } = row;
  let chosen = shownCandidate(row);
  const title = h("h4", { tabindex: -1 }, h("span", { class: "row-line" }, tl("row.line", { line: row.line })), rowName(row));
  const actions = h("div", { class: "row-decide", role: "group", "aria-label": tl("decide") });
  const choices = h("ol", { class: "candidate-list" });
  const why = h("div", { class: "compared" });
  const compared = h("div", { class: "compared" });

  const mayDecide = canChange && ["review", "merge", "new", "skipped"].includes(state);
  const shown = (): StagedRow["candidates"][number] | null => candidates[chosen] ?? null;
  const press = (action: RowDecision["action"]): void => {
    if (!canChange || (!mayDecide && action !== "skip")) return;
    const candidate = shown();
    if (action === "merge" && (!candidate || candidate.blocked)) return;
    void host.decide(row, action === "merge" ? { action, into: candidate!.point.id } : { action });
  };
  const button = (action: RowDecision["action"], key: string, label: string, primary = false, off = false): HTMLElement =>
    h("button", { type: "button", class: `button ${primary ? "button-primary" : ""}`, "aria-pressed": decision ? String(decision.action === action && (action !== "merge" || decision.into === shown()?.point.id)) : null, "aria-disabled": off ? "true" : null, "aria-keyshortcuts": key.toLowerCase(), onclick: () => press(action) }, label, kbd(key));

  const drawActions = (): void => {
    const candidate = shown();
    fill(
      actions,
      mayDecide && candidate ? button("merge", "F", tl("decide.merge", { ref: candidate.point.properties.reference }), !candidate.blocked && !decision && ["sure", "likely"].includes(certaintyOf(candidate.score, imported.accept_from, imported.propose_from)), !!candidate.blocked) : null,
      mayDecide ? button("add", "N", tl("decide.add"), candidates.length === 0 && !decision) : null,
      canChange && state !== "known" ? button("skip", "I", tl("decide.skip")) : null,
      canChange && decision ? h("button", { type: "button", class: "button button-quiet", "aria-keyshortcuts": "u", onclick: () => void host.undo(row) }, tl("decide.undo"), kbd("U")) : null,
    );
    actions.hidden = actions.childElementCount === 0;
  };
  const draw = (): void => {
    const candidate = shown();
    drawActions();
    fill(choices, ...candidates.map((one, i) => h("li", null, candidateButton(one, i, i === chosen, imported, () => choose(i)))));
    fill(why, candidate?.blocked ? note(sentence(candidate.blocked), "warn") : null, candidate ? reasonList(candidate.reasons) : null);
    fill(compared, place ? compareTable(place, candidate) : null);
  };
  const choose = (index: number): void => {
    if (!candidates[index] || index === chosen) return;
    const focused = choices.contains(document.activeElement);
    chosen = index;
    draw();
    if (focused) choices.querySelectorAll("button")[index]?.focus();
    host.look(candidates[index].point);
  };
  draw();

  const header = imported.header ?? [];
  const loose = row.problems.filter(({ column }) => column === "" || !header.includes(column));
  const cells = canChange && state !== "done" ? cellsForm(row, header, Object.values(imported.mapping?.columns ?? {}), (changed) => host.mend(row, changed)) : null;
  const wrong = row.problems.length > 0;
  const part = (heading: string, ...content: Child[]): HTMLElement => h("section", { class: "detail-part" }, h("h5", null, heading), ...content);
  const element = h(
    "article",
    { class: "row-article" },
    h("div", { class: "row-head" }, title, decision ? null : stateBadge(state), decision ? h("span", { class: "badge badge-accent" }, icon("check", 14), tl(`decision.${decision.action}`)) : null, place ? h("p", { class: "help" }, [tl(`located.${place.located_by}`), served(place.located_why ?? "")].filter(Boolean).join(" · ")) : null, row.point ? screenLink(`/?point=${encodeURIComponent(row.point)}`, { class: "button button-small" }, icon("map", 18), tl("row.seePoint", { ref: row.point })) : null),
    ...loose.map(({ reason }) => note(sentence(reason), "bad")),
    state === "review" && candidates.length === 0 ? note(tl("row.unseenHelp")) : null,
    wrong && cells ? part(tl("cells.mend"), cells) : null,
    candidates.length > 0 ? part(tl("candidates", { n: candidates.length }), h("div", { class: "match" }, choices, why), compared) : place ? part(tl("row.says"), compared) : null,
    !wrong && cells ? h("details", { class: "columns-rest cells-rest" }, h("summary", null, tl("cells.open")), cells) : null,
    actions,
  );
  return { element, candidate: () => shown()?.point ?? null, choose, press, focus: () => title.focus({ preventScroll: true }) };
}
