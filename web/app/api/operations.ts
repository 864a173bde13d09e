import { ask, askPlaces, client, type DealPoint } from "./client";
import type { components, operations } from "./schema.gen";

/** Calls of operations, of the watch after them, and of patrols. */
type Schemas = components["schemas"];
export type Operation = Schemas["FieldOperation"];
export type NewOperation = Schemas["NewOperation"];
export type OperationPatch = Schemas["OperationPatch"];
export type NamedPlace = Schemas["NamedPlace"];
export type Watch = Schemas["Watch"];
export type WatchCount = Schemas["WatchCount"];
export type Patrol = Schemas["Patrol"];
export type PatrolStop = Schemas["PatrolStop"];

type ListQuery = NonNullable<operations["listOperations"]["parameters"]["query"]>;
type WatchQuery = NonNullable<operations["watchOperation"]["parameters"]["query"]>;
export type PatrolQuery = operations["planPatrol"]["parameters"]["query"];

const etag = (revision: number): string => `"${revision}"`;

export const listOperations = (query: Readonly<Record<string, string>>, limit: number, signal?: AbortSignal): Promise<Schemas["OperationList"]> =>
  ask(client.GET("/api/v1/operations", { params: { query: { ...query, limit } as ListQuery }, signal }));

export const getOperation = (operation: string, signal?: AbortSignal): Promise<Operation> => ask(client.GET("/api/v1/operations/{operation}", { params: { path: { operation } }, signal }));

export const recordOperation = (body: NewOperation, key: string): Promise<Operation> => ask(client.POST("/api/v1/operations", { params: { header: { "Idempotency-Key": key } }, body }));

export const changeOperation = (operation: string, revision: number, body: OperationPatch, key: string): Promise<Operation> =>
  ask(
    client.PATCH("/api/v1/operations/{operation}", {
      params: { path: { operation }, header: { "If-Match": etag(revision), "Idempotency-Key": key } },
      body,
      headers: { "Content-Type": "application/merge-patch+json" },
    }),
  );

export async function removeOperation(operation: string, revision: number, key: string): Promise<void> {
  await ask(client.POST("/api/v1/operations/{operation}/remove", { params: { path: { operation }, header: { "If-Match": etag(revision), "Idempotency-Key": key } } }));
}

export const watchOperation = (operation: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Watch> =>
  ask(client.GET("/api/v1/operations/{operation}/watch", { params: { path: { operation }, query: query as WatchQuery }, signal }));

export const planPatrol = (query: PatrolQuery, signal: AbortSignal): Promise<Patrol> => ask(client.GET("/api/v1/patrols", { params: { query }, signal }));

/** Closed points of some territories (none for all) whose check is due, at most this many. */
export async function listDue(territory: string[], limit: number, signal: AbortSignal): Promise<DealPoint[]> {
  return (await askPlaces(client.GET("/api/v1/deal-points", { params: { query: { status: ["closed"], due: true, limit, ...(territory.length > 0 ? { territory } : {}) } }, signal }))).features;
}
