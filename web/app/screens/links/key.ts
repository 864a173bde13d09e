import { linkKinds, linkMeans, siteKinds, statuses } from "../../core/vocabulary";
import { sees } from "../../core/rights";
import { t } from "../../i18n";
import { store } from "../../state";
import { fill, h, type Child } from "../../ui/h";
import { placeShape, statusShape } from "../../ui/icons";
import { word } from "../../ui/words";
import { tieSample } from "./sample";
import { tk } from "./words";

/** What the shapes and lines of the layers mean that are shown. */
export function buildKey(place: HTMLElement): { sync(): void } {
  const group = (title: string, items: readonly (readonly [Child, string])[], help?: string): HTMLElement =>
    h("section", null, h("h3", null, title), h("ul", null, ...items.map(([sign, label]) => h("li", null, sign, h("span", null, label)))), help ? h("p", { class: "help" }, help) : null);
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", tk("key"));
  return {
    sync(): void {
      const { layers } = store.get().place;
      const withPoints = sees(store.get().me) === "points";
      fill(
        place,
        layers.includes("points") ? group(t("layers.points"), statuses.map((status) => [statusShape(status, 16), word("statuses", status)])) : null,
        layers.includes("sites") && withPoints ? group(tk("key.sites"), siteKinds.map((kind) => [placeShape(kind, "active", 18), word("kinds", kind)]), tk("key.sitesHelp")) : null,
        layers.includes("links")
          ? [
              group(tk("key.kinds"), linkKinds.map((kind) => [tieSample(kind, undefined), word("link_kinds", kind)])),
              group(tk("key.means"), [...linkMeans.map((means) => [tieSample("same_network", means), word("link_means", means)] as const), [tieSample("same_network", undefined), tk("key.unknown")]], tk("key.width")),
              h("p", { class: "help" }, tk("key.flows")),
            ]
          : null,
      );
    },
  };
}
