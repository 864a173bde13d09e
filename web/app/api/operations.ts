import type { OperationType, Results } from "../core/operations";
import { ask, client, type Territory } from "./client";

/** Calls of operations and of the watch after them. */
export interface NamedPlace {
  id: string;
  reference: string;
  name?: string;
  kind: string;
  status: string;
  date?: string;
}

export interface Operation {
  id: string;
  reference: string;
  type: OperationType;
  from: string;
  until: string;
  territory: string;
  territory_name: string;
  results: Results;
  seen_as: "tallied" | "shown" | "whole";
  places: NamedPlace[];
  note?: string;
  owner?: { service: string; unit: string };
  recorded?: string;
  changed?: string;
  revision?: number;
  withheld: string[];
  may_change: boolean;
}

export interface NewOperation {
  type: OperationType;
  from: string;
  until?: string;
  territory: string;
  /** Ids. */
  places?: string[];
  results?: Results;
  note?: string;
}

export type OperationPatch = { [K in keyof Omit<NewOperation, "results">]?: NewOperation[K] | null } & { results?: Partial<Record<keyof Results, number | null>> | null };

export interface WatchCount {
  before: number;
  after: number;
}

export interface Watch {
  buffer: number;
  ring: number;
  days: number;
  elapsed: number;
  partial: boolean;
  before?: { from: string; until: string };
  after?: { from: string; until: string };
  centres: number;
  treated: WatchCount;
  displacement: WatchCount;
  control: WatchCount;
  control_territory: Territory;
  control_weight: number;
  difference: { known: boolean; difference: number; standard_error: number; z: number };
  closed: number;
  reopened: number;
  opened: number;
  reopened_places?: NamedPlace[];
  opened_places?: NamedPlace[];
  rule: string;
  notes: string[];
}

/** The contract does not describe these calls yet: their paths are given as text. */
type Call = (path: string, init: object) => ReturnType<typeof client.GET>;
const get = client.GET as unknown as Call;
const post = client.POST as unknown as Call;
const patch = client.PATCH as unknown as Call;
const answer = <T>(call: ReturnType<Call>): Promise<T> => ask(call as unknown as Promise<{ data?: T; error?: unknown; response: Response }>);

const named = (operation: string): string => `/api/v1/operations/${encodeURIComponent(operation)}`;
const etag = (revision: number): string => `"${revision}"`;

export const listOperations = (query: Readonly<Record<string, string>>, limit: number, signal?: AbortSignal): Promise<{ operations: Operation[]; total: number }> =>
  answer(get("/api/v1/operations", { params: { query: { ...query, limit } }, signal }));

export const getOperation = (operation: string, signal?: AbortSignal): Promise<Operation> => answer(get(named(operation), { signal }));

export const recordOperation = (body: NewOperation, key: string): Promise<Operation> => answer(post("/api/v1/operations", { body, headers: { "Idempotency-Key": key } }));

export const changeOperation = (operation: string, revision: number, body: OperationPatch, key: string): Promise<Operation> =>
  answer(patch(named(operation), { body, headers: { "If-Match": etag(revision), "Idempotency-Key": key, "Content-Type": "application/merge-patch+json" } }));

export async function removeOperation(operation: string, revision: number, key: string): Promise<void> {
  await answer(post(`${named(operation)}/remove`, { headers: { "If-Match": etag(revision), "Idempotency-Key": key } }));
}

export const watchOperation = (operation: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Watch> => answer(get(`${named(operation)}/watch`, { params: { query }, signal }));
