import { getPoint } from "../../api/calls";
import { ApiError, isAbort, type DealPoint } from "../../api/client";
import { listNearest, mergePoints } from "../../api/merging";
import { formatDistance } from "../../core/format";
import { differingOf, metresBetween, type Facing } from "../../core/merging";
import { t } from "../../i18n";
import { toast } from "../../ui/announce";
import { openDialog } from "../../ui/dialog";
import { field, fieldGroup } from "../../ui/field";
import { fill, h, uniqueId } from "../../ui/h";
import { icon, statusShape } from "../../ui/icons";
import { formErrors } from "../desk/form";
import { note, refusal } from "../desk/parts";
import { compare } from "./compare";
import { apartText } from "./likeness";
import { tg } from "./words";

interface MergeHost {
  /** The record that goes on, as it now stands. */
  merged(point: DealPoint): void;
  stale(): void;
}

const nearest = 6;

/** Merges a point with one that a person names or picks from those nearby; both are compared before anything is done. */
export function openMergeWith(point: DealPoint, host: MergeHost): void {
  const { reference } = point.properties;
  const asked = new AbortController();
  const dialog = openDialog({ title: tg("with.title", { ref: reference }), wide: true, onClose: () => asked.abort() });
  const first = (): void => choose(point, dialog.body, asked.signal, second);
  const second = (other: DealPoint): void => confirm(point, other, dialog.body, { ...host, close: dialog.close, again: first });
  first();
}

/** The first step: which record. */
function choose(point: DealPoint, body: HTMLElement, signal: AbortSignal, chosen: (other: DealPoint) => void): void {
  const name = uniqueId("near");
  const list = h("div", { class: "radios near-list" }, h("p", { class: "desk-loading", role: "status" }, h("span", { class: "spinner" }), t("app.loading")));
  const near = fieldGroup(list, { label: tg("with.near") });
  const input = h("input", { class: "input", name: "reference", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", maxlength: 40, oninput: () => list.querySelectorAll("input").forEach((radio) => (radio.checked = false)) });
  const reference = field(input, { label: tg("with.reference"), help: tg("with.referenceHelp") });
  const errors = formErrors({ near, reference });
  const submit = h("button", { type: "submit", class: "button button-primary" }, tg("with.compare"));
  const send = async (): Promise<void> => {
    errors.clear();
    const wanted = list.querySelector<HTMLInputElement>("input:checked")?.value ?? input.value.trim().toUpperCase();
    const wrong = (message: string): void => errors.show([{ field: "reference", message }]);
    if (wanted === "") return wrong(tg("with.required"));
    if (wanted === point.properties.reference) return wrong(tg("with.same"));
    submit.disabled = true;
    try {
      const other = await getPoint(wanted, signal);
      if (other.id === point.id) return wrong(tg("with.same"));
      if (!other.properties.allowed?.includes("merge")) return wrong(tg("with.mayNot", { ref: other.properties.reference }));
      chosen(other);
    } catch (error) {
      if (isAbort(error)) return;
      if (error instanceof ApiError && [400, 404].includes(error.status)) wrong(tg("with.notFound", { ref: wanted }));
      else errors.problem(error);
    } finally {
      submit.disabled = false;
    }
  };
  fill(
    body,
    h(
      "form",
      { class: "dialog-form", novalidate: true, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void send()) },
      h("p", null, tg("with.intro")),
      errors.element,
      near.element,
      reference.element,
      h("div", { class: "dialog-actions" }, submit),
    ),
  );
  input.focus();
  const row = (other: DealPoint): HTMLElement => {
    const { properties: p } = other;
    const metres = p.distance ?? metresBetween(point.geometry?.coordinates, other.geometry?.coordinates);
    return h(
      "label",
      { class: "check" },
      h("input", { type: "radio", name, value: p.reference, onchange: () => (input.value = "") }),
      h("span", { class: "check-label" }, statusShape(p.status, 18), h("span", null, h("strong", null, p.name || t("list.blurredName")), h("span", { class: "help radio-help" }, [p.reference, p.address, metres === null ? "" : t("duplicate.distance", { distance: formatDistance(metres) })].filter(Boolean).join(" · ")))),
    );
  };
  const [lon, lat] = point.geometry?.coordinates ?? [];
  if (lon === undefined || lat === undefined) return void (near.element.hidden = true);
  listNearest(lon, lat, nearest + 1, signal).then(
    (points) => {
      const others = points.filter(({ id }) => id !== point.id).slice(0, nearest);
      fill(list, ...(others.length === 0 ? [h("p", { class: "help" }, tg("with.nearNone"))] : others.map(row)));
    },
    () => (near.element.hidden = true),
  );
}

interface ConfirmHost extends MergeHost {
  close(): void;
  again(): void;
}

/** The second step: both side by side, and the word. */
function confirm(point: DealPoint, other: DealPoint, body: HTMLElement, host: ConfirmHost): void {
  let sides: Facing = { into: point, from: other };
  let shown = compare(sides, differingOf(point, other), true);
  const apart = h("p", { class: "pair-facts", tabindex: -1 }, apartText(metresBetween(point.geometry?.coordinates, other.geometry?.coordinates)));
  const records = h("div", null, shown.element);
  const problem = h("div", { role: "alert" });
  const submit = h("button", { type: "button", class: "button button-primary", onclick: () => void send() }, icon("pair", 18), tg("with.submit"));
  const swap = (): void => {
    sides = { into: sides.from, from: sides.into };
    shown = compare(sides, differingOf(point, other), true);
    fill(records, shown.element);
  };
  const send = async (): Promise<void> => {
    fill(problem);
    submit.disabled = true;
    try {
      const merged = await mergePoints(sides.into, sides.from, shown.take());
      host.close();
      toast(tg("done.merge", { from: sides.from.properties.reference, into: sides.into.properties.reference }), "good");
      host.merged(merged);
    } catch (error) {
      submit.disabled = false;
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) return;
      if (error.status !== 412) return fill(problem, note(error.status > 0 ? tg("refused", { why: refusal(error) }) : t("error.network"), "bad"));
      host.close();
      toast(t("conflict.life"), "bad");
      host.stale();
    }
  };
  fill(
    body,
    h("div", { class: "pair-head" }, apart, h("button", { type: "button", class: "button", "aria-label": tg("swap.long"), onclick: swap }, icon("swap", 18), tg("swap"))),
    records,
    h("p", { class: "help" }, tg("with.undo")),
    problem,
    h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button", onclick: host.again }, tg("with.change")), submit),
  );
  // What is to be looked at takes the focus, not the button: Enter pressed twice merges nothing.
  apart.focus();
  body.scrollTop = 0;
}
