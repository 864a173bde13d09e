import { ApiError, isAbort } from "../../../api/client";
import { findHotSpots, type HotSpot, type HotSpots } from "../../../api/heat";
import { formatDecimal } from "../../../core/coords";
import { formatNumber } from "../../../core/format";
import { formatAmount, middleOf, type HeatQuery, type Polygons, type Position } from "../../../core/heat";
import { probability, spotKinds, spotMethods, spotUnits, toneOfSpot, type SpotKind, type SpotMethod, type SpotTone, type SpotUnits } from "../../../core/hotspots";
import { isOneOf } from "../../../core/vocabulary";
import { sentence } from "../../../i18n/served";
import type { AreaPolygons, MapOutline } from "../../../map/areas";
import type { LngLat } from "../../../map/types";
import { announce } from "../../../ui/announce";
import { field, select } from "../../../ui/field";
import { fill, h, type Child } from "../../../ui/h";
import { icon } from "../../../ui/icons";
import { facts, failure, note } from "../../desk/parts";
import { countText } from "./describe";
import { th } from "./words";

interface SpotsOptions {
  territory: string;
  query(): HeatQuery | null;
  outline(list: readonly MapOutline[]): void;
  focus(id: string | null, at: LngLat | null): void;
}

/** Looks for what stands out from chance, on request: it takes the server seconds. */
export function spotsPanel({ territory, query, outline, focus }: SpotsOptions): { element: HTMLElement; stale(): void; destroy(): void } {
  let method: SpotMethod = "gi";
  let units: SpotUnits = "communes";
  let running: AbortController | null = null;
  let shown = false;
  const methodField = field(select(spotMethods.map((value) => ({ value, label: th(`spots.${value}`) })), null, method, (value) => (method = value as SpotMethod)), { label: th("spots.method") });
  const unitsField = field(select(spotUnits.map((value) => ({ value, label: th(`spots.${value}`) })), null, units, (value) => (units = value as SpotUnits)), { label: th("spots.units") });
  const find = h("button", { type: "button", class: "button button-primary", onclick: () => void (running ? stop() : start()) });
  const bar = h("progress", { class: "bar bar-wide", max: 100, "aria-label": th("spots.progress") });
  const said = h("p", { class: "help" });
  const progress = h("div", { class: "spots-progress", hidden: true }, bar, said);
  const result = h("div", { class: "spots-result" });
  const button = (): void => {
    fill(find, icon(running ? "close" : "target", 18), running ? th("spots.stop") : th("spots.find"));
    progress.hidden = running === null;
  };
  button();

  const stop = (): void => {
    running?.abort();
    running = null;
    button();
    announce(th("spots.stopped"));
  };
  const clear = (...content: Child[]): void => {
    shown = false;
    outline([]);
    focus(null, null);
    fill(result, ...content);
  };
  const start = async (): Promise<void> => {
    const asked = query();
    if (!asked) return;
    const mine = (running = new AbortController());
    clear();
    bar.removeAttribute("value");
    fill(said, th("spots.begins"));
    button();
    try {
      const found = await findHotSpots(
        territory,
        asked,
        { method, units },
        (done, total) => {
          bar.value = total > 0 ? (100 * done) / total : 0;
          fill(said, th("spots.done", { done, total }));
        },
        mine.signal,
      );
      if (running === mine) show(found);
    } catch (error) {
      if (isAbort(error) || running !== mine) return;
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 401) refuse(error);
    } finally {
      if (running === mine) running = null;
      button();
    }
  };
  /** Too little to judge is an answer, not a fault. */
  const refuse = (error: ApiError): void => {
    const reasons = (error.problem?.errors ?? []).map(({ message }) => sentence(message));
    const text = reasons.length > 0 ? reasons.join(" ") : failure(error);
    const calm = error.status === 409 || error.status === 422 || error.status === 400;
    fill(result, note([h("strong", null, th("spots.refused")), h("p", null, text)], calm ? "" : "bad"));
    announce(`${th("spots.refused")}. ${text}`);
  };

  const show = (found: HotSpots): void => {
    const spots = found.spots.filter(({ kind, q }) => kind !== "none" && q <= found.level).map((spot, i) => ({ spot, sign: String(i + 1), tone: toneOfSpot(spot.kind) ?? ("apart" as SpotTone), at: centreOf(spot) }));
    shown = true;
    outline(spots.map(({ spot, sign, tone, at }) => ({ id: spot.id, polygons: (spot.geometry?.coordinates as AreaPolygons | undefined) ?? null, at, tone, sign })));
    const level = formatAmount(found.level);
    const summary = spots.length === 0 ? th("spots.noneFound", { tested: found.tested, level }) : th("spots.found", { n: spots.length, tested: found.tested, level });
    const row = ({ spot, sign, tone, at }: (typeof spots)[number]): HTMLElement => {
      const on = (): void => focus(spot.id, null);
      const off = (): void => focus(null, null);
      return h(
        "li",
        null,
        h(
          "button",
          { type: "button", class: "spot", onclick: () => focus(spot.id, at), onmouseenter: on, onmouseleave: off, onfocus: on, onblur: off },
          h("span", { class: `spot-sign spot-${tone}`, "aria-hidden": "true" }, sign),
          h(
            "span",
            { class: "spot-text" },
            h("strong", null, spot.name ?? (at ? th("cell.at", { at: formatDecimal({ lon: Number(at[0].toFixed(3)), lat: Number(at[1].toFixed(3)) }) }) : spot.id)),
            h("span", { class: "spot-kind" }, isOneOf<SpotKind>(spotKinds, spot.kind) ? th(`spots.${spot.kind}`) : ""),
            h("span", { class: "spot-kind" }, th("spots.numbers", { count: countText(spot.count), z: formatAmount(spot.z), q: probability(spot.q, formatAmount, found.permutations) })),
          ),
        ),
      );
    };
    const tones = [...new Set(spots.map(({ tone }) => tone))];
    fill(
      result,
      h("p", { class: "spots-summary" }, h("strong", null, summary)),
      spots.length > 0 ? h("ul", { class: "spots-legend" }, ...tones.map((tone) => h("li", null, h("span", { class: `spot-line spot-${tone}`, "aria-hidden": "true" }), th(`spots.legend.${tone}`)))) : null,
      spots.length > 0 ? h("ol", { class: "spots-list", "aria-label": th("spots.list") }, ...spots.map(row)) : null,
      spots.length > 0 ? h("p", { class: "help" }, th("spots.help.z")) : null,
      facts(
        [th("spots.fact.n"), formatNumber(found.n)],
        [th("spots.fact.permutations"), formatNumber(found.permutations)],
        [th("spots.fact.seed"), String(found.seed)],
        [th("spots.fact.neighbours"), sentence(found.neighbours)],
        [th("spots.fact.rule"), sentence(found.rule.text)],
      ),
      ...found.notes.map((text) => h("p", { class: "help" }, sentence(text))),
      h("button", { type: "button", class: "button", onclick: () => (clear(), find.focus()) }, th("spots.clear")),
    );
    announce(summary);
  };

  return {
    element: h("section", { class: "spots", "aria-label": th("spots") }, h("h3", null, th("spots")), h("p", { class: "help" }, th("spots.intro")), h("div", { class: "spots-ask" }, methodField.element, unitsField.element, find), progress, result),
    stale() {
      if (running) stop();
      if (shown) clear(note(th("spots.stale")));
    },
    destroy: () => running?.abort(),
  };
}

function centreOf({ centre, geometry }: HotSpot): Position | null {
  const [lon, lat] = centre ?? [];
  return lon !== undefined && lat !== undefined ? [lon, lat] : middleOf(geometry?.coordinates as Polygons | undefined);
}
