import type { DealPoint, DealPointProperties } from "../api/client";
import type { DuplicatePair } from "../api/merging";

/** A point for tests; only what a test is about needs to be given. */
export function pointOf(id: string, properties: Partial<DealPointProperties> = {}, at: [number, number] | null = [5.37, 43.3]): DealPoint {
  return {
    type: "Feature",
    id,
    geometry: at ? { type: "Point", coordinates: at } : null,
    properties: {
      reference: `13-${id.toUpperCase()}`, revision: 1, kind: "street", status: "active", name: "Cité des Tests", address: "", commune: "13203", commune_name: "Marseille 3e",
      departement: "13", accuracy: "building", products: ["cannabis"], hours: "", owner: { service: "PN", unit: "DIPN 13" }, networks: [], case_references: [], withheld: [], ...properties,
    },
  };
}

export const pairOf = (a: DealPoint, b: DealPoint, score = 0.9): DuplicatePair => ({ a, b, score, metres: 20, reasons: [], differing: [], may_merge: true });
