import type { RowState, StagedRow } from "../../api/imports";
import { formatShare } from "../../core/imports";
import { bestScore } from "../../core/importrows";
import { sentence, served } from "../../i18n/served";
import { fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { stateBadge } from "./stage";
import { tl } from "./rowwords";
import { ti } from "./words";

export interface RowList {
  element: HTMLElement;
  set(rows: readonly StagedRow[]): void;
  update(row: StagedRow): void;
  /** Marks the row whose details are shown. */
  mark(line: number | null): void;
}

/** The rows of a page, all of which were in one state when they were read; what has become another says so. */
export function rowList(open: (line: number) => void, state: () => RowState): RowList {
  const buttons = new Map<number, HTMLButtonElement>();
  const element = h("ol", { class: "inbox-rows", "aria-label": tl("rows.list") });
  const draw = (row: StagedRow): void => {
    const button = buttons.get(row.line);
    if (button) fill(button, ...content(row, state()));
  };
  return {
    element,
    set(rows) {
      buttons.clear();
      for (const { line } of rows) buttons.set(line, h("button", { type: "button", class: "inbox-row import-row", "data-line": line, onclick: () => open(line) }));
      fill(element, ...[...buttons.values()].map((button) => h("li", null, button)));
      rows.forEach(draw);
    },
    update: draw,
    mark(line) {
      for (const [of, button] of buttons) {
        if (of === line) {
          button.setAttribute("aria-current", "true");
          button.scrollIntoView({ block: "nearest" });
        } else button.removeAttribute("aria-current");
      }
    },
  };
}

/** What a row is called: its place where it could be read, else its first words. */
export function rowName({ place, cells }: StagedRow): string {
  return place?.name || place?.address || cells.filter((cell) => cell !== "").slice(0, 3).join(" · ") || tl("row.empty");
}

/** What one has to know of a row to choose it: why it was set aside, or how sure its best match is. */
function why(row: StagedRow): string {
  const [problem] = row.problems;
  if (problem) return problem.column === "" ? sentence(problem.reason) : ti("pair", { name: problem.column, value: served(problem.reason) });
  const best = bestScore(row);
  if (row.candidates.length > 0) return best > 0 ? tl("row.best", { share: formatShare(best), n: row.candidates.length }) : tl("row.blocked");
  if (row.state === "review") return tl("row.unseen");
  return row.place ? [row.place.commune_name, tl(`located.${row.place.located_by}`)].filter(Boolean).join(" · ") : "";
}

function content(row: StagedRow, common: RowState): (HTMLElement | null)[] {
  const { line, state, decision, mended, point } = row;
  return [
    h("span", { class: "inbox-line" }, h("strong", null, h("span", { class: "row-line" }, tl("row.line", { line })), rowName(row)), decision ? h("span", { class: "badge badge-accent" }, icon("check", 14), tl(`decision.${decision.action}`)) : state === common ? null : stateBadge(state)),
    h("span", { class: "cell-more" }, [why(row), mended ? tl("row.mended") : "", point ?? ""].filter(Boolean).join(" · ")),
  ];
}
