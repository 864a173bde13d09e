import type { SessionState } from "../api/client";

/** What a person must do before they are shown anything. */
export type Stage = "credentials" | "password" | "motive" | "open";

export function stageOf(state: Pick<SessionState, "signed_in" | "motive_required" | "password_change_required">): Stage {
  if (!state.signed_in) return "credentials";
  if (state.password_change_required) return "password";
  return state.motive_required ? "motive" : "open";
}

/** What the server can say, in the address, of a sign-in with the identity provider that failed. */
const refusals = ["habilitation", "annulation", "expire", "fournisseur", "session", "indisponible"] as const;
export type Refusal = (typeof refusals)[number];

/** Reads `?refus=…`; null when there is none, "other" when it is not one of those. */
export function readRefusal(search: string): Refusal | "other" | null {
  const code = new URLSearchParams(search).get("refus");
  if (code === null) return null;
  return refusals.find((known) => known === code) ?? "other";
}

/** The same query without what was said once. */
export function withoutRefusal(search: string): string {
  const query = new URLSearchParams(search);
  query.delete("refus");
  const rest = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return rest === "" ? "" : `?${rest}`;
}

/** Whole minutes that are left, rounded up; 0 when the moment has come. */
export function minutesLeft(until: Date, now: Date): number {
  return Math.max(0, Math.ceil((until.getTime() - now.getTime()) / 60_000));
}

/** The least a password must be; the server decides. */
export const shortestPassword = 12;

export type PasswordFault = "old" | "short" | "same" | "differs";

/** What is wrong with a change of password, by field. */
export function passwordFaults(old: string, next: string, again: string): Partial<Record<"old" | "next" | "again", PasswordFault>> {
  return {
    ...(old === "" ? { old: "old" as const } : {}),
    ...([...next].length < shortestPassword ? { next: "short" as const } : next === old ? { next: "same" as const } : {}),
    ...(again !== next ? { again: "differs" as const } : {}),
  };
}
