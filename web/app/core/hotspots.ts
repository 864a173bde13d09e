/** Places that stand out from chance: what is asked, how the answer comes, and how it is said. */
export const spotMethods = ["gi", "moran"] as const;
export type SpotMethod = (typeof spotMethods)[number];
export const spotUnits = ["communes", "cells"] as const;
export type SpotUnits = (typeof spotUnits)[number];

export const spotKinds = ["hot", "cold", "high-high", "low-low", "high-low", "low-high"] as const;
export type SpotKind = (typeof spotKinds)[number];

/** More than chance, fewer than chance, or unlike its neighbours: never told by colour alone. */
export type SpotTone = "more" | "fewer" | "apart";

export function toneOfSpot(kind: string): SpotTone | null {
  if (kind === "hot" || kind === "high-high") return "more";
  if (kind === "cold" || kind === "low-low") return "fewer";
  return kind === "high-low" || kind === "low-high" ? "apart" : null;
}

/** One event of a text/event-stream. */
export interface StreamEvent {
  event: string;
  data: string;
}

/** Cuts a stream of events as its pieces come; what is not yet whole waits for the next piece. */
export function eventCutter(): (piece: string) => StreamEvent[] {
  let rest = "";
  return (piece) => {
    rest += piece.replaceAll("\r\n", "\n");
    const parts = rest.split("\n\n");
    rest = parts.pop() ?? "";
    return parts.map(eventOf).filter((event) => event !== null);
  };
}

function eventOf(block: string): StreamEvent | null {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length === 0 ? null : { event, data: data.join("\n") };
}

/** Probabilities are never said to be nought: a permutation test cannot tell less than one in all of them. */
export function probability(p: number, format: (n: number) => string, permutations: number): string {
  const least = 1 / (permutations + 1);
  return p <= least * 1.0001 ? `≤ ${format(least)}` : `= ${format(p)}`;
}
