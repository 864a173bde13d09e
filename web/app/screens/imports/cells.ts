import { ApiError } from "../../api/client";
import type { StagedRow } from "../../api/imports";
import { changedCells, columnsToMend } from "../../core/importrows";
import { served } from "../../i18n/served";
import { announce } from "../../ui/announce";
import { field, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { failure, note } from "../desk/parts";
import { ts } from "./columnwords";
import { tl } from "./rowwords";

const mostRest = 60;
const long = 70;

/** The cells of a row, to be mended: what is wrong with one stands under it, with the passage marked. */
export function cellsForm(row: StagedRow, header: readonly string[], read: readonly string[], send: (cells: Record<string, string>) => Promise<void>): HTMLElement {
  const fields = new Map<number, { made: Field; control: HTMLInputElement | HTMLTextAreaElement }>();
  const cell = (at: number): HTMLElement => {
    const text = row.cells[at] ?? "";
    const control = text.length > long || text.includes("\n") ? h("textarea", { class: "input", rows: 3, value: text }) : h("input", { class: "input", value: text, autocomplete: "off", spellcheck: "false" });
    const made = field(control, { label: header[at] ?? "" });
    fields.set(at, { made, control });
    const problem = row.problems.find(({ column }) => column !== "" && column === header[at]);
    if (problem) made.setError({ message: served(problem.reason), ...(problem.value === text && problem.end ? { start: problem.start ?? 0, end: problem.end } : {}) });
    return made.element;
  };
  const { first, rest } = columnsToMend(header, row.problems, read);
  const shown = rest.slice(0, mostRest);
  const refused = h("div", { role: "alert" });
  const save = h("button", { type: "submit", class: "button button-primary" }, tl("cells.save"));
  const submit = async (): Promise<void> => {
    fill(refused);
    const cells = changedCells(header, row.cells, new Map([...fields].map(([at, { control }]) => [at, control.value])));
    if (!cells) return announce(tl("cells.same"));
    save.disabled = true;
    try {
      await send(cells);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const loose: string[] = [];
      for (const { field: name, ...rest } of error.problem?.errors ?? []) {
        const found = [...fields.values()].find(({ made }) => name === `cells.${made.label}`);
        if (found) found.made.setError(rest);
        else loose.push(rest.message);
      }
      fill(refused, note([failure(error), ...loose].join(" "), "bad"));
    } finally {
      save.disabled = false;
    }
  };
  return h(
    "form",
    { class: "cells", novalidate: true, "aria-label": tl("cells"), onsubmit: (event: SubmitEvent) => (event.preventDefault(), void submit()) },
    refused,
    h("div", { class: "cells-grid" }, ...first.map(cell)),
    shown.length > 0 ? h("details", { class: "columns-rest" }, h("summary", null, tl("cells.rest", { n: rest.length })), h("div", { class: "cells-grid" }, ...shown.map(cell)), rest.length > shown.length ? h("p", { class: "help" }, ts("preview.more", { n: rest.length - shown.length })) : null) : null,
    h("div", { class: "detail-actions" }, save),
  );
}
