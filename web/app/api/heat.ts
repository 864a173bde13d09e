import { filterParameters, heatParameters, type HeatChoice, type HeatQuery } from "../core/heat";
import { eventCutter, type SpotMethod, type SpotUnits } from "../core/hotspots";
import { ApiError, ask, checkAccess, client, isProblem } from "./client";
import type { components, operations } from "./schema.gen";

/** Calls of heat and hot spots. */
type Schemas = components["schemas"];
export type Heat = Schemas["Heat"];
export type HeatFeature = Schemas["HeatFeature"];
export type HotSpots = Schemas["HotSpots"];
export type HotSpot = Schemas["HotSpot"];

type GetHeat = NonNullable<operations["getHeat"]["parameters"]["query"]>;

export function getHeat(code: string, query: HeatQuery, choice: HeatChoice, signal: AbortSignal): Promise<Heat> {
  // The grammar of the query is the address's own: lists are joined by commas.
  return ask(client.GET("/api/v1/territories/{code}/heat", { params: { path: { code }, query: heatParameters(query, choice) as GetHeat }, signal }));
}

export interface SpotQuestion {
  method: SpotMethod;
  units: SpotUnits;
}

/** Looks for hot spots, telling how far the server is. A refusal, before or after the stream has begun, is an ApiError. */
export async function findHotSpots(code: string, query: HeatQuery, { method, units }: SpotQuestion, progress: (done: number, total: number) => void, signal: AbortSignal): Promise<HotSpots> {
  const { audience: _, ...asked } = filterParameters(query);
  const parameters = new URLSearchParams({ ...asked, method, units });
  const answer = await fetch(`/api/v1/territories/${encodeURIComponent(code)}/hotspots?${parameters.toString()}`, { headers: { Accept: "text/event-stream, application/problem+json" }, credentials: "same-origin", signal }).catch(networkOnly);
  if (!answer.ok) {
    if (answer.status === 401 || answer.status === 403) void checkAccess();
    const problem: unknown = await answer.json().catch(() => null);
    throw new ApiError(answer.status, isProblem(problem) ? problem : null);
  }
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("text/event-stream")) return (await answer.json()) as HotSpots;
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const cut = eventCutter();
  for (;;) {
    const { value, done } = (await reader?.read().catch(networkOnly)) ?? { value: undefined, done: true };
    for (const { event, data } of value === undefined ? [] : cut(value)) {
      const told = JSON.parse(data) as unknown;
      if (event === "result") return told as HotSpots;
      if (event === "problem") throw new ApiError(isProblem(told) ? told.status : 500, isProblem(told) ? told : null);
      if (event === "progress") progress((told as { done: number }).done, (told as { total: number }).total);
    }
    if (done) throw new ApiError(0, null);
  }
}

function networkOnly(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new ApiError(0, null);
}
