import { ask, client } from "./client";
import type { components, operations } from "./schema.gen";

type Schemas = components["schemas"];
export type Statistics = Schemas["Statistics"];
export type StatisticsPart = Schemas["StatisticsPart"];
export type MonthFlow = Schemas["MonthFlow"];
export type Flow = Schemas["Flow"];
export type Coverage = Schemas["Coverage"];

type Query = NonNullable<operations["getStatistics"]["parameters"]["query"]>;

/** What is counted in a territory; the query is made by `core/clctaddress`, which the address of the page is written with too. */
export function getStatistics(code: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Statistics> {
  return ask(client.GET("/api/v1/territories/{code}/statistics", { params: { path: { code }, query: query as unknown as Query }, ...(signal ? { signal } : {}) }));
}
