import type { SampleRow } from "../../api/imports";
import { h } from "../../ui/h";
import { ts } from "./columnwords";
import { ti } from "./words";

/** A list of a thousand columns is shown by its first ones: drawing all would freeze the screen. */
const mostColumns = 60;
const mostLetters = 120;

/** The first rows of a file as they were read. */
export function preview(header: readonly string[], rows: readonly SampleRow[]): HTMLElement {
  const shown = header.slice(0, mostColumns);
  const left = header.length - shown.length;
  const clip = (text = ""): string => (text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text);
  return h(
    "div",
    { class: "table-wrap preview", role: "region", tabindex: 0, "aria-label": ts("preview") },
    h(
      "table",
      { class: "table" },
      h("caption", { class: "visually-hidden" }, ts("preview")),
      h("thead", null, h("tr", null, h("th", { scope: "col", class: "col-number" }, ti("line")), ...shown.map((name) => h("th", { scope: "col" }, clip(name))), left > 0 ? h("th", { scope: "col" }, ts("preview.more", { n: left })) : null)),
      h("tbody", null, ...rows.map(({ line, cells }) => h("tr", null, h("th", { scope: "row", class: "col-number" }, line), ...shown.map((_, i) => h("td", null, clip(cells[i]))), left > 0 ? h("td", null, "…") : null))),
    ),
  );
}
