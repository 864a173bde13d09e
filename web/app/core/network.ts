import type { NetworkParts } from "../api/links";
import type { LngLat, NetworkShown, PlaceHit } from "../map/types";
import { hasEnded } from "./links";

/** A network as the map draws it, with what its links lead to; what has no position is left out. */
export function shownOf({ places, links }: NetworkParts, on: string): NetworkShown {
  const members = new Set(places.map(({ properties }) => properties.reference));
  const ends = new Map(links.flatMap(({ from, to }) => [from, to]).filter(({ reference }) => !members.has(reference)).map((end) => [end.reference, end]));
  return {
    places: [...ends.values()].flatMap(({ reference, name = "", status, kind, position }) => (position ? [{ ref: reference, name, status, kind, product: "", service: "", intensity: 0, lngLat: position as LngLat }] : [])).concat(places.flatMap(({ geometry, properties: p }) => {
      const at = geometry?.coordinates as LngLat | undefined;
      return at ? [{ ref: p.reference, name: p.name ?? "", status: p.status, kind: p.kind, product: p.products?.[0] ?? "", service: p.owner?.service ?? "", intensity: p.intensity ?? 0, lngLat: at }] : [];
    })),
    links: links.flatMap((link) => {
      const [fromAt, toAt] = [link.from.position as LngLat | undefined, link.to.position as LngLat | undefined];
      if (!fromAt || !toAt) return [];
      const { id, kind, strength, directed } = link;
      return [{ id, kind, strength, directed, means: link.means ?? "", network: link.network ?? "", ended: hasEnded(link, on), from: link.from.reference, to: link.to.reference, fromId: link.from.id, toId: link.to.id, fromAt, toAt }];
    }),
  };
}

/** The box around some places, a little larger than they are; null for none. */
export function boundsOf(places: readonly Pick<PlaceHit, "lngLat">[]): [west: number, south: number, east: number, north: number] | null {
  if (places.length === 0) return null;
  const [lons, lats] = [places.map(({ lngLat }) => lngLat[0]), places.map(({ lngLat }) => lngLat[1])];
  const least = 0.002;
  return [Math.min(...lons) - least, Math.min(...lats) - least, Math.max(...lons) + least, Math.max(...lats) + least];
}
