import { isSiteKind } from "../core/vocabulary";

/**
 * Deal points and support sites have the same calls at two addresses. Which of the two an id or a reference is of is learned from
 * what answers and tiles show, and forgotten with the person.
 */
const sites = new Set<string>();

/** Learns of which family a place is. */
export function rememberFamily(kind: string, ...names: (string | undefined)[]): void {
  for (const name of names) {
    if (!name) continue;
    if (isSiteKind(kind)) sites.add(name);
    else sites.delete(name);
  }
}

export const forgetFamilies = (): void => sites.clear();

/** Whether an id or a reference is known to be of a support site. */
export const isKnownSite = (name: string): boolean => sites.has(name);

/** The address of a call about one place: that of support sites where the place is known to be one. */
export const addressOf = <P extends string>(path: P, name: string): P => (sites.has(name) ? (path.replace("/deal-points/", "/sites/") as P) : path);
