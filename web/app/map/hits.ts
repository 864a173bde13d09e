/** What a symbol of the scene says about itself. */
import { sharesOf } from "./scene";
import type { Scene } from "./scene";
import { toLngLat } from "./tilemath";
import type { ClusterHit, PlaceHit } from "./types";
import { STATUSES } from "./types";

export type Hit = PlaceHit | ClusterHit;

export const isPlace = (hit: Hit): hit is PlaceHit => "ref" in hit;

/** Describes the i-th symbol of a scene. */
export function describeHit(scene: Scene, i: number): Hit {
  const tile = scene.tile[i];
  const n = scene.index[i] ?? 0;
  const lngLat = toLngLat(scene.x[i] ?? 0, scene.y[i] ?? 0);
  if (!tile || tile.clusters) {
    const shares = sharesOf(scene, i);
    const byStatus = Object.fromEntries(STATUSES.map((status, s) => [status, shares[s] ?? 0]));
    return { count: tile?.count[n] ?? 1, byStatus, lngLat };
  }
  return {
    ref: tile.ref.at(n) ?? "",
    name: tile.name.at(n) ?? "",
    status: STATUSES[tile.status[n] ?? 0] ?? "",
    kind: tile.kind.at(n) ?? "",
    product: tile.product.at(n) ?? "",
    service: tile.service.at(n) ?? "",
    intensity: tile.intensity[n] ?? 0,
    lngLat,
  };
}
