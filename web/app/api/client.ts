import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema.gen";

type Schemas = components["schemas"];
export type DealPoint = Schemas["DealPoint"];
export type DealPointProperties = Schemas["DealPointProperties"];
export type NewDealPoint = Schemas["NewDealPoint"];
export type DealPointPatch = Schemas["DealPointPatch"];
export type Me = Schemas["Me"];
export type Vocabulary = Schemas["Vocabulary"];
export type Counts = Schemas["Counts"];
export type Territory = Schemas["Territory"];
export type SearchResult = Schemas["SearchResult"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type ChangeEvent = Schemas["ChangeEvent"];
export type Problem = Schemas["Problem"];
export type FieldProblem = Schemas["FieldProblem"];
export type Action = Schemas["Action"];

/** The server said no (problem), or did not answer (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? problem?.title ?? `HTTP ${status}`);
  }

  /** Whether the problem is of a type, named by the end of its URN. */
  is(type: string): boolean {
    return this.problem?.type.endsWith(`:${type}`) ?? false;
  }
}

let sessionEnded: () => void = () => {};

/** Calls back whenever an answer shows that nobody is signed in any more. */
export function onSessionEnd(run: () => void): void {
  sessionEnded = run;
}

const watchSession: Middleware = {
  onResponse({ response, schemaPath, request }) {
    const signingIn = schemaPath === "/api/v1/session" && request.method === "POST";
    if (response.status === 401 && !signingIn) sessionEnded();
  },
};

export const client = createClient<paths>({
  baseUrl: "",
  credentials: "same-origin",
  headers: { Accept: "application/json, application/geo+json, application/problem+json" },
  querySerializer: { array: { style: "form", explode: false } },
});
client.use(watchSession);

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
  throw new ApiError(answer.response.status, isProblem(answer.error) ? answer.error : null);
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "type" in value && "title" in value;
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
