import type { DealPoint, DealPointPatch, NewDealPoint } from "../api/client";
import { checkPosition } from "./coords";
import { isObject, type Json, type JsonObject } from "./json";
import { mergePatch } from "./patch";

/**
 * What a form edits: the fields of a point by their names in the contract, `geometry` as [lon, lat]. Empty texts and
 * lists are left out, so that two records are equal when they say the same.
 */
export type PlaceRecord = JsonObject;

const editable = ["kind", "name", "address", "commune", "accuracy", "products", "hours", "intensity", "lookouts", "obstacles", "cameras", "landlord", "note", "networks", "case_references", "first_seen", "next_review"] as const;
const groups = ["handling", "grading"] as const;

/** The record of a point as the server gave it. */
export function recordOf(point: DealPoint): PlaceRecord {
  const properties = point.properties as unknown as JsonObject;
  const record: { [name: string]: Json | undefined } = { geometry: (point.geometry?.coordinates as Json | undefined) ?? null };
  for (const name of [...editable, ...groups]) record[name] = properties[name];
  return tidy(record);
}

/** Drops what is empty: "", [], null and absent say the same thing. */
export function tidy(record: PlaceRecord): PlaceRecord {
  const result: { [name: string]: Json | undefined } = {};
  for (const [name, value] of Object.entries(record)) {
    const kept = isObject(value) ? tidy(value) : value;
    if (isEmpty(kept) || (name === "blurred" && kept === false)) continue;
    result[name] = kept;
  }
  return result;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === null || value === undefined || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

const pointGeometry = (at: Json | undefined): Json => (Array.isArray(at) ? { type: "Point", coordinates: at } : null);

/** The body that adds a record. */
export function additionOf(record: PlaceRecord): NewDealPoint {
  const { geometry, ...properties } = record;
  return { type: "Feature", geometry: pointGeometry(geometry), properties } as unknown as NewDealPoint;
}

/** The merge patch from one record to another as the API takes it; null when nothing differs. */
export function patchOf(from: PlaceRecord, to: PlaceRecord): DealPointPatch | null {
  const { geometry, ...properties } = mergePatch(from, to);
  const body: { [name: string]: Json } = {};
  if (geometry !== undefined) body["geometry"] = pointGeometry(geometry);
  if (Object.keys(properties).length > 0) body["properties"] = properties as Json;
  return Object.keys(body).length > 0 ? (body as DealPointPatch) : null;
}

/** What is wrong before anything is sent, by field; the values are keys of the dictionary. */
export type Missing = "form.nameRequired" | "form.kindRequired" | "form.accuracyRequired" | "form.positionRequired" | "form.communeRequired" | "form.groupsRequired" | "coords.latitude" | "coords.longitude" | "coords.swapped" | "coords.unreadable";

/** Checks what can be known without the server, which has the last word. */
export function missing(record: PlaceRecord): Map<string, Missing> {
  const found = new Map<string, Missing>();
  const at = record["geometry"];
  const communeOnly = record["accuracy"] === "commune";
  if (!at && !communeOnly) found.set("geometry", "form.positionRequired");
  if (Array.isArray(at)) {
    const checked = checkPosition(Number(at[1]), Number(at[0]));
    if (!checked.ok && checked.error !== "empty" && checked.error !== "minutes") found.set("geometry", `coords.${checked.error}`);
  }
  if (!record["name"]) found.set("name", "form.nameRequired");
  if (!record["kind"]) found.set("kind", "form.kindRequired");
  if (!record["accuracy"]) found.set("accuracy", "form.accuracyRequired");
  if (communeOnly && !record["commune"]) found.set("commune", "form.communeRequired");
  const handling = record["handling"];
  if (isObject(handling) && handling["reach"] === "group" && isEmpty(handling["groups"])) found.set("handling.groups", "form.groupsRequired");
  return found;
}

/**
 * Finds the form's field for the name in a problem: "properties.name" is name, "handling.groups[1]" is handling.groups,
 * "position" is geometry; null when the form has none.
 */
export function fieldOf(name: string, known: readonly string[]): string | null {
  let path = name.replace(/^properties\./, "").replace(/\[\d+\]/g, "");
  if (path === "position") path = "geometry";
  for (; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) {
    if (known.includes(path)) return path;
    const inside = known.find((k) => k.startsWith(`${path}.`));
    if (inside) return inside;
  }
  return null;
}

/** Splits a typed list: commas, semicolons and new lines separate. */
export function splitList(text: string): string[] {
  return [...new Set(text.split(/[,;\n]/).map((item) => item.trim()).filter((item) => item !== ""))];
}
