import { formatNumber } from "../../core/format";
import { h } from "../../ui/h";

/** One number of a summary, with what it counts. */
export const figure = (name: string, n: number | string, help: string): HTMLElement =>
  h("div", { class: "figure" }, h("span", { class: "figure-name" }, name), h("span", { class: "figure-number" }, typeof n === "number" ? formatNumber(n) : n), h("span", { class: "help" }, help));
