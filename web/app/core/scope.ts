import type { Me } from "../api/client";
import { sees } from "./rights";

/** What a map without a territory filter covers: a viewer of aggregates has them for their own territories only. */
export function scopeName(me: Me, wholeCountry: string): string {
  const own = me.territories.filter(({ code }) => code !== "fr").map(({ name }) => name);
  return sees(me) === "aggregates" && own.length === me.territories.length && own.length > 0 ? own.join(", ") : wholeCountry;
}
