import type { LinkEnd, LinkPatch, NewLink, PlaceLink } from "../api/links";
import { isObject, type Json, type JsonObject } from "./json";
import { mergePatch } from "./patch";
import { tidy, type PlaceRecord } from "./record";

/** A link as one of its ends sees it. */
export interface Tie {
  link: PlaceLink;
  /** Which end looks. */
  from: boolean;
  other: LinkEnd;
}

/** What a kind of link says, read from the end that it leads from, to the end that it leads to, or the same from both. */
export const relations = ["supplies.from", "supplies.to", "stores_for.from", "stores_for.to", "displaced_to.from", "displaced_to.to", "same_network", "rival"] as const;
export type Relation = (typeof relations)[number];

/** The relation of a tie; null for a kind that this version does not know. */
export function relationOf(kind: string, from: boolean): Relation | null {
  return relations.find((one) => one === kind || one === `${kind}.${from ? "from" : "to"}`) ?? null;
}

/** Whether a link does not hold any more on a day. */
export const hasEnded = ({ until }: Pick<PlaceLink, "until">, today: string): boolean => !!until && until < today;

/** The links of a place as it sees them: those that hold first, then by kind, strength, and the other end's reference. */
export function tiesOf(links: readonly PlaceLink[], place: string, today: string): Tie[] {
  const order = relations as readonly string[];
  const rank = ({ link, from }: Tie): number => order.indexOf(relationOf(link.kind, from) ?? "");
  return links
    .filter(({ from, to }) => from.id === place || to.id === place)
    .map((link) => (link.from.id === place ? { link, from: true, other: link.to } : { link, from: false, other: link.from }))
    .sort(
      (a, b) =>
        Number(hasEnded(a.link, today)) - Number(hasEnded(b.link, today)) || rank(a) - rank(b) || b.link.strength - a.link.strength || a.other.reference.localeCompare(b.other.reference, "fr", { numeric: true }),
    );
}

/** Whether goods are carried along links of a kind: only those have a means of transport. */
export const hasMeans = (kind: string): boolean => kind !== "same_network" && kind !== "rival";

const editable = ["kind", "means", "strength", "since", "until", "network", "note", "grading", "handling"] as const;

/** What the form edits of a link, empty values left out. */
export function linkRecord(link: PlaceLink): PlaceRecord {
  const all = link as unknown as JsonObject;
  return tidy(Object.fromEntries(editable.map((name) => [name, all[name]])) as PlaceRecord);
}

/** The body that ties two places; `from` says whether the place whose sheet is open is where the link begins. */
export function linkBody(record: PlaceRecord, here: string, other: string, from: boolean): NewLink {
  return { ...record, from: from ? here : other, to: from ? other : here } as unknown as NewLink;
}

/** The merge patch from one record to another; null when they say the same. */
export function linkPatch(before: PlaceRecord, after: PlaceRecord): LinkPatch | null {
  const patch = mergePatch(before, after);
  return Object.keys(patch).length > 0 ? (patch as unknown as LinkPatch) : null;
}

/** "B2", from the parts of a grading. */
export function gradingCode(grading: unknown): string {
  const parts = grading as Json | undefined;
  return isObject(parts) && parts["source"] ? `${String(parts["source"])}${String(parts["information"] ?? "")}` : "";
}
