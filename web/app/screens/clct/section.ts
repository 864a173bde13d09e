import { h, uniqueId, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { glyph, glyphs } from "./svg";
import { tc } from "./words";

/** A card under a heading, with what belongs beside the heading. */
export function section(title: string, { id, tools, lead, wide }: { id?: string; tools?: Child; lead?: Child; wide?: boolean }, ...content: Child[]): HTMLElement {
  const heading = id ?? uniqueId("clct");
  return h(
    "section",
    { class: wide ? "clct-card clct-wide" : "clct-card", "aria-labelledby": heading },
    h("div", { class: "clct-card-head" }, h("h3", { id: heading }, title), tools),
    lead ? h("p", { class: "clct-lead" }, lead) : null,
    ...content,
  );
}

/** A chart and the table that says the same: one of the two is on the screen, both are printed. */
export function charted(chart: HTMLElement, table: HTMLElement): { button: HTMLElement; body: HTMLElement } {
  const body = h("div", { class: "charted" }, chart, table);
  const button = h("button", { type: "button", class: "button button-quiet clct-toggle", "aria-pressed": "false", onclick: () => show(button.getAttribute("aria-pressed") !== "true") });
  const show = (asTable: boolean): void => {
    button.setAttribute("aria-pressed", String(asTable));
    button.replaceChildren(asTable ? icon("chart", 18) : (glyph(glyphs.table, 18) as Node), h("span", null, tc("table.show")));
    chart.hidden = asTable;
    table.hidden = !asTable;
  };
  show(false);
  return { button, body };
}

/** A table of numbers: the first cell of each row is its heading. */
export function numbers(caption: string, head: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return h(
    "div",
    { class: "table-wrap clct-numbers", role: "region", tabindex: 0, "aria-label": tc("table.of", { name: caption }) },
    h(
      "table",
      { class: "table" },
      h("caption", { class: "visually-hidden" }, caption),
      h("thead", null, h("tr", null, ...head.map((label, i) => h("th", { scope: "col", class: i > 0 ? "col-number" : null }, label)))),
      h("tbody", null, ...rows.map(([first, ...rest]) => h("tr", null, h("th", { scope: "row" }, first), ...rest.map((cell) => h("td", { class: "col-number" }, cell))))),
    ),
  );
}
