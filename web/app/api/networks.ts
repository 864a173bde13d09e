import { serverEvents } from "../core/sse";
import { ApiError, ask, client, isProblem, type HistoryEntry } from "./client";
import type { Exported } from "./calls";
import type { components, operations } from "./schema.gen";

/** Calls of networks, of the graph of what ties places, and of flows. */
type Schemas = components["schemas"];
export type Network = Schemas["Network"];
export type NewNetwork = Schemas["NewNetwork"];
export type NetworkPatch = Schemas["NetworkPatch"];
export type Graph = Schemas["Graph"];
export type GraphNode = Schemas["GraphNode"];
export type GraphTie = Schemas["GraphTie"];
export type GraphMeasures = Schemas["GraphMeasures"];
export type GraphAnalysis = Schemas["GraphAnalysis"];
export type WhatIf = Schemas["WhatIf"];
export type WhatIfSide = Schemas["WhatIfSide"];
export type PathPair = Schemas["PathPair"];
export type GraphPath = Schemas["GraphPath"];
export type Flows = Schemas["Flows"];
export type LinkEvent = Schemas["LinkEvent"];
export type GraphReading = Schemas["GraphReading"];
export type GraphImported = Schemas["GraphImported"];

type ListQuery = NonNullable<operations["listNetworks"]["parameters"]["query"]>;
export type GraphQuery = NonNullable<operations["getGraph"]["parameters"]["query"]>;
export type AnalysisQuery = NonNullable<operations["analyseGraph"]["parameters"]["query"]>;
type FlowsQuery = NonNullable<operations["getFlows"]["parameters"]["query"]>;

const etag = (revision: number): string => `"${revision}"`;

/** Lists of these calls are written one parameter a value, as their contract says. */
const querySerializer = { array: { style: "form", explode: true } } as const;

export const listNetworks = (query: ListQuery, signal?: AbortSignal): Promise<Schemas["NetworkList"]> => ask(client.GET("/api/v1/networks", { params: { query }, querySerializer, signal }));

export const getNetwork = (network: string, signal?: AbortSignal): Promise<Network> => ask(client.GET("/api/v1/networks/{network}", { params: { path: { network } }, signal }));

export const recordNetwork = (body: NewNetwork, key: string): Promise<Network> => ask(client.POST("/api/v1/networks", { params: { header: { "Idempotency-Key": key } }, body }));

export const changeNetwork = (network: string, revision: number, body: NetworkPatch, key: string): Promise<Network> =>
  ask(
    client.PATCH("/api/v1/networks/{network}", {
      params: { path: { network }, header: { "If-Match": etag(revision), "Idempotency-Key": key } },
      body,
      headers: { "Content-Type": "application/merge-patch+json" },
    }),
  );

export async function removeNetwork(network: string, revision: number, key: string): Promise<void> {
  await ask(client.POST("/api/v1/networks/{network}/remove", { params: { path: { network }, header: { "If-Match": etag(revision), "Idempotency-Key": key } } }));
}

export async function getNetworkHistory(network: string, signal?: AbortSignal): Promise<HistoryEntry[]> {
  return (await ask(client.GET("/api/v1/networks/{network}/history", { params: { path: { network } }, signal }))).entries;
}

export const getGraph = (query: GraphQuery, signal?: AbortSignal): Promise<Graph> => ask(client.GET("/api/v1/graph", { params: { query }, querySerializer, signal }));

export const tryClosing = (query: AnalysisQuery, closed: string[], signal: AbortSignal): Promise<WhatIf> => ask(client.POST("/api/v1/graph/what-if", { params: { query }, querySerializer, body: { closed }, signal }));

export const findPath = (query: operations["findPath"]["parameters"]["query"], signal: AbortSignal): Promise<PathPair> => ask(client.GET("/api/v1/graph/path", { params: { query }, querySerializer, signal }));

export const getFlows = (code: string, query: FlowsQuery, signal?: AbortSignal): Promise<Flows> => ask(client.GET("/api/v1/territories/{code}/flows", { params: { path: { code }, query }, querySerializer, signal })) as Promise<Flows>;

/** How far the computing has come. */
export interface Progress {
  stage: string;
  done: number;
  total: number;
}

/** Computes the measures of a graph and tells how far it is; aborting the signal cancels it on the server too. */
export async function analyseGraph(query: AnalysisQuery, signal: AbortSignal, progress: (now: Progress) => void): Promise<GraphAnalysis> {
  const call = client.GET("/api/v1/graph/analysis", { params: { query }, querySerializer, signal, parseAs: "stream", headers: { Accept: "text/event-stream, application/problem+json" } });
  const stream = (await ask(call)) as unknown as ReadableStream<Uint8Array> | null;
  if (stream) {
    for await (const { event, data } of serverEvents(stream)) {
      const value = JSON.parse(data) as unknown;
      if (event === "progress") progress(value as Progress);
      else if (event === "result") return value as GraphAnalysis;
      else if (event === "problem") throw new ApiError(isProblem(value) ? value.status : 500, isProblem(value) ? value : null);
    }
  }
  // The connection ended before the result.
  throw new ApiError(0, null);
}

export async function exportGraph(query: GraphQuery, body: { format: string; recipients: string[]; purpose: string }): Promise<Exported> {
  const call = client.POST("/api/v1/graph/exports", { params: { query }, querySerializer, body, parseAs: "blob", headers: { Accept: "*/*" } });
  const headers = call.then(({ response }) => response.headers, () => new Headers());
  const file = (await ask(call)) as unknown as Blob;
  const got = await headers;
  const number = (name: string): number | null => (got.get(name) === null ? null : Number(got.get(name)));
  const named = /filename="?([^";]+)"?/.exec(got.get("Content-Disposition") ?? "")?.[1];
  return { file, name: named ?? `reseau.${body.format}`, exported: number("Dealmap-Exported"), leftOut: number("Dealmap-Left-Out") };
}

/** The same flows as a table for a spreadsheet. */
export async function flowsCSV(code: string, query: FlowsQuery): Promise<Blob> {
  return (await ask(client.GET("/api/v1/territories/{code}/flows", { params: { path: { code }, query }, querySerializer, parseAs: "blob", headers: { Accept: "text/csv" } }))) as unknown as Blob;
}

/** How a file of nodes and ties is to be read. */
export type FileReading = operations["readGraphFile"]["parameters"]["query"];
export type FileImport = operations["importGraph"]["parameters"]["query"];

const binary = { bodySerializer: (body: unknown) => body as BodyInit, headers: { "Content-Type": "application/octet-stream" } } as const;

/** Says what would come of a file; nothing is kept. */
export const readGraphFile = (file: File, query: FileReading, signal: AbortSignal): Promise<GraphReading> =>
  ask(client.POST("/api/v1/graph/imports/reading", { params: { query }, body: file as unknown as string, signal, ...binary }));

export const importGraphFile = (file: File, query: FileImport, key: string): Promise<GraphImported> =>
  ask(client.POST("/api/v1/graph/imports", { params: { query, header: { "Idempotency-Key": key } }, body: file as unknown as string, ...binary }));
