import type { DealPoint } from "../api/client";

/** Whether what was asked for by its reference was merged into what came: the references differ. */
export function mergedInto(asked: string, { id, properties: { reference } }: DealPoint): boolean {
  return asked.toLowerCase() !== reference.toLowerCase() && asked.toLowerCase() !== id.toLowerCase();
}
