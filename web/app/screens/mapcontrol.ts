import type { Territory } from "../api/client";
import type { Position } from "../core/coords";
import type { LngLat, MapView, PlaceHit } from "../map/types";

/** Mainland France and Corsica. */
export const metropole: [number, number, number, number] = [-5.3, 41.2, 9.7, 51.2];

/** Where the rest of the screen asks the map to look; empty until there is a map. */
class MapControl {
  private map: MapView | null = null;
  private banner: (text: string) => void = () => {};
  private choosing: ((hit: PlaceHit) => void) | null = null;

  attach(map: MapView | null, banner: (text: string) => void = () => {}): void {
    this.map = map;
    this.banner = banner;
    this.choosing = null;
  }

  /** The next place that is clicked is chosen instead of opened; returns how to stop. */
  pickPlace(text: string, chosen: (hit: PlaceHit) => void): () => void {
    const stop = (): void => {
      if (this.choosing !== take) return;
      this.choosing = null;
      this.banner("");
    };
    const take = (hit: PlaceHit): void => {
      stop();
      chosen(hit);
    };
    this.choosing = take;
    this.banner(text);
    return stop;
  }

  /** Whether somebody waits for a place to be chosen; the place is theirs then. */
  takes(hit: PlaceHit | null): boolean {
    if (!this.choosing) return false;
    if (hit) this.choosing(hit);
    return true;
  }

  get view(): MapView | null {
    return this.map;
  }

  /** When the first view is drawn; at once where there is no map. */
  get drawn(): Promise<void> {
    return this.map?.drawn ?? Promise.resolve();
  }

  /** Shows a whole territory. */
  look(territory: Pick<Territory, "bbox" | "centre" | "code">): void {
    const { bbox, centre } = territory;
    if (territory.code === "fr") this.map?.fitBox(metropole);
    else if (bbox?.length === 4) this.map?.fitBox(bbox as [number, number, number, number]);
    else if (centre?.length === 2) this.map?.setView(centre as LngLat, 12);
  }

  /** Shows a point, moving only when it is out of sight or too far to be told from its neighbours. */
  show({ lon, lat }: Position, always = false): void {
    const map = this.map;
    if (!map) return;
    const [west, south, east, north] = map.getBox();
    const [dx, dy] = [(east - west) * 0.1, (north - south) * 0.1];
    const inside = lon > west + dx && lon < east - dx && lat > south + dy && lat < north - dy;
    if (always || !inside || map.getZoom() < 10) map.setView([lon, lat], Math.max(map.getZoom(), 14));
  }
}

export const mapControl = new MapControl();
