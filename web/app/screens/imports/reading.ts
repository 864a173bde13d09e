import { readImport, type Import, type ReadingOptions } from "../../api/imports";
import { systems } from "../../core/importmapping";
import { sentence } from "../../i18n/served";
import { toast } from "../../ui/announce";
import { checkbox, field, select, type Field } from "../../ui/field";
import { fill, h, type Child } from "../../ui/h";
import { icon } from "../../ui/icons";
import { formErrors } from "../desk/form";
import { empty, note } from "../desk/parts";
import type { StepHost, StepView } from "./one";
import { preview } from "./preview";
import { ts } from "./columnwords";

const formats = ["csv", "xlsx", "geojson", "gpkg", "shp"] as const;
const encodings = ["utf-8", "windows-1252", "iso-8859-15", "utf-16"];
const separators = [
  { value: ";", key: "separator.semicolon" },
  { value: ",", key: "separator.comma" },
  { value: "\t", key: "separator.tab" },
  { value: "|", key: "separator.bar" },
] as const;

/** How the file was read, each finding with a control that says otherwise, and its first rows. */
export function readingStep(first: Import, host: StepHost): StepView {
  const element = h("div", { class: "desk-scroll import-wide" });
  const heading = h("h3", { tabindex: -1 }, ts("reading.title"));
  const draw = (imported: Import): void => fill(element, ...content(imported, host, heading, draw));
  draw(first);
  return { element, heading };
}

/** `draw` shows another reading in the place of this one. */
function content(imported: Import, host: StepHost, heading: HTMLElement, draw: (imported: Import) => void): Child[] {
  const found = imported.reading ?? { format: "", notes: [], sheets: [] };
  const asText = found.format === "csv";

  const format = select(formats.map((value) => ({ value, label: ts(`format.${value}`) })), null, found.format);
  const encoding = select(withPresent(encodings, found.encoding).map((value) => ({ value, label: value.toUpperCase() })), null, found.encoding ?? "");
  const separator = select(separators.map(({ value, key }) => ({ value, label: ts(key) })), null, found.separator ?? ";");
  const sheet = select(found.sheets.map((value) => ({ value, label: value })), null, found.sheet ?? "");
  const line = h("input", { class: "input", type: "number", min: 1, max: 1000, inputmode: "numeric", value: String(Math.max(1, found.header_row ?? 1)) });
  const none = checkbox(ts("reading.noHeader"), found.header_row === -1, (checked) => (line.disabled = checked));
  line.disabled = none.input.checked;

  const fields: Record<string, Field> = { format: field(format, { label: ts("reading.format"), help: ts("reading.formatHelp") }) };
  if (asText) {
    fields["encoding"] = field(encoding, { label: ts("reading.encoding"), help: ts("reading.encodingHelp") });
    fields["separator"] = field(separator, { label: ts("reading.separator") });
  }
  if (found.sheets.length > 0) fields["sheet"] = field(sheet, { label: ts(found.format === "xlsx" ? "reading.sheet" : "reading.layer"), help: ts("reading.sheets", { n: found.sheets.length }) });
  if (asText || found.format === "xlsx") fields["header_row"] = field(line, { label: ts("reading.header"), after: none.element });
  const errors = formErrors(fields);

  const read = (): ReadingOptions => {
    // Another format is found out from the beginning: what was found for this one says nothing about it.
    if (format.value !== found.format) return { format: format.value };
    return {
      format: format.value,
      ...(asText ? { encoding: encoding.value, separator: separator.value } : {}),
      ...(fields["sheet"] ? { sheet: sheet.value } : {}),
      ...(fields["header_row"] ? { header_row: none.input.checked ? -1 : Number(line.value) || 1 } : {}),
    };
  };
  const again = h("button", { type: "submit", class: "button" }, ts("reading.again"));
  const anew = h("button", { type: "button", class: "button button-quiet", onclick: () => void send({}) }, ts("reading.detect"));
  const send = async (options: ReadingOptions): Promise<void> => {
    errors.clear();
    for (const button of [again, anew]) button.disabled = true;
    try {
      const now = await readImport(imported.id, options);
      host.draft.mapping = null;
      toast(ts("reading.done"), "good");
      host.follow(now);
      draw(now);
      heading.focus({ preventScroll: true });
    } catch (error) {
      errors.problem(error);
    } finally {
      for (const button of [again, anew]) button.disabled = false;
    }
  };
  const header = imported.header ?? [];
  const sample = imported.sample ?? [];
  const go = h("button", { type: "button", class: "button button-primary", onclick: () => host.go("columns") }, ts("reading.next"), icon("steps", 18));
  return [
    imported.stage === "failed" && imported.error ? note(imported.error, "bad") : null,
    h(
      "section",
      { class: "card" },
      heading,
      found.notes.length > 0 ? note(h("ul", { class: "notes" }, ...found.notes.map((text) => h("li", null, sentence(text)))), "warn") : null,
      errors.element,
      h(
        "form",
        { class: "reading-form", novalidate: true, "aria-label": ts("reading.title"), onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send(read())) },
        ...Object.values(fields).map(({ element: one }) => one),
        h("div", { class: "fact reading-system" }, h("p", null, h("strong", null, ts("reading.system"))), h("p", { class: "help" }, systemText(found.epsg))),
        h("div", { class: "reading-actions" }, again, anew),
      ),
    ),
    h(
      "section",
      { class: "card" },
      h("div", { class: "card-line" }, h("h3", null, ts("preview")), h("span", { class: "help" }, [ts("columns.count", { n: header.length }), ts("preview.rows", { n: sample.length })].join(" · "))),
      sample.length === 0 ? empty("list", ts("preview.none"), ts("preview.noneHelp")) : preview(header, sample),
      h("div", { class: "detail-actions" }, go),
    ),
  ];
}

const withPresent = (all: readonly string[], present: string | undefined): string[] => (present && !all.includes(present) ? [present, ...all] : [...all]);

function systemText(epsg: number | undefined): string {
  if (!epsg) return ts("reading.noSystem");
  const known = systems.find((system) => system.epsg === epsg);
  return ts("reading.declared", { name: known ? `${known.name} (EPSG:${epsg})` : `EPSG:${epsg}` });
}
