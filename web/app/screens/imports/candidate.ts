import type { Candidate, Import, MatchReason, StagedPlace } from "../../api/imports";
import { formatShare } from "../../core/imports";
import { barsOf, certaintyOf, comparison, type Compared } from "../../core/importrows";
import { formatDistance } from "../../core/format";
import { t } from "../../i18n";
import { served } from "../../i18n/served";
import { h } from "../../ui/h";
import { statusShape } from "../../ui/icons";
import { fieldName } from "../history";
import { valueText } from "../values";
import { kbd } from "./keys";
import { tl } from "./rowwords";

/** A place that may be the same, with how sure that is in words and in per cent. */
export function candidateButton({ point, score, metres, blocked }: Candidate, index: number, chosen: boolean, { accept_from: accept, propose_from: propose }: Import, choose: () => void): HTMLElement {
  const { properties: p } = point;
  const certainty = tl(`certainty.${certaintyOf(score, accept, propose)}`);
  const where = [p.reference, p.commune_name, metres === undefined ? tl("candidate.noDistance") : tl("candidate.distance", { distance: formatDistance(metres) })];
  return h(
    "button",
    { type: "button", class: "candidate-choice", "aria-pressed": String(chosen), onclick: choose },
    index < 5 ? kbd(String(index + 1)) : null,
    statusShape(p.status, 18),
    h("span", { class: "candidate-text" }, h("strong", null, p.name || t("list.blurredName")), h("span", { class: "cell-more" }, where.filter(Boolean).join(" · "))),
    h("span", { class: "candidate-score" }, h("strong", null, blocked ? tl("candidate.blocked") : formatShare(score)), h("span", { class: "cell-more" }, blocked ? "" : certainty)),
  );
}

/** Why: each reason with a bar to the right when it speaks for, to the left when it speaks against, and a word that says so. */
export function reasonList(reasons: readonly MatchReason[]): HTMLElement | null {
  if (reasons.length === 0) return null;
  return h(
    "ul",
    { class: "reasons", "aria-label": tl("reasons") },
    ...barsOf(reasons).map(({ text, weight, length }) => {
      const bar = h("span", { class: `reason-bar ${weight < 0 ? "reason-against" : "reason-for"}` });
      bar.style.setProperty("--length", `${length}%`);
      return h("li", null, h("span", { class: "reason-sign" }, tl(weight < 0 ? "reason.against" : "reason.for")), h("span", { class: "reason-track", "aria-hidden": "true" }, bar), h("span", null, served(text)));
    }),
  );
}

/** The row and the place field by field; what differs is marked with a word, not by colour alone. */
export function compareTable(place: StagedPlace, candidate: Candidate | null): HTMLElement {
  const lines = comparison(place, candidate?.point ?? null, candidate?.differing ?? []);
  const cell = (value: Compared["staged"], field: string): HTMLElement => h("td", null, valueText(field, value) || h("span", { class: "unset" }, tl("compare.nothing")));
  return h(
    "table",
    { class: candidate ? "versions compare-table" : "versions compare-table compare-one" },
    h("caption", { class: "visually-hidden" }, tl("compare")),
    h("thead", null, h("tr", null, h("th", { scope: "col" }, tl("compare.field")), h("th", { scope: "col" }, tl("compare.row")), candidate ? h("th", { scope: "col" }, tl("compare.point", { ref: candidate.point.properties.reference })) : null)),
    h(
      "tbody",
      null,
      ...lines.map(({ field, staged, point, differs }) =>
        h("tr", { class: differs ? "contested" : null }, h("th", { scope: "row" }, fieldName(field), differs ? h("span", { class: "badge badge-warn" }, tl("compare.differs")) : null), cell(staged, field), candidate ? cell(point, field) : null),
      ),
    ),
  );
}
