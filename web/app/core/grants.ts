import type { Grant, NewGrant, Role } from "../api/desk";

/** What a grant of a role is made of; the server has the last word. */
export interface Needs {
  /** The service that the person belongs to. */
  service: boolean;
  unit: "required" | "optional";
  territories: "required" | "optional" | "none";
  groups: boolean;
}

const worker = { service: true, unit: "required", groups: true } as const;
const office = { service: false, unit: "optional", territories: "none", groups: false } as const;

const needs: Record<Role, Needs> = {
  investigator: { ...worker, territories: "optional" },
  cross: { ...worker, territories: "required" },
  // Its territory is the country.
  ofast: { ...worker, territories: "none" },
  prefet: { ...office, territories: "required" },
  procureur: { ...office, territories: "required" },
  partner: { ...office, unit: "required", territories: "optional" },
  auditor: office,
  admin: office,
};

export const needsOf = (role: Role): Needs => needs[role];

/** What the form holds, before it is known what of it the role needs. */
export interface GrantDraft {
  local: boolean;
  username: string;
  issuer: string;
  sub: string;
  name: string;
  role: Role | "";
  service: string;
  unit: string;
  territories: string[];
  groups: string[];
  /** Days, "" when not given. */
  from: string;
  until: string;
}

/** The subject of a person: the name of a local account, or what the identity provider knows them by. */
export const subjectOf = ({ local, username, issuer, sub }: Pick<GrantDraft, "local" | "username" | "issuer" | "sub">): string => (local ? username.trim() : `oidc:${issuer.trim()}#${sub.trim()}`);

export type Subject = { local: true; username: string } | { local: false; issuer: string; sub: string };

export function readSubject(subject: string): Subject {
  const at = subject.lastIndexOf("#");
  if (!subject.startsWith("oidc:") || at < 0) return { local: true, username: subject };
  return { local: false, issuer: subject.slice(5, at), sub: subject.slice(at + 1) };
}

/** The body that gives the grant: only what the role needs. */
export function grantOf(draft: GrantDraft, role: Role): NewGrant {
  const wanted = needsOf(role);
  const territories = role === "ofast" ? ["fr"] : wanted.territories === "none" ? [] : draft.territories;
  return {
    subject: subjectOf(draft),
    name: draft.name.trim(),
    role,
    ...(wanted.service && draft.service !== "" ? { service: draft.service } : {}),
    ...(draft.unit.trim() === "" ? {} : { unit: draft.unit.trim() }),
    ...(territories.length > 0 ? { territories } : {}),
    ...(wanted.groups && draft.groups.length > 0 ? { groups: draft.groups } : {}),
    ...(draft.from === "" ? {} : { from: draft.from }),
    ...(draft.until === "" ? {} : { until: draft.until }),
  };
}

export type GrantError = "usernameRequired" | "issuerRequired" | "subRequired" | "nameRequired" | "roleRequired" | "serviceRequired" | "unitRequired" | "territoriesRequired" | "fromPast" | "untilBeforeFrom";

/** What is wrong before anything is sent, by the field's name. */
export function wrongIn(draft: GrantDraft, today: string): Map<string, GrantError> {
  const found = new Map<string, GrantError>();
  const must = (field: string, value: string, error: GrantError): void => void (value.trim() === "" && found.set(field, error));
  if (draft.local) must("username", draft.username, "usernameRequired");
  else {
    must("issuer", draft.issuer, "issuerRequired");
    must("sub", draft.sub, "subRequired");
  }
  must("name", draft.name, "nameRequired");
  must("role", draft.role, "roleRequired");
  if (draft.role !== "") {
    const wanted = needsOf(draft.role);
    if (wanted.service) must("service", draft.service, "serviceRequired");
    if (wanted.unit === "required") must("unit", draft.unit, "unitRequired");
    if (wanted.territories === "required" && draft.territories.length === 0) found.set("territories", "territoriesRequired");
  }
  if (draft.from !== "" && draft.from < today) found.set("from", "fromPast");
  if (draft.until !== "" && draft.until < (draft.from === "" ? today : draft.from)) found.set("until", "untilBeforeFrom");
  return found;
}

/** The person's grants that hold at some moment of the days from … until ("" is now, and without end). */
export function overlapping(grants: readonly Grant[], subject: string, from: string, until: string, now: string): Grant[] {
  const begins = from === "" ? now : from;
  return grants.filter((grant) => {
    if (grant.subject !== subject || grant.state === "ended") return false;
    const endsBefore = !!grant.until && grant.until.slice(0, 10) < begins.slice(0, 10);
    const beginsAfter = until !== "" && grant.from.slice(0, 10) > until;
    return !endsBefore && !beginsAfter;
  });
}

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether every word of a search is somewhere in the texts; accents and case do not count. */
export function found(texts: readonly (string | undefined)[], search: string): boolean {
  const all = folded(texts.filter(Boolean).join(" "));
  return folded(search).split(/\s+/).every((word) => all.includes(word));
}
