import { listProfiles, mapImport, type Import, type Mapping } from "../../api/imports";
import { fitProfile, tidyMapping, wrongInMapping } from "../../core/importmapping";
import { announce } from "../../ui/announce";
import { field, select, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { formErrors, type FormErrors } from "../desk/form";
import { note } from "../desk/parts";
import { columnsTable } from "./columnstable";
import { onlyRows } from "./only";
import type { StepHost, StepView } from "./one";
import { systemFields } from "./system";
import { vocabularyFields } from "./vocabulary";
import { ts } from "./columnwords";
import { ti } from "./words";

/** What the columns mean: the server's suggestion, which a person or a kept profile corrects. */
export function columnsStep(imported: Import, host: StepHost): StepView {
  const heading = h("h3", { tabindex: -1 }, ts("columns.title"));
  const place = h("div", { class: "columns-form" });
  const said = h("div");
  let current = host.draft.mapping ?? imported.mapping ?? imported.suggestion?.mapping ?? { columns: {} };
  let form = buildForm(imported, host, current);
  const saveAs = h("input", { class: "input", name: "save_as", maxlength: 80, autocomplete: "off" });
  const keep = field(saveAs, { label: ts("profile.keep"), help: ts("profile.keepHelp") });
  const remember = (): void => {
    current = form.read();
    host.draft.mapping = current;
  };
  const draw = (mapping: Mapping): void => {
    current = mapping;
    form = buildForm(imported, host, mapping);
    fill(place, ...form.elements);
    host.draft.mapping = mapping;
  };

  const submit = h("button", { type: "submit", class: "button button-primary" }, ts("columns.submit"));
  const send = async (): Promise<void> => {
    const errors = formErrors({ ...form.fields, save_as: keep });
    fill(problems, errors.element);
    errors.clear();
    remember();
    const mapping = tidyMapping(current);
    const wrong = [...wrongInMapping(mapping, imported.header ?? [], hasGeometry(imported))].map(([name, key]) => ({ field: name, message: ts(`wrong.${key}`) }));
    if (wrong.length > 0) return refuse(errors, () => errors.show(wrong));
    submit.disabled = true;
    try {
      const now = await mapImport(imported.id, mapping, saveAs.value.trim());
      host.draft.mapping = null;
      host.follow(now);
      host.go("rows");
    } catch (error) {
      refuse(errors, () => errors.problem(error));
    } finally {
      submit.disabled = false;
    }
  };
  // A field that is out of sight cannot take the focus: what hides wrong ones is opened first.
  const refuse = (errors: FormErrors, show: () => void): void => {
    show();
    for (const hidden of place.querySelectorAll<HTMLDetailsElement>("details:not([open])")) {
      if (!hidden.querySelector(".field-wrong")) continue;
      hidden.open = true;
      hidden.querySelector<HTMLElement>(".field-wrong :is(select, input)")?.focus();
    }
    if (errors.element.childElementCount > 0 && !place.contains(document.activeElement)) errors.element.scrollIntoView({ block: "nearest" });
  };

  const problems = h("div");
  const profile = h("div", { class: "profile" });
  const load = async (): Promise<void> => {
    const profiles = await listProfiles().catch(() => []);
    if (profiles.length === 0) return;
    const choice = select(profiles.map(({ name = "" }) => ({ value: name, label: name })), ts("profile.choose"), current.name ?? "");
    const apply = (): void => {
      const chosen = profiles.find(({ name }) => name === choice.value);
      if (!chosen) return choice.focus();
      const { mapping, missing } = fitProfile(chosen, imported.header ?? []);
      draw(mapping);
      saveAs.value = "";
      const text = missing.length > 0 ? ts("profile.missing", { columns: missing.map((column) => ti("quoted", { text: column })).join(", ") }) : ts("profile.applied", { name: choice.value });
      announce(text);
      fill(said, note(text, missing.length > 0 ? "warn" : "good"));
    };
    fill(profile, field(choice, { label: ts("profile.load") }).element, h("button", { type: "button", class: "button", onclick: apply }, ts("profile.apply")));
  };
  void load();

  const suggest = h("button", { type: "button", class: "button button-quiet", onclick: () => imported.suggestion && (draw(imported.suggestion.mapping), announce(ts("columns.suggested"))) }, ts("columns.reset"));
  fill(place, ...form.elements);
  const element = h(
    "form",
    { class: "desk-scroll import-wide", novalidate: true, "aria-label": ts("columns.title"), onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    imported.stage === "failed" && imported.error ? note(imported.error, "bad") : null,
    imported.stage === "staged" ? note(ts("columns.already"), "") : null,
    h("div", { class: "columns-head" }, h("div", null, heading, h("p", { class: "help" }, ts("columns.intro"))), profile, imported.suggestion ? suggest : null),
    said,
    problems,
    place,
    h("section", { class: "card keep" }, keep.element),
    h("div", { class: "import-foot" }, submit),
  );
  place.addEventListener("change", remember);
  return { element, heading };
}

/** A file of shapes brings its positions with it, whatever its columns say. */
const hasGeometry = ({ reading }: Import): boolean => ["geojson", "gpkg", "shp"].includes(reading?.format ?? "");

interface ColumnsForm {
  elements: HTMLElement[];
  fields: Record<string, Field>;
  read(): Mapping;
}

function buildForm(imported: Import, host: StepHost, mapping: Mapping): ColumnsForm {
  const words = vocabularyFields(imported, host.fields, mapping);
  const columns = columnsTable(imported, host.fields, mapping, () => words.follow(columns.read().columns));
  const only = onlyRows(imported, mapping.only ?? {});
  const system = systemFields(imported, mapping);
  words.follow(mapping.columns);
  return {
    elements: [
      h("section", { class: "card" }, columns.element),
      words.element,
      h("section", { class: "card" }, h("h3", null, ts("system.title")), ...system.elements),
      h("section", { class: "card" }, h("h3", null, ts("only.title")), h("p", { class: "help" }, ts("only.help")), only.field.element),
    ],
    fields: { ...columns.fields, ...words.fields, ...system.fields, only: only.field },
    read: () => ({ ...(mapping.name ? { name: mapping.name } : {}), ...columns.read(), vocabulary: words.read(), ...system.read(), only: only.read() }),
  };
}
