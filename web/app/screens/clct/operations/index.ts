import "../../../styles/operations.css";
import { listOperations, type Operation } from "../../../api/operations";
import { fill, h } from "../../../ui/h";
import { screenLink } from "../../addresses";
import { load } from "../../desk/parts";
import { daysText, resultsText, typeBadge } from "../../operations/parts";
import { watchPanel, type WatchPanel } from "../../operations/watch";
import { to } from "../../operations/words";

/** How many are shown; the others are on the screen of operations. */
const most = 6;

/** The latest operations of a territory, each with what came after it when it is asked for. */
export function operationsOf(territory: string): { element: HTMLElement; destroy(): void } {
  const asked = new AbortController();
  const watches: WatchPanel[] = [];
  const place = h("div", { class: "op-recent" });
  const card = (operation: Operation): HTMLElement => {
    let watch: WatchPanel | null = null;
    const shown = resultsText(operation.results);
    const details = h("details", { class: "numbers", ontoggle: () => open() }, h("summary", null, to("watch.open")));
    const open = (): void => {
      if (watch || !details.open) return;
      watch = watchPanel(operation.reference);
      watches.push(watch);
      details.append(watch.element);
      watch.start();
    };
    return h("li", { class: "op-card" }, h("div", { class: "op-card-head" }, typeBadge(operation), h("strong", null, operation.territory_name), h("span", { class: "op-place-text" }, daysText(operation))), shown === "" ? null : h("p", { class: "help" }, shown), details);
  };
  void load(
    place,
    () => listOperations({ territory }, most, asked.signal),
    ({ operations, total }) =>
      fill(
        place,
        operations.length === 0 ? h("p", { class: "help" }, to("clct.none")) : h("ul", { class: "op-cards", "aria-label": to("clct.title") }, ...operations.map(card)),
        total > operations.length ? screenLink(`/operations?page=list&territory=${territory}`, { class: "button" }, to("clct.all")) : null,
      ),
  );
  return {
    element: h("section", { class: "op-section", "aria-label": to("clct.title") }, h("h3", null, to("clct.title")), place),
    destroy() {
      asked.abort();
      for (const watch of watches) watch.destroy();
    },
  };
}
