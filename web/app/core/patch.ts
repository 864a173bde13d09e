import { isObject, same, type Json, type JsonObject } from "./json";

type Draft = { [name: string]: Json | undefined };

/**
 * The merge patch (RFC 7396) that leads from one value to another: only what differs, null for what goes. An absent
 * name and null are the same thing here, as they are to the API.
 */
export function mergePatch(from: JsonObject, to: JsonObject): JsonObject {
  const patch: Draft = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const before = from[name] ?? null;
    const after = to[name] ?? null;
    if (same(before, after)) continue;
    patch[name] = isObject(before) && isObject(after) ? mergePatch(before, after) : after;
  }
  return patch;
}

/** Applies a merge patch (RFC 7396). */
export function applyPatch(value: JsonObject, patch: JsonObject): JsonObject {
  const result: Draft = { ...value };
  for (const [name, change] of Object.entries(patch)) {
    const old = result[name];
    if (change === null || change === undefined) delete result[name];
    else if (isObject(change)) result[name] = applyPatch(isObject(old) ? old : {}, change);
    else result[name] = change;
  }
  return result;
}
