import { networkParts, type NetworkParts } from "../../api/links";
import { isAbort } from "../../api/client";
import { boundsOf, shownOf } from "../../core/network";
import { todayInFrance } from "../../core/format";
import { createReading } from "../../core/reading";
import { graphOf, writeNetworks } from "../../core/networks";
import { go, longest, store } from "../../state";
import { announce } from "../../ui/announce";
import { debounce, fill, h } from "../../ui/h";
import { icon } from "../../ui/icons";
import { t } from "../../i18n";
import { screenLink } from "../addresses";
import { mapControl } from "../mapcontrol";
import { tk } from "./words";

/** One network before all others: what it is, and what can be done with it, over the map. */
export interface Highlight {
  destroy(): void;
  /** A link has changed somewhere. */
  again(): void;
}

export function startHighlight(stage: HTMLElement, code: string): Highlight {
  const said = h("p", { class: "network-said", role: "status" }, t("app.loading"));
  const fit = h("button", { type: "button", class: "button button-small", disabled: true, onclick: () => fitAll() }, icon("target", 16), tk("highlight.fit"));
  const bar = h(
    "section",
    { class: "network-bar", "aria-label": tk("highlight.title", { code }) },
    h("div", { class: "network-name" }, h("strong", null, tk("highlight.title", { code })), said),
    h(
      "div",
      { class: "network-actions" },
      screenLink(writeNetworks(graphOf({ network: code })), { class: "button button-small" }, tk("highlight.chart")),
      fit,
      h("button", { type: "button", class: "icon-button", "aria-label": tk("highlight.clear"), title: tk("highlight.clear"), onclick: () => go({ highlight: "" }) }, icon("close", 18)),
    ),
  );
  (stage.querySelector(".layer-switch") ?? stage.lastElementChild)?.before(bar);
  let bounds: [number, number, number, number] | null = null;
  let first = true;
  const day = (): string => store.get().place.filter.on || todayInFrance();
  const fitAll = (): void => {
    if (bounds) mapControl.view?.fitBox(bounds);
  };
  const show = (parts: NetworkParts): void => {
    const shown = shownOf(parts, day());
    bounds = boundsOf(shown.places);
    fit.disabled = bounds === null;
    const [places, links] = [tk("highlight.places", { n: parts.places.length }), tk("highlight.links", { n: parts.links.length })];
    said.textContent = parts.places.length === 0 ? tk("highlight.none") : `${places} · ${links}`;
    mapControl.view?.showNetwork(shown);
    if (first && parts.places.length > 0) announce(tk("highlight.said", { code, places, links }));
    first = false;
  };
  const reading = createReading(day, async (signal) => {
    try {
      const parts = await networkParts(code, day(), signal);
      if (!signal.aborted) show(parts);
    } catch (error) {
      if (!isAbort(error)) fill(said, tk("highlight.failed"), " ", h("button", { type: "button", class: "button button-small", onclick: reading.read }, t("app.retry")));
    }
  });
  const later = debounce(300, reading.read, longest);
  const stops = [store.watch((s) => s.generation, later), store.watch((s) => s.place.filter.on, later)];
  reading.read();
  return {
    again: later,
    destroy(): void {
      later.cancel();
      reading.stop();
      for (const stop of stops) stop();
      mapControl.view?.showNetwork(null);
      bar.remove();
      announce(tk("highlight.cleared"));
    },
  };
}
