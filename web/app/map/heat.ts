/** Heat on the main map: its tiles, what the pointer finds, its colours. Loaded when somebody looks at it. */
import type * as L from "leaflet";
import type { Emitter, Traffic } from "./events";
import { readHeatColours } from "./heatcolours";
import { HeatSource } from "./heatsource";
import type { Frame } from "./overlay";
import type { Theme } from "./theme";
import { toLngLat, toWorld } from "./tilemath";
import type { WorldBox } from "./tilemath";

export interface HeatHost {
  map: L.Map;
  emitter: Emitter;
  traffic: Traffic;
  /** Query string of the filters at the start. */
  filter: string;
  /** Heat is what the map shows, and the pointer is free. */
  active(): boolean;
  onChange(): void;
}

export interface HeatLayer {
  view(box: WorldBox | null, zoom: number): void;
  setFilter(query: string): void;
  refresh(tiles: readonly string[]): void;
  renewAll(): void;
  refreshAll(): void;
  paint(ctx: CanvasRenderingContext2D, frame: Frame, theme: Theme): void;
  destroy(): void;
}

export function startHeat({ map, emitter, traffic, filter, active, onChange }: HeatHost): HeatLayer {
  let told = "";
  const source = new HeatSource(filter, {
    onError: traffic.failed,
    onSuccess: traffic.succeeded,
    onPending: traffic.meter(),
    onChange() {
      onChange();
      const now = { width: source.width, steps: source.steps };
      if (JSON.stringify(now) === told) return;
      told = JSON.stringify(now);
      emitter.emit("heat", now);
    },
  });
  map.on("mousemove", ({ latlng }) => {
    if (!active()) return;
    const found = source.at(...toWorld([latlng.lng, latlng.lat]));
    const at = map.latLngToContainerPoint(latlng);
    emitter.emit("hover", { hit: found && { count: found.count, byStatus: {}, lngLat: toLngLat(found.x, found.y) }, x: Math.round(at.x), y: Math.round(at.y) });
  });
  return {
    view: (box, zoom) => source.view(box, zoom),
    setFilter: (query) => source.setFilter(query),
    refresh: (tiles) => source.refresh(tiles),
    renewAll: () => source.renewAll(),
    refreshAll: () => source.refreshAll(),
    paint: (ctx, frame, theme) => source.paint(ctx, frame, readHeatColours(getComputedStyle(map.getContainer())), theme),
    destroy: () => source.destroy(),
  };
}
