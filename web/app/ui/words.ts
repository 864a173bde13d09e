import type { Vocabulary } from "../api/client";
import { translated } from "../i18n";
import { isSiteKind } from "../core/vocabulary";
import { store } from "../state";

type Lists = "operations" | "event_kinds" | "report_statuses" | "kinds" | "statuses" | "products" | "services" | "roles" | "closing_reasons" | "accuracies" | "intensities" | "reaches" | "handling_codes" | "grading_schemes" | "levels" | "erasure_reasons" | "operation_types" | "operation_results" | "link_kinds" | "link_means" | "network_statuses";

export interface Word {
  value: string;
  label: string;
  description?: string;
}

/** A vocabulary of the server with labels in the language of the interface; French ones are the server's own. */
export function words(list: Lists): Word[] {
  const terms = (store.get().vocabulary[list] ?? []) as { value: string | number; label: string; description?: string }[];
  const labels = translated(list);
  return terms.map(({ value, label, description }) => ({
    value: String(value),
    label: labels?.[String(value)] ?? label,
    ...(description ? { description } : {}),
  }));
}

/** The label of one value; the value itself when the vocabulary does not know it. */
export function word(list: Lists, value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  return words(list).find((term) => term.value === String(value))?.label ?? String(value);
}

export type GradingScheme = Vocabulary["grading_schemes"][number];
export const gradingScheme = (value: string): GradingScheme | undefined => store.get().vocabulary.grading_schemes.find((scheme) => scheme.value === value);

/** What the interface says of points, said of a site where the place is one: the words are alike in either language but for this one. */
export const saidOf = (kind: string, text: string): string => (isSiteKind(kind) ? text.replace(/\b(deal )?point(s?)\b/g, "site$2").replace(/\bPoint(s?)\b/g, "Site$1") : text);
