import { h } from "../../../ui/h";

/** The operations of a territory, and the watch after them. */
export function territoryOperations(options: { territory: string }): { element: HTMLElement; destroy(): void } {
  const element = h("div", { class: "operations", "data-territory": options.territory, hidden: true });
  return { element, destroy: () => element.remove() };
}
