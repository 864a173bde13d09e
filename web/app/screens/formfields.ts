import { todayInFrance } from "../core/format";
import { isObject, type Json } from "../core/json";
import { splitList, tidy, type PlaceRecord } from "../core/record";
import type { Family } from "../core/filters";
import { handlingCodes, isSiteKind, kinds, products, reaches, siteKinds } from "../core/vocabulary";
import { t } from "../i18n";
import { checkbox, field, fieldGroup, segmented, select, type Control, type Field } from "../ui/field";
import { fill, h } from "../ui/h";
import { gradingScheme, words } from "../ui/words";
import { buildCommune } from "./communefield";
import { ty } from "./formwords";
import { fieldName } from "./history";

/** The fields of a point's form, apart from its position. */
export interface FormFields {
  fields: Record<string, Field>;
  /** Sections in the order of the form. */
  sections: { title: string; content: HTMLElement[] }[];
  read(): PlaceRecord;
  write(record: PlaceRecord): void;
  /** Calls back when the accuracy changes: a commune has no position. */
  onAccuracy(run: (accuracy: string) => void): void;
  /** Calls back when it becomes a point, or a site. */
  onFamily(run: (family: Family) => void): void;
}

interface Bound {
  read(): Json;
  write(value: Json | undefined): void;
}

const text = (value: Json | undefined): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** Fields by the names of the contract, and how each is read and written. */
function binder() {
  const fields: Record<string, Field> = {};
  const bound: Record<string, Bound> = {};
  const put = (name: string, control: Control, options: { help?: string; required?: boolean } = {}): HTMLElement => {
    control.name = name;
    const made = field(control, { label: fieldName(name), ...options });
    fields[name] = made;
    bound[name] ??= { read: () => control.value.trim(), write: (value) => (control.value = text(value)) };
    return made.element;
  };
  const listLine = (name: string, help: string): HTMLElement => {
    const input = h("input", { class: "input", autocomplete: "off", spellcheck: "false" });
    bound[name] = { read: () => splitList(input.value), write: (value) => (input.value = Array.isArray(value) ? value.join(", ") : "") };
    return put(name, input, { help });
  };
  return {
    fields,
    bound,
    put,
    listLine,
    read(): PlaceRecord {
      const flat: { [name: string]: Json } = {};
      for (const [name, control] of Object.entries(bound)) assign(flat, name, control.read());
      const record = tidy(flat);
      // Scheme alone is no grading.
      const grading = record["grading"];
      return isObject(grading) && !grading["source"] && !grading["information"] ? tidy({ ...record, grading: null }) : record;
    },
    write(record: PlaceRecord): void {
      for (const [name, control] of Object.entries(bound)) control.write(pick(record, name));
    },
  };
}

/** Handling and grading alone, which links have as well as places. */
export function buildHeld(): { fields: Record<string, Field>; handling: HTMLElement[]; grading: HTMLElement[]; read(): PlaceRecord; write(record: PlaceRecord): void } {
  const { fields, bound, put, listLine, read, write } = binder();
  return { fields, handling: handlingFields(fields, bound, put, listLine), grading: gradingFields(fields, bound, put), read, write };
}

export function buildFields(adding: boolean): FormFields {
  const { fields, bound, put, listLine, read, write } = binder();
  const line = (name: string, options: { help?: string; required?: boolean } = {}): HTMLElement => put(name, h("input", { class: "input", autocomplete: "off" }), options);
  const day = (name: string, future: boolean): HTMLElement => put(name, h("input", { class: "input", type: "date", max: future ? null : todayInFrance() }));
  const kindControl = select([], t("common.choose"), "");
  const kind = put("kind", kindControl, { required: true });
  const accuracyControl = select(words("accuracies"), t("common.choose"), "");
  const noDoor = h("p", { class: "help", hidden: true }, ty("form.noDoor"));
  const accuracy = put("accuracy", accuracyControl, { required: true });
  accuracy.append(noDoor);
  const familyRuns: ((family: Family) => void)[] = [];
  const familyChoice = segmented(ty("form.family"), (["points", "sites"] as const).map((value) => ({ value, label: ty(`form.family.${value}`) })), "points", (value) => setFamily(value));
  familyChoice.hidden = !adding;
  const setFamily = (family: Family): void => {
    const own: readonly string[] = family === "sites" ? siteKinds : kinds;
    const kept = kindControl.value;
    fill(kindControl, h("option", { value: "" }, t("common.choose")), ...words("kinds").filter((w) => own.includes(w.value)).map(({ value, label }) => h("option", { value }, label)));
    kindControl.value = own.includes(kept) ? kept : "";
    for (const input of familyChoice.querySelectorAll("input")) input.checked = input.value === family;
    followKind();
    for (const run of familyRuns) run(family);
  };
  /** The door of a stash flat would name who lives behind it. */
  const followKind = (): void => {
    const stash = kindControl.value === "stash_flat";
    noDoor.hidden = !stash;
    for (const option of accuracyControl.options) if (option.value === "door") option.hidden = option.disabled = stash;
    if (!stash || accuracyControl.value !== "door") return;
    accuracyControl.value = "building";
    accuracyControl.dispatchEvent(new Event("change"));
  };
  kindControl.addEventListener("change", followKind);
  bound["kind"] = {
    read: () => kindControl.value,
    write(value) {
      setFamily(isSiteKind(text(value)) ? "sites" : "points");
      kindControl.value = text(value);
      followKind();
    },
  };
  setFamily("points");
  const intensityControl = select(words("intensities"), ty("form.intensityNone"), "");
  bound["intensity"] = { read: () => (intensityControl.value === "" ? null : Number(intensityControl.value)), write: (value) => (intensityControl.value = text(value)) };
  const status = adding ? put("status", select(words("statuses").filter((w) => w.value === "reported" || w.value === "active"), null, "reported")) : null;

  const sections = [
    {
      title: ty("form.where"),
      content: [familyChoice, line("name", { help: ty("form.nameHelp"), required: true }), h("div", { class: "pair" }, kind, accuracy), communeField(fields, bound), line("address"), line("landlord", { help: ty("form.landlordHelp") })],
    },
    {
      title: ty("form.what"),
      content: [
        ...(status ? [status] : []),
        productsField(fields, bound),
        line("hours", { help: ty("form.hoursHelp") }),
        put("intensity", intensityControl),
        watchField(fields, bound),
        put("note", h("textarea", { class: "input", rows: 3 }), { help: ty("form.noteHelp") }),
      ],
    },
    { title: ty("form.handling"), content: [h("p", { class: "help" }, ty("form.handlingIntro")), ...handlingFields(fields, bound, put, listLine)] },
    { title: ty("form.who"), content: [...gradingFields(fields, bound, put), listLine("networks", ty("form.networksHelp")), listLine("case_references", ty("form.listHelp"))] },
    { title: ty("form.dates"), content: [h("div", { class: "pair" }, day("first_seen", false), adding ? day("last_confirmed", false) : day("next_review", true)), ...(adding ? [day("next_review", true)] : [])] },
  ];

  return {
    fields,
    sections,
    read,
    write,
    onAccuracy(run) {
      accuracyControl.addEventListener("change", () => run(accuracyControl.value));
    },
    onFamily: (run) => familyRuns.push(run),
  };
}

/** Dotted names are one level deep: handling.reach is reach in handling. */
function assign(record: { [name: string]: Json }, name: string, value: Json): void {
  const [outer, inner] = name.split(".") as [string, string?];
  if (inner === undefined) record[outer] = value;
  else record[outer] = { ...(isObject(record[outer]) ? record[outer] : {}), [inner]: value };
}

function pick(record: PlaceRecord, name: string): Json | undefined {
  const [outer, inner] = name.split(".") as [string, string?];
  const value = record[outer];
  return inner === undefined ? value : isObject(value) ? value[inner] : undefined;
}

type Put = (name: string, control: Control, options?: { help?: string; required?: boolean }) => HTMLElement;

function communeField(fields: Record<string, Field>, bound: Record<string, Bound>): HTMLElement {
  const { field: made, read, write } = buildCommune(fieldName("commune"), ty("form.communeHelp"));
  fields["commune"] = made;
  bound["commune"] = { read, write: (value) => write(text(value)) };
  return made.element;
}

function productsField(fields: Record<string, Field>, bound: Record<string, Bound>): HTMLElement {
  const boxes = words("products")
    .filter((w) => (products as readonly string[]).includes(w.value))
    .map(({ value, label }) => ({ value, ...checkbox(label, false) }));
  for (const box of boxes) box.input.name = "products";
  const made = fieldGroup(h("div", { class: "check-grid" }, ...boxes.map((box) => box.element)), { label: fieldName("products") });
  fields["products"] = made;
  bound["products"] = {
    read: () => boxes.filter((box) => box.input.checked).map((box) => box.value),
    write: (value) => boxes.forEach((box) => (box.input.checked = Array.isArray(value) && value.includes(box.value))),
  };
  return made.element;
}

/** Lookouts, obstacles and cameras: seen there, or not. */
function watchField(fields: Record<string, Field>, bound: Record<string, Bound>): HTMLElement {
  const boxes = (["lookouts", "obstacles", "cameras"] as const).map((name) => ({ name, ...checkbox(fieldName(name), false) }));
  const made = fieldGroup(h("div", { class: "check-grid" }, ...boxes.map((box) => box.element)), { label: ty("form.watch") });
  for (const { name, input } of boxes) {
    input.name = name;
    fields[name] = { ...made, label: fieldName(name), focusTarget: input };
    bound[name] = { read: () => input.checked, write: (value) => (input.checked = value === true) };
  }
  return made.element;
}

function handlingFields(fields: Record<string, Field>, bound: Record<string, Bound>, put: Put, listLine: (name: string, help: string) => HTMLElement): HTMLElement[] {
  const reach = select(words("reaches").filter((w) => (reaches as readonly string[]).includes(w.value)), null, "national");
  const means = h("p", { class: "help" });
  const groupsElement = listLine("handling.groups", t("form.groupsHelp"));
  const blurred = checkbox(ty("form.blurred"), false);
  const blurredField = fieldGroup([blurred.element], { label: fieldName("handling.blurred"), help: ty("form.blurredHelp") });
  const follow = (): void => {
    const now = reaches.find((value) => value === reach.value) ?? "national";
    means.textContent = t(`reach.${now}.means`);
    groupsElement.hidden = now !== "group";
    blurredField.element.hidden = now === "national";
  };
  reach.addEventListener("change", follow);
  bound["handling.reach"] = {
    read: () => reach.value,
    write(value) {
      reach.value = text(value) || "national";
      follow();
    },
  };
  const groups = bound["handling.groups"];
  bound["handling.groups"] = { read: () => (reach.value === "group" ? (groups?.read() ?? []) : []), write: (value) => groups?.write(value) };
  fields["handling.blurred"] = blurredField;
  bound["handling.blurred"] = { read: () => reach.value !== "national" && blurred.input.checked, write: (value) => (blurred.input.checked = value === true) };
  const code = select(words("handling_codes").filter((w) => (handlingCodes as readonly string[]).includes(w.value)), null, "H0");
  bound["handling.code"] = { read: () => code.value, write: (value) => (code.value = text(value) || "H0") };
  const reachElement = put("handling.reach", reach);
  reachElement.append(means);
  follow();
  return [reachElement, groupsElement, blurredField.element, put("handling.code", code), put("handling.embargo_until", h("input", { class: "input", type: "date" }))];
}

function gradingFields(_fields: Record<string, Field>, bound: Record<string, Bound>, put: Put): HTMLElement[] {
  const scheme = select(words("grading_schemes"), t("form.gradingNone"), "");
  const source = select([], t("common.choose"), "");
  const information = select([], t("common.choose"), "");
  const elements = [put("grading.scheme", scheme), put("grading.source", source), put("grading.information", information)];
  const pair = h("div", { class: "pair" }, elements[1], elements[2]);
  const follow = (): void => {
    const known = gradingScheme(scheme.value);
    pair.hidden = !known;
    for (const [control, terms] of [[source, known?.sources], [information, known?.information]] as const) {
      const kept = control.value;
      const options = (terms ?? []).map(({ value, label }) => h("option", { value }, label.startsWith(value) ? label : `${value} · ${label}`));
      fill(control, h("option", { value: "" }, t("common.choose")), ...options);
      control.value = options.some((option) => option.value === kept) ? kept : "";
    }
  };
  scheme.addEventListener("change", follow);
  bound["grading.scheme"] = {
    read: () => scheme.value,
    write(value) {
      scheme.value = text(value);
      follow();
    },
  };
  for (const [name, control] of [["grading.source", source], ["grading.information", information]] as const) {
    bound[name] = { read: () => (scheme.value === "" ? "" : control.value), write: (value) => (control.value = text(value)) };
  }
  follow();
  return [elements[0]!, pair];
}
