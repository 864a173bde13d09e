import { ApiError, type FieldProblem } from "../../api/client";
import { changeNetwork, getNetwork, recordNetwork, type Network, type NewNetwork } from "../../api/networks";
import { todayInFrance } from "../../core/format";
import { isObject, type Json, type JsonObject } from "../../core/json";
import { keyring } from "../../core/keyring";
import { graphOf } from "../../core/networks";
import { mergePatch } from "../../core/patch";
import { splitList, tidy } from "../../core/record";
import { handlingCodes, products, reaches } from "../../core/vocabulary";
import { t } from "../../i18n";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { checkbox, field, fieldGroup, select, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { gradingScheme, words } from "../../ui/words";
import { formErrors } from "../desk/form";
import { load } from "../desk/parts";
import { fieldName } from "../history";
import type { NetworksHost, NetworksPage } from "./index";
import { territoryField } from "./territory";
import { tn } from "./words";

/** Opens the record of a network, or changes the one that the address names. */
export function formPage(host: NetworksHost, place: { page: "new"; code: string } | { page: "edit"; network: string }): NetworksPage {
  const element = h("div", { class: "op-page" });
  if (place.page === "new") fill(element, form(host, null, place.code));
  else void load(element, () => getNetwork(place.network), (network) => fill(element, form(host, network, network.code)));
  host.title(place.page === "new" ? tn("form.new") : tn("form.edit", { code: place.network }));
  return { element };
}

/** What the form edits, by the names of the contract; what is empty is left out. */
const editable = ["territory", "status", "products", "since", "until", "note", "handling", "grading", "case_references"] as const;

function recordOf(network: Network | null): JsonObject {
  const given = (network ?? {}) as unknown as JsonObject;
  return tidy(Object.fromEntries(editable.map((name) => [name, given[name]])));
}

function form(host: NetworksHost, before: Network | null, givenCode: string): HTMLElement {
  const recorded = before?.recorded === true ? before : null;
  const was = recordOf(recorded);
  const text = (name: string, inner?: string): string => {
    const value = inner ? (isObject(was[name]) ? was[name][inner] : undefined) : was[name];
    return typeof value === "string" ? value : "";
  };
  const today = todayInFrance();
  const code = h("input", { class: "input", name: "code", maxlength: 20, spellcheck: "false", autocomplete: "off", autocapitalize: "characters", value: givenCode });
  const territory = territoryField({ label: tn("territory"), required: true, name: "territory" });
  const status = select(words("network_statuses"), null, text("status") || "suspected");
  const chosen = Array.isArray(was["products"]) ? was["products"] : [];
  const boxes = words("products").filter(({ value }) => (products as readonly string[]).includes(value)).map(({ value, label }) => ({ value, ...checkbox(label, chosen.includes(value)) }));
  const since = h("input", { class: "input", type: "date", max: today, value: text("since") });
  const until = h("input", { class: "input", type: "date", value: text("until") });
  const note = h("textarea", { class: "input", rows: 4, maxlength: 4000 });
  note.value = text("note");
  const cases = h("input", { class: "input", autocomplete: "off", spellcheck: "false", value: Array.isArray(was["case_references"]) ? was["case_references"].join(", ") : "" });
  const reach = select(words("reaches").filter(({ value }) => (reaches as readonly string[]).includes(value)), null, text("handling", "reach") || "national");
  const groups = h("input", { class: "input", autocomplete: "off", value: isObject(was["handling"]) && Array.isArray(was["handling"]["groups"]) ? was["handling"]["groups"].join(", ") : "" });
  const handling = select(words("handling_codes").filter(({ value }) => (handlingCodes as readonly string[]).includes(value)), null, text("handling", "code") || "H0");
  const embargo = h("input", { class: "input", type: "date", value: text("handling", "embargo_until") });
  const scheme = select(words("grading_schemes"), t("form.gradingNone"), text("grading", "scheme"));
  const source = select([], t("common.choose"), "");
  const information = select([], t("common.choose"), "");
  const fields: Record<string, Field> = {
    ...(recorded ? {} : { code: field(code, { label: tn("form.code"), help: tn("form.code.help") }) }),
    territory: territory.field,
    status: field(status, { label: tn("status") }),
    products: fieldGroup(h("div", { class: "check-grid" }, ...boxes.map(({ element }) => element)), { label: tn("products") }),
    since: field(since, { label: tn("form.since") }),
    until: field(until, { label: tn("form.until") }),
    note: field(note, { label: tn("facts.note"), help: tn("form.note.help") }),
    case_references: field(cases, { label: tn("facts.cases"), help: tn("form.cases.help") }),
    "handling.reach": field(reach, { label: fieldName("handling.reach") }),
    "handling.groups": field(groups, { label: fieldName("handling.groups"), help: t("form.groupsHelp") }),
    "handling.code": field(handling, { label: fieldName("handling.code") }),
    "handling.embargo_until": field(embargo, { label: fieldName("handling.embargo_until") }),
    "grading.scheme": field(scheme, { label: fieldName("grading.scheme") }),
    "grading.source": field(source, { label: fieldName("grading.source") }),
    "grading.information": field(information, { label: fieldName("grading.information") }),
  };
  const element = (name: string): HTMLElement | null => fields[name]?.element ?? null;
  const followReach = (): boolean => (fields["handling.groups"]!.element.hidden = reach.value !== "group");
  reach.addEventListener("change", followReach);
  followReach();
  const followScheme = (): void => {
    const known = gradingScheme(scheme.value);
    for (const [name, control, terms] of [["source", source, known?.sources], ["information", information, known?.information]] as const) {
      const kept = control.value || text("grading", name);
      fill(control, h("option", { value: "" }, t("common.choose")), ...(terms ?? []).map(({ value, label }) => h("option", { value }, label.startsWith(value) ? label : `${value} · ${label}`)));
      control.value = (terms ?? []).some(({ value }) => value === kept) ? kept : "";
      fields[`grading.${name}`]!.element.hidden = !known;
    }
  };
  scheme.addEventListener("change", followScheme);
  followScheme();
  const own = store.get().me.territories;
  if (recorded?.territory ?? before?.territory) territory.set(recorded?.territory ?? before?.territory ?? "");
  else if (own.length === 1 && own[0] && own[0].code !== "fr") territory.set(own[0].code);

  const errors = formErrors(fields, (name) => (fields[name.replace(/\[\d+\].*$/, "")] ? name.replace(/\[\d+\].*$/, "") : name));
  const submit = h("button", { type: "submit", class: "button button-primary" }, tn("form.save"));
  const keyFor = keyring();
  const read = (): JsonObject =>
    tidy({
      territory: territory.get(),
      status: status.value,
      products: boxes.filter(({ input }) => input.checked).map(({ value }) => value),
      since: since.value,
      until: until.value,
      note: note.value.trim(),
      case_references: splitList(cases.value),
      handling: { ...(isObject(was["handling"]) ? was["handling"] : {}), reach: reach.value, groups: reach.value === "group" ? splitList(groups.value) : [], code: handling.value, embargo_until: embargo.value },
      grading: scheme.value === "" || (source.value === "" && information.value === "") ? null : { scheme: scheme.value, source: source.value, information: information.value },
    });
  const send = async (): Promise<void> => {
    errors.clear();
    const after = read();
    const missing: FieldProblem[] = after["territory"] ? [] : [{ field: "territory", message: tn("form.territory") }];
    if (missing.length > 0) return errors.show(missing);
    submit.disabled = true;
    submit.textContent = tn("form.saving");
    try {
      let saved: Network;
      if (recorded) {
        // What the server fills in by itself is no change of the form's.
        const patch = mergePatch(tidy({ status: "suspected", ...was, handling: { reach: "national", code: "H0", ...(isObject(was["handling"]) ? was["handling"] : {}) } }), after);
        if (Object.keys(patch).length === 0) {
          toast(tn("form.unchanged"));
          return host.go(graphOf({ network: recorded.code }));
        }
        saved = await changeNetwork(recorded.code, recorded.revision ?? 0, patch as never, keyFor(patch));
        toast(tn("form.changed", { code: saved.code }), "good");
      } else {
        const body = { ...after, ...(code.value.trim() === "" ? {} : { code: code.value.trim().toUpperCase() }) } as unknown as NewNetwork;
        saved = await recordNetwork(body, keyFor(body as unknown as Json));
        toast(tn("form.saved", { code: saved.code }), "good");
      }
      errors.done();
      host.go(graphOf({ network: saved.code }));
    } catch (error) {
      if (recorded && error instanceof ApiError && error.status === 412) {
        toast(tn("form.stale"), "bad");
        return host.go(graphOf({ network: recorded.code }));
      }
      errors.problem(error);
    } finally {
      submit.disabled = false;
      submit.textContent = tn("form.save");
    }
  };

  const leave = (): void => {
    errors.done();
    history.back();
  };
  const made = h(
    "form",
    { class: "desk-scroll op-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("h3", null, recorded ? tn("form.edit", { code: recorded.code }) : tn("form.new")),
    errors.element,
    h("div", { class: "op-grid" }, element("code"), element("territory"), element("status")),
    element("products"),
    h("div", { class: "op-grid" }, element("since"), element("until"), element("case_references")),
    element("note"),
    h("div", { class: "op-grid" }, element("handling.reach"), element("handling.groups"), element("handling.code"), element("handling.embargo_until")),
    h("div", { class: "op-grid" }, element("grading.scheme"), element("grading.source"), element("grading.information")),
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: leave }, t("common.cancel")), submit),
  );
  errors.keep(made, `network:${recorded ? recorded.code : ""}`, keyFor, { territory: { read: () => territory.get(), write: (value) => territory.set(typeof value === "string" ? value : "") } });
  return made;
}
