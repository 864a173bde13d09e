import { layers, toggle, type Layer } from "../core/filters";
import { sees } from "../core/rights";
import { t } from "../i18n";
import { go, store } from "../state";
import { toast } from "../ui/announce";
import { checkbox } from "../ui/field";
import { h } from "../ui/h";
import { icon } from "../ui/icons";

/** Draws one more layer. */
export const showLayer = (layer: Layer): void => {
  const now = store.get().place.layers;
  if (!now.includes(layer)) go({ layers: toggle(now, layer, layers) });
};

/** What the map draws, and the key of it, in a corner of the map. */
export function buildLayers(): { element: HTMLElement; destroy(): void } {
  const offered = layers.filter((layer) => layer !== "sites" || sees(store.get().me) === "points");
  const boxes = offered.map((layer) => ({ layer, ...checkbox(t(`layers.${layer}`), false, () => go({ layers: toggle(store.get().place.layers, layer, layers) })) }));
  const place = h("div", { class: "layer-key", id: "layer-key", hidden: true });
  const button = h("button", { type: "button", class: "button button-quiet layer-key-button", "aria-expanded": "false", "aria-controls": place.id, onclick: () => void openKey() }, t("map.legend"), icon("chevron", 16));
  let made: { sync(): void } | null = null;
  const openKey = async (): Promise<void> => {
    try {
      const { buildKey } = await import("./links/key");
      made ??= buildKey(place);
    } catch {
      return toast(t("error.network"), "bad");
    }
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    made.sync();
  };
  const element = h("div", { class: "layers" }, place, h("fieldset", { class: "layer-switch" }, h("legend", { class: "visually-hidden" }, t("layers.title")), ...boxes.map((box) => box.element), button));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || place.hidden) return;
    event.stopPropagation();
    void openKey();
    button.focus();
  });
  const sync = (): void => {
    for (const { layer, input } of boxes) input.checked = store.get().place.layers.includes(layer);
    if (!place.hidden) made?.sync();
  };
  sync();
  const stops = [store.watch((s) => s.place.layers, sync)];
  return { element, destroy: () => stops.forEach((stop) => stop()) };
}
