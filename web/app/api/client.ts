import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.gen";

type Schemas = components["schemas"];
export type DealPoint = Schemas["DealPoint"];
export type DealPointProperties = Schemas["DealPointProperties"];
export type NewDealPoint = Schemas["NewDealPoint"];
export type DealPointPatch = Schemas["DealPointPatch"];
export type Me = Schemas["Me"];
export type NodeStanding = Schemas["NodeStanding"];
export type Vocabulary = Schemas["Vocabulary"];
export type Counts = Schemas["Counts"];
export type Territory = Schemas["Territory"];
export type SearchResult = Schemas["SearchResult"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type ChangeEvent = Schemas["ChangeEvent"];
export type Problem = Schemas["Problem"];
export type FieldProblem = Schemas["FieldProblem"];
export type Action = Schemas["Action"];
export type SessionState = Schemas["SessionState"];
export type MotiveTerm = Schemas["MotiveTerm"];
export type StatedMotive = Schemas["StatedMotive"];
export type Token = Schemas["Token"];
export type TokenMade = Schemas["TokenMade"];

/** The server said no (problem), or did not answer (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
    /** Seconds to wait before trying again, where the server says so. */
    readonly retryAfter = 0,
  ) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
  }

  /** Whether the problem is of a type, named by the end of its URN. */
  is(type: string): boolean {
    return this.problem?.type.endsWith(`:${type}`) ?? false;
  }
}

/** Why what is on the screen may not stay there; `detail` is the server's own sentence, when it gave one. */
export interface Ending {
  why: "ended" | "revoked" | "interrupted";
  detail?: string;
}

let accessEnded: (ending: Ending) => void = () => {};

/** Calls back whenever an answer shows that this person may not see anything any more, or must first do something else. */
export function onAccessEnd(run: (ending: Ending) => void): void {
  accessEnded = run;
}

/** What an answer says about the access itself, as opposed to one action; null when nothing. */
export function endingOf(status: number, problem: Problem | null): Ending | null {
  const type = problem?.type.slice(problem.type.lastIndexOf(":") + 1) ?? "";
  const detail = problem?.detail === undefined ? {} : { detail: problem.detail };
  if (status === 401) return type === "bad-credentials" || type === "locked" ? null : { why: "ended", ...detail };
  if (status !== 403) return null;
  return type === "motive-required" || type === "password-change-required" ? { why: "interrupted", ...detail } : null;
}

/** A refusal in general, such as that of a tile: says at once whether the access itself has ended. */
export async function checkAccess(): Promise<void> {
  const answer = await client.GET("/api/v1/session").catch(() => null);
  const state = answer?.data;
  if (state && !state.signed_in) accessEnded({ why: "ended" });
  else if (state?.motive_required || state?.password_change_required) accessEnded({ why: "interrupted" });
}

/** What the server says to one whose access has ended: that the session is over, or, with its own sentence, that the right is. */
export async function whyEnded(): Promise<Ending> {
  const answer = await client.GET("/api/v1/me").catch(() => null);
  if (answer?.response.status !== 403) return { why: "ended" };
  return { why: "revoked", ...(isProblem(answer.error) && answer.error.detail ? { detail: answer.error.detail } : {}) };
}

const watchAccess: Middleware = {
  async onResponse({ response, schemaPath, request }) {
    if (response.status !== 401 && response.status !== 403) return;
    const problem = (await response.clone().json().catch(() => null)) as unknown;
    const ending = endingOf(response.status, isProblem(problem) ? problem : null);
    if (ending) accessEnded(ending);
    // Reading is never forbidden to a person with a grant for it: a grant that has ended is.
    else if (response.status === 403 && request.method === "GET" && schemaPath !== "/api/v1/session") void checkAccess();
  },
};

export const client = createClient<paths>({
  baseUrl: "",
  credentials: "same-origin",
  headers: { Accept: "application/json, application/geo+json, application/problem+json" },
  querySerializer: { array: { style: "form", explode: false } },
});
client.use(watchAccess);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Waits for an answer and gives its data; everything else becomes an ApiError. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, null);
  });
  if (answer.response.ok) return answer.data as T;
  throw new ApiError(answer.response.status, isProblem(answer.error) ? answer.error : null, Number(answer.response.headers.get("Retry-After")) || 0);
}

/** `ask` for a list of places, with all of their properties: nothing here asks for some of them only. */
export async function askPlaces(call: Promise<Answer<Schemas["DealPointCollection"] | Schemas["SelectedCollection"]>>): Promise<Schemas["DealPointCollection"]> {
  return (await ask(call)) as Schemas["DealPointCollection"];
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "type" in value && "title" in value;
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
