import type { DealPointProperties } from "../api/client";

/** How much of a point this viewer is shown. */
export type Sight = "whole" | "shown" | "blurred";

type Seen = Pick<DealPointProperties, "seen_as" | "withheld">;

/** What the server says; where an answer leaves it out, what is withheld tells. */
export function sightOf({ seen_as: said, withheld }: Seen): Sight {
  if (said) return said;
  if (withheld.includes("name")) return "blurred";
  return withheld.length > 0 ? "shown" : "whole";
}

export type Caution = "embargo" | "blurred" | "H1" | "H2" | "H3" | "answerable";

/** What whoever sees a point must know before using it, the most binding first. */
export function cautions(p: Seen & Pick<DealPointProperties, "handling" | "may_export">, today: string): Caution[] {
  const { handling } = p;
  const sight = sightOf(p);
  const code = handling?.code ?? "H0";
  return [
    ...(handling?.embargo_until && handling.embargo_until >= today ? (["embargo"] as const) : []),
    ...(sight === "blurred" ? (["blurred"] as const) : []),
    ...(code === "H0" ? [] : [code]),
    ...(sight === "whole" && (code === "H2" || code === "H3") ? (["answerable"] as const) : []),
  ];
}

/** Parts of one thing that are withheld together, and named together. */
const together: readonly (readonly [first: string, ...rest: string[]])[] = [
  ["geometry", "accuracy"],
  ["lookouts", "obstacles", "cameras"],
];

/** The withheld fields, each thing once, in the server's order. */
export function withheldFields(withheld: readonly string[]): string[] {
  const said = new Set(together.filter(([first]) => withheld.includes(first)).flatMap(([, ...rest]) => rest));
  return withheld.filter((name) => !said.has(name));
}
