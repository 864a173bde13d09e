import type { LookStore, Measure } from "../../core/chart/look";
import { measures } from "../../core/chart/look";
import { linkKinds, linkMeans, type GraphPlace, type LinkKind, type Means } from "../../core/networks";
import { checkbox, field, segmented, select } from "../../ui/field";
import { h } from "../../ui/h";
import { word } from "../../ui/words";
import { tn } from "./words";

/** What the graph is made of and how it is drawn: all of it is in the address, but for the size and colour of symbols. */
export function graphControls(place: GraphPlace, look: LookStore, go: (part: Partial<GraphPlace>) => void): { element: HTMLElement; sync(place: GraphPlace): void } {
  const layout = segmented(tn("layout"), [{ value: "force", label: tn("layout.force") }, { value: "layers", label: tn("layout.layers") }] as const, place.layout, (value) => go({ layout: value }));
  const measure = select(measures.map((value) => ({ value, label: tn(`measure.${value}`) })), null, look.get().measure, (value) => look.set({ measure: value as Measure }));
  const communities = checkbox(tn("communities"), false, (on) => look.set({ communities: on }));
  const closed = checkbox(tn("closed"), place.closed, (on) => go({ closed: on }));
  const kinds = several<LinkKind>(tn("filter.kinds"), linkKinds, (value) => word("link_kinds", value), place.kinds, (chosen) => go({ kinds: chosen }));
  const means = several<Means>(tn("filter.means"), linkMeans, (value) => word("link_means", value), place.means, (chosen) => go({ means: chosen }));
  const on = h("input", { class: "input", type: "date", value: place.on, onchange: () => go({ on: on.value }) });
  const hops = select([1, 2, 3, 4, 5, 6].map((n) => ({ value: n, label: tn("hops.n", { n }) })), null, String(place.hops), (value) => go({ hops: Number(value) }));
  const hopsField = field(hops, { label: tn("hops") });
  const sync = (now: GraphPlace): void => {
    for (const input of layout.querySelectorAll("input")) input.checked = input.value === now.layout;
    closed.input.checked = now.closed;
    kinds.set(now.kinds);
    means.set(now.means);
    on.value = now.on;
    hops.value = String(now.hops);
    hopsField.element.hidden = now.place === "";
  };
  sync(place);
  return {
    element: h("div", { class: "net-tools", role: "group", "aria-label": tn("chart") }, layout, field(measure, { label: tn("measure") }).element, hopsField.element, kinds.element, means.element, field(on, { label: tn("filter.on") }).element, closed.element, communities.element),
    sync,
  };
}

/** Any number of values of a short list; the choice opens below its heading. */
function several<T extends string>(label: string, values: readonly T[], say: (value: T) => string, chosen: readonly T[], changed: (chosen: T[]) => void): { element: HTMLElement; set(chosen: readonly T[]): void } {
  const boxes = values.map((value) => ({ value, ...checkbox(say(value), chosen.includes(value), () => changed(boxes.filter(({ input }) => input.checked).map((box) => box.value))) }));
  const count = h("span", { class: "net-many-count" });
  const element = h("details", { class: "net-many" }, h("summary", null, h("span", { class: "net-many-label" }, label), count), h("div", { class: "net-many-body", role: "group", "aria-label": label }, ...boxes.map(({ element: box }) => box)));
  const set = (now: readonly T[]): void => {
    for (const { value, input } of boxes) input.checked = now.includes(value);
    count.textContent = now.length === 0 ? tn("filter.all") : tn("filter.some", { n: now.length });
  };
  set(chosen);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    event.stopPropagation();
    element.open = false;
    element.querySelector("summary")?.focus();
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !element.contains(event.relatedTarget)) element.open = false;
  });
  return { element, set };
}
