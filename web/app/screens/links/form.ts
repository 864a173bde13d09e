import { addLink, changeLink, getLink, type LinkEnd, type PlaceLink } from "../../api/links";
import { getPoint, search } from "../../api/calls";
import { ApiError, type DealPoint, type FieldProblem } from "../../api/client";
import { defaultChoices, differences, settle } from "../../core/conflict";
import { networkCode } from "../../core/filters";
import { isObject, type Json } from "../../core/json";
import { keyring } from "../../core/keyring";
import { hasMeans, linkBody, linkPatch, linkRecord, relations, type Tie } from "../../core/links";
import { tidy, type PlaceRecord } from "../../core/record";
import { t } from "../../i18n";
import { announce, toast } from "../../ui/announce";
import { combobox } from "../../ui/combobox";
import { field, select, type Field } from "../../ui/field";
import { fill, h, uniqueId } from "../../ui/h";
import { icon, placeShape } from "../../ui/icons";
import { words } from "../../ui/words";
import { formErrors } from "../desk/form";
import { buildHeld } from "../formfields";
import { mapControl } from "../mapcontrol";
import { valueText } from "../values";
import { endText } from "./say";
import { tk } from "./words";

interface FormHost {
  /** Saved, or given up (null). */
  done(saved: PlaceLink | null): void;
}

type Chosen = Pick<LinkEnd, "id" | "reference" | "name">;

/** The form that ties the place of the sheet to another, or changes what one of its links says. It stands in the sheet, so that the map stays free for choosing. */
export function openLinkForm(place: HTMLElement, here: DealPoint, tie: Tie | null, host: FormHost): { close(): void } {
  let revision = tie?.link.revision ?? 0;
  let base = tie ? linkRecord(tie.link) : {};
  let other: Chosen | null = tie?.other ?? null;
  let stopPicking: (() => void) | null = null;
  let chooseOther: ((chosen: Chosen) => void) | null = null;
  const keyFor = keyring();

  const offered = relations.filter((one) => !tie || !one.includes(".") || one.endsWith(tie.from ? ".from" : ".to"));
  const relation = select(offered.map((value) => ({ value, label: tk(value, { other: tk("form.this") }) })), t("common.choose"), "");
  const means = select(words("link_means"), tk("form.meansUnknown"), "");
  const strength = h("input", { class: "input", type: "number", min: 1, step: 1, inputmode: "numeric", value: "1" });
  const since = h("input", { class: "input", type: "date" });
  const until = h("input", { class: "input", type: "date" });
  const network = h("input", { class: "input", maxlength: 14, autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  const note = h("textarea", { class: "input", rows: 2, maxlength: 2000 });
  const held = buildHeld();
  const otherField = tie ? null : buildOther();
  const fields: Record<string, Field> = {
    ...(otherField ? { other: otherField } : {}),
    kind: field(relation, { label: tk("form.relation"), required: true }),
    means: field(means, { label: tk("means") }),
    strength: field(strength, { label: tk("strengthName"), help: tk("form.strengthHelp") }),
    since: field(since, { label: tk("sinceName") }),
    until: field(until, { label: tk("untilName") }),
    network: field(network, { label: tk("network"), help: tk("form.networkHelp") }),
    note: field(note, { label: tk("form.note"), help: t("life.noteHelp") }),
    ...held.fields,
  };
  const followKind = (): boolean => (fields["means"]!.element.hidden = relation.value !== "" && !hasMeans(kindOf(relation.value)));
  relation.addEventListener("change", followKind);

  const heading = uniqueId("link-form");
  const errors = formErrors(fields, (name) => (name === "from" || name === "to" ? "other" : name));
  const submit = h("button", { type: "submit", class: "button button-primary" }, tk("form.submit"));
  const title = h("h4", { id: heading, tabindex: -1 }, tie ? tk("form.edit", { ref: tie.other.reference }) : tk("form.add"));
  const pair = (...names: string[]): HTMLElement => h("div", { class: "pair" }, ...names.map((name) => fields[name]?.element));
  const form = h(
    "form",
    { class: "link-form", novalidate: true, "aria-labelledby": heading, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
    title,
    errors.element,
    otherField?.element,
    fields["kind"]!.element,
    pair("means", "strength"),
    pair("since", "until"),
    fields["network"]!.element,
    fields["note"]!.element,
    ...held.grading,
    ...held.handling,
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: () => close(null) }, t("common.cancel")), submit),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    // The sheet stays: only what was begun in it is given up.
    event.stopPropagation();
    close(null);
  });

  function buildOther(): Field {
    const input = h("input", { class: "input", maxlength: 100 });
    const made = field(input, { label: tk("form.other"), help: tk("form.otherHelp"), required: true });
    const choose = (chosen: Chosen): void => {
      const same = chosen.id === String(here.id);
      other = same ? null : chosen;
      input.value = endText(chosen);
      made.setError(same ? { message: tk("form.otherSame") } : null);
      if (!same) announce(tk("form.picked", { ref: endText(chosen) }));
    };
    chooseOther = choose;
    const options = combobox({
      input,
      keepText: true,
      async load(q, signal) {
        const found = await search(q, signal);
        const option = ({ id, properties: p }: DealPoint) => ({ text: endText({ reference: p.reference, name: p.name }), detail: p.commune_name, before: placeShape(p.kind, p.status), pick: () => choose({ id: String(id), reference: p.reference, name: p.name }) });
        return [
          { label: t("layers.points"), options: found.places.map(option) },
          { label: t("layers.sites"), options: found.sites.map(option) },
        ];
      },
    });
    input.addEventListener("input", () => (other = null));
    const pick = h("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => (stopPicking ? endPick() : startPick()) }, icon("target", 18), tk("form.pick"));
    const endPick = (): void => {
      stopPicking?.();
      stopPicking = null;
      pick.setAttribute("aria-pressed", "false");
    };
    const startPick = (): void => {
      pick.setAttribute("aria-pressed", "true");
      stopPicking = mapControl.pickPlace(tk("form.picking"), ({ ref, name }) => {
        endPick();
        input.value = ref;
        getPoint(ref).then(
          (point) => choose({ id: String(point.id), reference: point.properties.reference, name: point.properties.name ?? name }),
          () => made.setError({ message: tk("form.otherRequired") }),
        );
        input.focus();
      });
    };
    const row = h("div", { class: "combo" });
    input.replaceWith(row);
    row.append(input, options);
    made.element.append(pick);
    return made;
  }

  const write = (record: PlaceRecord): void => {
    const kind = String(record["kind"] ?? "");
    relation.value = offered.find((one) => kindOf(one) === kind) ?? "";
    for (const [name, control] of [["means", means], ["since", since], ["until", until], ["network", network], ["note", note]] as const) control.value = String(record[name] ?? "");
    strength.value = String(record["strength"] ?? 1);
    held.write(record);
    followKind();
  };
  const read = (): PlaceRecord => {
    const kind = kindOf(relation.value);
    const record = tidy({
      ...held.read(),
      kind,
      means: hasMeans(kind) ? means.value : "",
      strength: strength.value.trim() === "" ? null : Number(strength.value),
      since: since.value,
      until: until.value,
      network: network.value.trim().toUpperCase(),
      note: note.value.trim(),
    });
    // What the form does not show of the handling stays as it is.
    return { ...record, handling: tidy({ ...(isObject(base["handling"]) ? base["handling"] : {}), blurred: null, ...(isObject(record["handling"]) ? record["handling"] : {}) }) as Json };
  };

  const wrong = (record: PlaceRecord): FieldProblem[] => {
    const found: FieldProblem[] = [];
    if (!tie && !other) found.push({ field: "other", message: tk("form.otherRequired") });
    if (!record["kind"]) found.push({ field: "kind", message: tk("form.relationRequired") });
    const n = record["strength"];
    if (n !== undefined && (typeof n !== "number" || !Number.isInteger(n) || n < 1)) found.push({ field: "strength", message: tk("form.strengthWrong") });
    if (record["network"] && networkCode(String(record["network"])) === "") found.push({ field: "network", message: t("filters.networkWrong") });
    if (record["since"] && record["until"] && String(record["until"]) < String(record["since"])) found.push({ field: "until", message: tk("form.spanWrong") });
    return found;
  };

  const send = async (): Promise<void> => {
    errors.clear();
    const record = read();
    const problems = wrong(record);
    if (problems.length > 0) return errors.show(problems);
    submit.disabled = true;
    try {
      if (tie) await save(tie.link.id, record);
      else if (other) {
        const body = linkBody(record, String(here.id), other.id, !relation.value.endsWith(".to"));
        const saved = await addLink(body, keyFor(body as unknown as Json));
        toast(tk("added.done"), "good");
        close(saved);
      }
    } catch (error) {
      errors.problem(error);
    } finally {
      submit.disabled = false;
      // A button that cannot be pressed gives the focus away.
      if (form.isConnected && !form.contains(document.activeElement)) submit.focus();
    }
  };

  const save = async (id: string, record: PlaceRecord): Promise<void> => {
    const body = linkPatch(base, record);
    if (!body) {
      toast(tk("unchanged"));
      return close(null);
    }
    try {
      const saved = await changeLink(id, revision, body, keyFor({ body: body as unknown as Json, revision }));
      toast(tk("changed.done"), "good");
      close(saved);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      const current = await getLink(id);
      const theirs = linkRecord(current);
      const found = differences(base, record, theirs);
      base = whole(theirs);
      revision = current.revision;
      // What only the others changed is taken from them; what both did is for the person, who sees theirs beside the field.
      write(settle(record, found, defaultChoices(found)));
      errors.show(found.filter(({ contested }) => contested).map(({ field: name, theirs: value }) => ({ field: name, message: `${t("conflict.theirs")} : ${said(name, value)}` })), tk("stale"));
    }
  };

  const close = (saved: PlaceLink | null): void => {
    errors.done();
    shut();
    host.done(saved);
  };
  const shut = (): void => {
    stopPicking?.();
    stopPicking = null;
    form.remove();
  };

  fill(place, form);
  write(tidy({ ...base }));
  if (tie) base = whole(base);
  errors.keep(form, tie ? `link:${tie.link.id}` : `link:of:${here.id}`, keyFor, { other: { read: () => (other ? { ...other } : null), write: (value) => void (isObject(value) && chooseOther?.(value as unknown as Chosen)) } });
  title.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
  return { close: shut };
}

/** A record with what the form fills in by itself, which is no change of the person's. */
const whole = (record: PlaceRecord): PlaceRecord => tidy({ strength: 1, ...record, handling: { reach: "national", code: "H0", ...(isObject(record["handling"]) ? record["handling"] : {}) } });

const said = (name: string, value: Json | undefined): string => valueText(name, value) || t("sheet.emptied");

const kindOf = (relation: string): string => relation.replace(/\.(from|to)$/, "");
