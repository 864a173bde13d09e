import type { NewReport, Report } from "../api/reports";
import { todayInFrance } from "./format";
import { tidy, type PlaceRecord } from "./record";

/** A report as the form of a partner holds it; "" and null are not given. */
export interface ReportDraft {
  text: string;
  address: string;
  commune: string;
  position: [lon: number, lat: number] | null;
  products: string[];
  hours: string;
  seen: string;
}

export function reportOf(draft: ReportDraft): NewReport {
  const text = (value: string): string | undefined => (value.trim() === "" ? undefined : value.trim());
  const [address, commune, hours, seen] = [text(draft.address), text(draft.commune), text(draft.hours), text(draft.seen)];
  return {
    text: draft.text.trim(),
    ...(address ? { address } : {}),
    ...(commune ? { commune } : {}),
    ...(draft.position ? { position: draft.position } : {}),
    ...(draft.products.length > 0 ? { products: draft.products as NewReport["products"] } : {}),
    ...(hours ? { hours } : {}),
    ...(seen ? { seen } : {}),
  };
}

export type ReportError = "textRequired" | "whereRequired" | "seenFuture";

/** What is wrong before anything is sent, by the field's name. */
export function wrongInReport(draft: ReportDraft, today = todayInFrance()): Map<string, ReportError> {
  const found = new Map<string, ReportError>();
  if (draft.text.trim().length < 3) found.set("text", "textRequired");
  if (!draft.position && draft.commune.trim() === "") found.set("commune", "whereRequired");
  if (draft.seen > today) found.set("seen", "seenFuture");
  return found;
}

/** What a report tells of a point that is added from it; whoever adds it completes and corrects it. */
export function pointFrom({ address, commune, position, products, hours, seen, text }: Report): PlaceRecord {
  return tidy({
    name: address,
    address,
    commune,
    accuracy: position ? "street" : "commune",
    geometry: position ?? null,
    products,
    hours,
    first_seen: seen ?? null,
    last_confirmed: seen ?? null,
    status: "reported",
    note: text.trim(),
  });
}

/** Those that wait first, then the others, each group newest first. */
export function inOrder(reports: readonly Report[]): Report[] {
  const waits = ({ status }: Report): number => (status === "received" ? 0 : 1);
  return [...reports].sort((a, b) => waits(a) - waits(b) || b.received.localeCompare(a.received));
}
