import type { MotiveTerm, StatedMotive } from "../api/client";

export type MotiveFault = "motive" | "case" | "text";

/** What is still missing of a motive; empty when it can be stated. */
export function motiveFaults(term: MotiveTerm | undefined, caseReference: string, text: string): MotiveFault[] {
  if (!term) return ["motive"];
  return [...(term.case && caseReference.trim() === "" ? (["case"] as const) : []), ...(term.text && text.trim() === "" ? (["text"] as const) : [])];
}

/** The motive as the server takes it: a case goes only with a motive that wants one, words only when there are any. */
export function statedMotive(term: MotiveTerm, caseReference: string, text: string): StatedMotive {
  const [own, reference] = [text.trim(), term.case ? caseReference.trim() : ""];
  return { motive: term.value, ...(own === "" ? {} : { motive_text: own }), ...(reference === "" ? {} : { case: reference }) };
}
