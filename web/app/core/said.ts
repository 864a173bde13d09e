import { isSiteKind } from "./vocabulary";

/** What the interface says of points, said of a site where the place is one: the words are alike in either language but for this one. */
export const saidOf = (kind: string, text: string): string => (isSiteKind(kind) ? text.replace(/\b(deal )?point(s?)\b/g, "site$2").replace(/\bPoint(s?)\b/g, "Site$1") : text);
