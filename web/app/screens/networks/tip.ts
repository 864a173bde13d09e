import type { ChartModel } from "../../core/chart/model";
import { fill, h } from "../../ui/h";
import { word } from "../../ui/words";
import { tieSentence } from "./selection";
import { tn } from "./words";

/** What is under the pointer, in words beside it; screen readers hear it when it is chosen. */
export function tip(model: () => ChartModel | null): { show(what: { place: string | null; tie: string | null } | null, x: number, y: number, element: HTMLElement): void } {
  const element = h("div", { class: "map-tip", hidden: true, "aria-hidden": "true" });
  return {
    show(what, x, y, over) {
      const now = model();
      const node = now?.nodes[now.at.get(what?.place ?? "") ?? -1];
      const tie = now && what?.tie ? tieSentence(now, what.tie) : "";
      element.hidden = !node && tie === "";
      if (element.hidden) return;
      if (element.parentElement !== over) over.append(element);
      if (node) fill(element, h("strong", null, [node.reference, node.name].filter(Boolean).join(" · ")), h("span", { class: "tip-line" }, [word("kinds", node.kind), word("statuses", node.status), node.commune].filter(Boolean).join(" · ")), h("span", { class: "tip-line" }, tn("selected.neighbours", { n: now?.neighbours[now.at.get(node.id) ?? -1]?.length ?? 0 })));
      else fill(element, h("span", { class: "tip-line" }, tie));
      const { clientWidth: width, clientHeight: height } = over;
      element.style.transform = `translate(${Math.max(8, Math.min(x + 16, width - element.offsetWidth - 8))}px, ${Math.max(8, Math.min(y + 16, height - element.offsetHeight - 8))}px)`;
    },
  };
}
