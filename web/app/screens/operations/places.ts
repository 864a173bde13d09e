import { getPoint, listPoints, search } from "../../api/calls";
import { ApiError, type DealPoint } from "../../api/client";
import { splitReferences } from "../../core/operations";
import { store } from "../../state";
import { announce } from "../../ui/announce";
import { combobox } from "../../ui/combobox";
import { openDialog } from "../../ui/dialog";
import { checkbox, field, type Field } from "../../ui/field";
import { fill, h } from "../../ui/h";
import { icon, statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { load } from "../desk/parts";
import { to } from "./words";

interface Chosen {
  id: string;
  reference: string;
  name?: string | undefined;
}

export interface PlacesField {
  field: Field;
  get(): Chosen[];
  set(places: readonly Chosen[]): void;
  /** Takes what is typed and not yet added; reports whether all of it was found. */
  settle(): Promise<boolean>;
}

const chosenOf = ({ id, properties }: DealPoint): Chosen => ({ id: String(id), reference: properties.reference, name: properties.name ?? undefined });

/** Places of an operation: by reference or name, several at once, or ticked in what the map shows. */
export function placesField(): PlacesField {
  const chosen = new Map<string, Chosen>();
  const input = h("input", { class: "input", maxlength: 4000, placeholder: to("places.placeholder") });
  const made = field(input, { label: to("places"), help: to("places.help") });
  const list = h("ul", { class: "tokens", "aria-label": to("places") });
  const options = combobox({
    input,
    async load(q, signal) {
      const { places = [] } = await search(q, signal);
      return [{ label: to("places.suggestions"), options: places.map((point) => ({ text: point.properties.reference, detail: point.properties.name ?? word("kinds", point.properties.kind), pick: () => add(chosenOf(point)) })) }];
    },
    submit: () => void settle(),
  });
  const row = h("div", { class: "combo with-button" });
  input.replaceWith(list, row);
  row.append(input, h("button", { type: "button", class: "button", onclick: () => void settle().then((well) => well && input.focus()) }, to("places.add")), options);
  if (store.get().box) made.element.append(h("button", { type: "button", class: "button", onclick: () => fromMap() }, icon("list", 18), to("places.fromMap")));

  const draw = (): void => {
    list.hidden = chosen.size === 0;
    fill(list, ...[...chosen.values()].map((place) => h("li", { class: "token" }, h("span", null, place.reference), place.name ? h("span", { class: "token-code" }, place.name) : null, h("button", { type: "button", class: "token-remove", "aria-label": to("places.remove", { ref: place.reference }), onclick: () => remove(place) }, icon("close", 16)))));
  };
  const add = (place: Chosen): void => {
    chosen.set(place.id, place);
    made.setError(null);
    draw();
    announce(to("places.added", { ref: place.reference }));
  };
  const remove = ({ id }: Chosen): void => {
    chosen.delete(id);
    draw();
    input.focus();
  };
  const settle = async (): Promise<boolean> => {
    const references = splitReferences(input.value);
    if (references.length === 0) return true;
    const unknown: string[] = [];
    const found = await Promise.all(
      references.map((reference) =>
        getPoint(reference).catch((error: unknown) => {
          if (!(error instanceof ApiError) || error.status === 0) throw error;
          unknown.push(reference);
          return null;
        }),
      ),
    );
    for (const point of found) if (point) add(chosenOf(point));
    input.value = unknown.join(" ");
    made.setError(unknown.length > 0 ? { message: to("places.unknown", { refs: unknown.join(", ") }) } : null);
    if (unknown.length > 0) input.focus();
    return unknown.length === 0;
  };
  const fromMap = (): void => {
    const { place, box } = store.get();
    const ticked = new Map<string, Chosen>();
    const body = h("div", { class: "op-pick" });
    const dialog = openDialog({ title: to("places.dialog") }, body, h("div", { class: "dialog-actions" }, h("button", { type: "button", class: "button button-primary", onclick: () => (ticked.forEach(add), dialog.close()) }, to("places.choose"))));
    void load(
      body,
      () => listPoints(place.filter, box, 100, "", new AbortController().signal),
      ({ points }) => {
        if (points.length === 0) return fill(body, h("p", null, to("places.dialogNone")));
        fill(
          body,
          ...points.map((point) => {
            const one = chosenOf(point);
            const { status, kind } = point.properties;
            return checkbox([statusShape(status), h("strong", null, one.reference), h("span", { class: "op-place-text" }, one.name ?? word("kinds", kind))], chosen.has(one.id), (on) => void (on ? ticked.set(one.id, one) : ticked.delete(one.id))).element;
          }),
        );
      },
    );
  };
  draw();
  return {
    field: made,
    get: () => [...chosen.values()],
    set(places) {
      chosen.clear();
      for (const place of places) chosen.set(place.id, place);
      draw();
    },
    settle,
  };
}
