import type { LookStore } from "../../core/chart/look";
import type { ChartModel } from "../../core/chart/model";
import { sheetAddress } from "../../core/filters";
import { formatDay } from "../../core/format";
import { graphOf, writeNetworks } from "../../core/networks";
import { isOneOf, statuses } from "../../core/vocabulary";
import { fill, h } from "../../ui/h";
import { icon, statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { screenLink } from "../addresses";
import { tn } from "./words";

interface SelectionHost {
  model(): ChartModel | null;
  clear(): void;
  tryClosing(place: string): void;
  path(end: "from" | "to", place: string): void;
}

/** What a place is, in one sentence. */
export function placeSentence(model: ChartModel, id: string): string {
  const i = model.at.get(id);
  const node = i === undefined ? undefined : model.nodes[i];
  if (i === undefined || !node) return "";
  return tn("selected.said", { ref: [node.reference, node.name].filter(Boolean).join(" "), kind: word("kinds", node.kind), status: word("statuses", node.status).toLocaleLowerCase(), neighbours: tn("selected.neighbours", { n: model.neighbours[i]?.length ?? 0 }) });
}

/** What a tie is, in one sentence. */
export function tieSentence(model: ChartModel, id: string): string {
  const tie = model.ties[model.tieAt.get(id) ?? -1];
  if (!tie) return "";
  return tn("selected.tie.said", { from: model.nodes[tie.from]?.reference ?? "", to: model.nodes[tie.to]?.reference ?? "", kind: word("link_kinds", tie.kind).toLocaleLowerCase(), means: tie.means ? ` (${word("link_means", tie.means).toLocaleLowerCase()})` : "", strength: tie.strength });
}

/** The place or tie that is chosen, and what can be done with it. */
export function selectionBar(look: LookStore, host: SelectionHost): { element: HTMLElement; draw(): void; destroy(): void } {
  const element = h("section", { class: "net-selection", "aria-label": tn("selected"), "data-testid": "selection" });
  const button = (label: string, run: () => void, name = label): HTMLElement => h("button", { type: "button", class: "button button-small", "aria-label": name === label ? null : name, onclick: run }, label);
  const draw = (): void => {
    const model = host.model();
    const { selected, tie, closed } = look.get();
    const clear = h("button", { type: "button", class: "icon-button", "aria-label": tn("selected.clear"), onclick: () => host.clear() }, icon("close", 18));
    const node = model?.nodes[model.at.get(selected ?? "") ?? -1];
    if (model && selected !== null && node) {
      return fill(
        element,
        h("p", { class: "net-chosen" }, isOneOf(statuses, node.status) ? statusShape(node.status, 16) : null, h("strong", { class: "reference" }, node.reference), h("span", null, [node.name, word("kinds", node.kind), word("statuses", node.status), tn("selected.neighbours", { n: model.neighbours[model.at.get(selected) ?? -1]?.length ?? 0 })].filter(Boolean).join(" · "))),
        h(
          "div",
          { class: "net-actions" },
          screenLink(sheetAddress(node), { class: "button button-small" }, tn("selected.open")),
          screenLink(writeNetworks(graphOf({ place: node.reference })), { class: "button button-small" }, tn("selected.around")),
          button(closed.has(selected) ? tn("selected.untry") : tn("selected.try"), () => host.tryClosing(selected)),
          button(tn("selected.from.short"), () => host.path("from", selected), tn("selected.from")),
          button(tn("selected.to.short"), () => host.path("to", selected), tn("selected.to")),
          clear,
        ),
      );
    }
    const found = model?.ties[model.tieAt.get(tie ?? "") ?? -1];
    if (model && found) {
      const [from, to] = [model.nodes[found.from]?.reference ?? "", model.nodes[found.to]?.reference ?? ""];
      const days = [found.since ? `${tn("col.since").toLocaleLowerCase()} ${formatDay(found.since)}` : "", found.until ? `${tn("col.until").toLocaleLowerCase()} ${formatDay(found.until)}` : ""];
      return fill(element, h("p", { class: "net-chosen" }, h("strong", null, tn("selected.tie", { from, to })), h("span", null, [word("link_kinds", found.kind), word("link_means", found.means), `${tn("col.strength").toLocaleLowerCase()} ${found.strength}`, ...days, found.grading].filter(Boolean).join(" · "))), h("div", { class: "net-actions" }, clear));
    }
    fill(element, h("p", { class: "help" }, tn("selected.none")));
  };
  const stops = [look.watch(({ selected }) => selected, draw), look.watch(({ tie }) => tie, draw), look.watch(({ closed }) => closed, draw)];
  draw();
  return { element, draw, destroy: () => stops.forEach((stop) => stop()) };
}
