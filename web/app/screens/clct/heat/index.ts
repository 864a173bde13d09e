import "../../../styles/heat.css";
import { getTerritory } from "../../../api/calls";
import { ApiError, isAbort } from "../../../api/client";
import { getHeat, type Heat, type HeatFeature } from "../../../api/heat";
import { circleRadius, toneOf, type HeatChoice, type HeatQuery } from "../../../core/heat";
import { t } from "../../../i18n";
import { sentence } from "../../../i18n/served";
import { createAreaMap, type AreaMap } from "../../../map/areamap";
import type { AreaPolygons } from "../../../map/areas";
import type { Box, LngLat } from "../../../map/types";
import { store } from "../../../state";
import { announce } from "../../../ui/announce";
import { debounce, fill, h } from "../../../ui/h";
import { icon } from "../../../ui/icons";
import { resolvedTheme, watchTheme } from "../../../ui/preferences";
import { failure, note } from "../../desk/parts";
import { metropole } from "../../mapcontrol";
import { areaTable } from "./areatable";
import { heatControls } from "./controls";
import { describe, placeOf } from "./describe";
import { legend } from "./legend";
import { spotsPanel } from "./spots";
import { th } from "./words";

export type { HeatQuery } from "../../../core/heat";

export interface HeatMap {
  element: HTMLElement;
  /** Draws what is asked for; called again before the answer has come, the earlier question is dropped. */
  show(query: HeatQuery): Promise<void>;
  destroy(): void;
}

/** Where it burns in a territory: hexagons, rates or density, with what was counted and how, and the spots that are significant. */
export function heatMap({ territory }: { territory: string }): HeatMap {
  const aggregatesOnly = !store.get().me.sees_points;
  let choice: HeatChoice = { mode: "cells", weight: "count", cell: null, bandwidth: null };
  let query: HeatQuery | null = null;
  let heat: Heat | null = null;
  let features = new Map<string, HeatFeature>();
  let asked: AbortController | null = null;
  let map: AreaMap | null = null;
  let stopTheme = (): void => {};
  let gone = false;

  const canvas = h("div", { class: "map heat-canvas" });
  const tip = h("div", { class: "map-tip", hidden: true, "aria-hidden": "true" });
  const key = h("div", { class: "heat-key" });
  const problem = h("div", { class: "heat-problem", role: "alert" });
  const stage = h("div", { class: "heat-stage" }, canvas, key, tip, problem);
  const tablePlace = h("div", { class: "heat-table", hidden: true });
  const method = h("div", { class: "heat-method" });
  const controls = heatControls({
    aggregatesOnly,
    changed(next) {
      choice = next;
      again();
    },
    table(on) {
      tablePlace.hidden = !on;
      body.classList.toggle("heat-with-table", on);
      drawTable();
    },
  });
  const body = h("div", { class: "heat-body" }, stage, tablePlace);
  const spots = spotsPanel({
    territory,
    query: () => query,
    outline: (list) => map?.outline(list),
    focus: (id, at) => {
      map?.focus(id);
      if (at) map?.look(at);
    },
  });
  const element = h("section", { class: "heat", "aria-label": th("label") }, controls.element, body, method, spots.element);

  const made = (): AreaMap => {
    if (map) return map;
    const view = createAreaMap(canvas, {
      labels: { map: th("map"), mapHelp: th("map.help"), zoomIn: t("map.zoomIn"), zoomOut: t("map.zoomOut"), attribution: store.get().me.synthetic ? t("map.attributionSynthetic") : t("map.attribution"), position: t("map.position") },
      center: [2.4, 46.6],
      zoom: 6,
      theme: resolvedTheme(),
      onHover: (id, x, y) => showTip(id === null ? undefined : features.get(id), x, y),
    });
    stopTheme = watchTheme((theme) => view.setTheme(theme));
    void getTerritory(territory).then(({ code, bbox, centre }) => {
      if (gone) return;
      if (code === "fr") view.fitBox(metropole);
      else if (bbox?.length === 4) view.fitBox(bbox as unknown as Box);
      else if (centre?.length === 2) view.fitBox([(centre[0] ?? 0) - 0.3, (centre[1] ?? 0) - 0.2, (centre[0] ?? 0) + 0.3, (centre[1] ?? 0) + 0.2]);
    }, () => {});
    return (map = view);
  };

  const showTip = (feature: HeatFeature | undefined, x: number, y: number): void => {
    tip.hidden = !feature || !heat;
    if (!feature || !heat) return;
    const { name, lines } = describe(feature, heat);
    fill(tip, h("strong", null, name), ...lines.map((line) => h("span", { class: "tip-line" }, line)));
    const { clientWidth: width, clientHeight: height } = stage;
    tip.style.transform = `translate(${Math.max(8, Math.min(x + 16, width - tip.offsetWidth - 8))}px, ${Math.max(8, Math.min(y + 16, height - tip.offsetHeight - 8))}px)`;
  };

  const look = (feature: HeatFeature): void => {
    map?.focus(feature.id);
    const at = placeOf(feature);
    if (at) map?.look(at);
  };
  const drawTable = (): void => {
    if (!heat || tablePlace.hidden) return;
    fill(tablePlace, areaTable(heat, look));
  };
  const draw = (answer: Heat, before: Heat | null): void => {
    features = new Map(answer.features.map((feature) => [feature.id, feature]));
    const most = Math.max(0, ...answer.features.map(({ properties }) => properties.count ?? 0));
    const view = made();
    view.show(
      answer.features.map((feature) => {
        const { id, geometry, properties } = feature;
        const at = answer.mode === "parts" ? placeOf(feature) : null;
        const radius = circleRadius(properties.count ?? 0, most);
        return {
          id,
          polygons: (geometry?.coordinates as AreaPolygons | undefined) ?? null,
          tone: toneOf(properties.class, answer.legend.length),
          ...(at && radius > 0 ? { circle: { at: at as LngLat, radius } } : {}),
        };
      }),
      { edges: answer.mode !== "density", still: answer.mode !== "density" && before?.mode === answer.mode },
    );
    fill(key, answer.features.length === 0 ? h("p", { class: "heat-fact" }, answer.n ? th("empty.noPosition") : th("empty")) : null, legend(answer));
    fill(method, h("details", { class: "heat-more" }, h("summary", null, th("method")), h("p", null, sentence(answer.rule.text)), ...answer.method.map((text) => h("p", null, sentence(text)))));
    controls.sync(answer);
    drawTable();
  };

  const load = async (): Promise<void> => {
    if (!query || gone) return;
    asked?.abort();
    const mine = (asked = new AbortController());
    const slow = setTimeout(() => stage.classList.add("stage-loading"), 150);
    try {
      const answer = await getHeat(territory, query, choice, mine.signal);
      if (mine.signal.aborted || gone) return;
      const before = heat;
      heat = answer;
      fill(problem);
      draw(answer, before);
      spoken();
    } catch (error) {
      if (isAbort(error) || mine.signal.aborted || gone) return;
      if (error instanceof ApiError && error.status === 401) return;
      if (!(error instanceof ApiError)) throw error;
      const reasons = (error.problem?.errors ?? []).map(({ message }) => message).join(" ; ");
      fill(problem, note([reasons === "" ? failure(error) : sentence(reasons)], "bad"), h("button", { type: "button", class: "button", onclick: () => void load() }, icon("undo", 18), t("app.retry")));
    } finally {
      clearTimeout(slow);
      if (asked === mine) stage.classList.remove("stage-loading");
    }
  };
  /** Said once the slider has come to rest, not at each of its steps. */
  const spoken = debounce(900, () => {
    if (heat && !gone) announce(heat.n === null ? th("legend.masked.n") : th("updated", { n: heat.n }));
  });
  const again = (): void => void load();

  return {
    element,
    show(next) {
      const criteria = JSON.stringify(next) !== JSON.stringify(query);
      query = next;
      if (criteria) spots.stale();
      return load();
    },
    destroy() {
      gone = true;
      asked?.abort();
      spoken.cancel();
      spots.destroy();
      stopTheme();
      map?.destroy();
      element.remove();
    },
  };
}
