import { getPoint } from "../../api/calls";
import { ApiError, type DealPoint } from "../../api/client";
import type { DuplicatePair } from "../../api/merging";
import { differingOf, metresBetween } from "../../core/merging";
import { tg } from "./words";

/** Whether a refusal may mean that a record has changed or gone, so that both are to be read anew. */
export function maybeMoved(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  if ([404, 409, 412].includes(error.status)) return true;
  return error.status === 422 && (error.problem?.errors ?? []).some(({ field }) => ["with", "a", "b", "member"].includes(field));
}

/** A pair with its records as they now are, or a sentence that says why it is no pair any more. */
export async function readAnew(pair: DuplicatePair): Promise<DuplicatePair | string> {
  const [a, b] = await Promise.all([standing(pair.a), standing(pair.b)]);
  if (typeof a === "string") return a;
  if (typeof b === "string") return b;
  const metres = metresBetween(a.geometry?.coordinates, b.geometry?.coordinates);
  return { ...pair, a, b, differing: differingOf(a, b), ...(metres === null ? { metres: undefined } : { metres }) };
}

async function standing(point: DealPoint): Promise<DealPoint | string> {
  const { reference } = point.properties;
  try {
    const now = await getPoint(point.id);
    return now.id === point.id ? now : tg("gone.merged", { from: reference, into: now.properties.reference });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return tg("gone", { ref: reference });
    throw error;
  }
}
