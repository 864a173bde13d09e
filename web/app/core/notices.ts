import type { Me } from "../api/client";
import type { Notice } from "../api/merging";

/** When a person last looked at their notices: a moment, nothing of the map. */
const key = (username: string): string => `dealmap.notices.${username}`;

/** The moment of the newest notice that the person has seen, "" when none. */
export function lookedAt(username: string): string {
  try {
    const kept = localStorage.getItem(key(username)) ?? "";
    return Number.isNaN(Date.parse(kept)) ? "" : kept;
  } catch {
    return "";
  }
}

/** Remembers that these notices were looked at. By their own clock, the server's, so that none is missed. */
export function newest(username: string, notices: readonly Pick<Notice, "at">[]): void {
  const latest = notices.reduce((last, { at }) => (isAfter(at, last) ? at : last), lookedAt(username));
  if (latest === "") return;
  try {
    localStorage.setItem(key(username), latest);
  } catch {
    // A browser that keeps nothing shows them as new at each visit.
  }
}

/** Whether a moment is after another; any is after none. Moments are written with and without fractions of a second. */
export const isAfter = (at: string, since: string): boolean => since === "" || Date.parse(at) > Date.parse(since);

export interface WhoseNotice {
  mine: string;
  other: string;
  /** Both records are of the viewer's unit. */
  both: boolean;
}

/** Which of the two records is the viewer's: told by their owner, the place's own and not those that came in. */
export function noticeOf({ point, member }: Pick<Notice, "point" | "member">, { service, unit }: Pick<Me, "service" | "unit">): WhoseNotice {
  const owns = ({ properties: { owner } }: Notice["point"]): boolean => owner?.service === service && owner.unit === unit;
  const [place, record] = [point.properties.reference, member.properties.reference];
  if (owns(member)) return { mine: record, other: place, both: owns(point) };
  return { mine: place, other: record, both: false };
}
