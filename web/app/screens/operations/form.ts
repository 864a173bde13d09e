import { getPoint } from "../../api/calls";
import { ApiError, type FieldProblem } from "../../api/client";
import { changeOperation, getOperation, recordOperation, type NewOperation, type Operation, type OperationPatch } from "../../api/operations";
import { todayInFrance } from "../../core/format";
import { same } from "../../core/json";
import { keyring } from "../../core/keyring";
import { operationTypes, readResults, resultNames, resultsPatch, splitReferences, type OperationType, type ResultName } from "../../core/operations";
import { t } from "../../i18n";
import { store } from "../../state";
import { toast } from "../../ui/announce";
import { field, select, type Field } from "../../ui/field";
import { fill, h, type Child } from "../../ui/h";
import type { DeskHost, OpenPage } from "../desk/desk";
import { formErrors } from "../desk/form";
import { load } from "../desk/parts";
import { resultLabel, typeLabel } from "./labels";
import { placesField } from "./places";
import { territoryField } from "./territory";
import { to } from "./words";

/** Records an operation, or changes the one that the address names. `places` of the address begins with these references. */
export function formPage(host: DeskHost): OpenPage {
  const element = h("div", { class: "op-page" });
  const id = host.query.get("operation") ?? "";
  if (id === "") fill(element, form(host, null));
  else void load(element, () => getOperation(id), (operation) => fill(element, form(host, operation)));
  return { element };
}

function form(host: DeskHost, before: Operation | null): HTMLElement {
  const today = todayInFrance();
  const type = select(operationTypes.map((value) => ({ value, label: typeLabel(value) })), "", before?.type ?? "");
  const from = h("input", { class: "input", type: "date", max: today, value: before?.from ?? "" });
  const until = h("input", { class: "input", type: "date", max: today, value: before && before.until !== before.from ? before.until : "" });
  const territory = territoryField({ label: to("territory"), required: true });
  const places = placesField();
  const note = h("textarea", { class: "input", maxlength: 4000 });
  note.value = before?.note ?? "";
  const numbers = Object.fromEntries(resultNames.map((name) => [name, h("input", { class: "input", inputmode: "numeric", maxlength: 14, value: before?.results[name] ? String(before.results[name]) : "" })])) as Record<ResultName, HTMLInputElement>;
  const fields: Record<string, Field> = {
    type: field(type, { label: to("type"), required: true }),
    from: field(from, { label: to("first"), required: true }),
    until: field(until, { label: to("last"), help: to("last.help") }),
    territory: territory.field,
    places: places.field,
    ...Object.fromEntries(resultNames.map((name) => [`results.${name}`, field(numbers[name], { label: resultLabel(name) })])),
    note: field(note, { label: to("note"), help: to("note.help") }),
  };
  const own = store.get().me.territories;
  if (before) {
    territory.set(before.territory);
    places.set(before.places);
  } else if (own.length === 1 && own[0] && own[0].code !== "fr") territory.set(own[0].code);
  for (const reference of before ? [] : splitReferences(host.query.get("places") ?? "")) {
    void getPoint(reference).then((point) => places.set([...places.get(), { id: String(point.id), reference: point.properties.reference, name: point.properties.name ?? undefined }]), () => {});
  }

  const errors = formErrors(fields, (name) => name.replace(/\[\d+\].*$/, ""));
  const submit = h("button", { type: "submit", class: "button button-primary" }, to("save"));
  const keyFor = keyring();
  const read = (): NewOperation | null => {
    const { results, wrong } = readResults(Object.fromEntries(resultNames.map((name) => [name, numbers[name].value])));
    const missing: FieldProblem[] = [
      ...(type.value === "" ? [{ field: "type", message: to("missing.type") }] : []),
      ...(from.value === "" ? [{ field: "from", message: to("missing.from") }] : []),
      ...(territory.get() === "" ? [{ field: "territory", message: to("missing.territory") }] : []),
      ...wrong.map((name) => ({ field: `results.${name}`, message: to("result.wrong") })),
    ];
    if (missing.length > 0) {
      errors.show(missing);
      return null;
    }
    return {
      type: type.value as OperationType,
      from: from.value,
      ...(until.value === "" ? {} : { until: until.value }),
      territory: territory.get(),
      places: places.get().map(({ id }) => id),
      results,
      ...(note.value.trim() === "" ? {} : { note: note.value.trim() }),
    };
  };
  const patchOf = (operation: Operation, after: NewOperation): OperationPatch | null => {
    const patch: OperationPatch = {};
    if (after.type !== operation.type) patch.type = after.type;
    if (after.from !== operation.from) patch.from = after.from;
    if ((after.until ?? after.from) !== operation.until) patch.until = after.until ?? null;
    if (after.territory !== operation.territory) patch.territory = after.territory;
    if (!same(after.places, operation.places.map(({ id }) => id))) patch.places = after.places ?? [];
    if ((after.note ?? "") !== (operation.note ?? "")) patch.note = after.note ?? null;
    const results = resultsPatch(operation.results, after.results ?? {});
    if (results) patch.results = results;
    return Object.keys(patch).length > 0 ? patch : null;
  };
  const send = async (): Promise<void> => {
    errors.clear();
    submit.disabled = true;
    submit.textContent = to("saving");
    try {
      if (!(await places.settle())) return;
      const body = read();
      if (!body) return;
      const patch = before ? patchOf(before, body) : null;
      if (before && !patch) toast(to("unchanged"));
      const saved = !before ? await recordOperation(body, keyFor(body)) : patch ? await changeOperation(before.id, before.revision ?? 0, patch, keyFor(patch)) : before;
      if (!before || patch) toast(to(before ? "changed" : "saved", { ref: saved.reference }), "good");
      errors.done();
      host.go("operation", { operation: saved.reference });
    } catch (error) {
      if (before && error instanceof ApiError && error.status === 412) {
        toast(to("stale"), "bad");
        return host.go("operation", { operation: before.reference });
      }
      errors.problem(error);
    } finally {
      submit.disabled = false;
      submit.textContent = to("save");
    }
  };
  const section = (title: string, help: string, ...content: Child[]): HTMLElement => h("section", { class: "card" }, title === "" ? null : h("h3", null, title), help === "" ? null : h("p", { class: "help" }, help), ...content);
  const at = (name: string): HTMLElement | null => fields[name]?.element ?? null;
  const leave = (): void => {
    errors.done();
    if (before) host.go("operation", { operation: before.reference });
    else host.go("list");
  };
  const made = h(
    "form",
    { class: "desk-scroll op-form", novalidate: true, "aria-label": before ? `${to("edit")} ${before.reference}` : to("new"), onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    h("p", { class: "help" }, t("form.required")),
    errors.element,
    section(before ? `${to("one")} ${before.reference}` : to("one"), "", h("div", { class: "op-grid" }, at("type"), at("territory"), at("from"), at("until")), at("places")),
    section(to("results"), to("results.help"), h("div", { class: "op-grid op-numbers" }, ...resultNames.map((name) => at(`results.${name}`)))),
    section("", "", at("note")),
    h("div", { class: "row" }, submit, h("button", { type: "button", class: "button", onclick: leave }, t("common.cancel"))),
  );
  errors.keep(made, `operation:${before?.id ?? ""}`, keyFor, {
    territory: { read: () => territory.get(), write: (value) => territory.set(typeof value === "string" ? value : "") },
    places: { read: () => places.get().map(({ id, reference, name }) => ({ id, reference, name })), write: (value) => places.set((Array.isArray(value) ? value : []) as unknown as Parameters<typeof places.set>[0]) },
  });
  return made;
}
