import { ApiError, ask, checkAccess, client, isProblem } from "./client";
import type { components } from "./schema.gen";

/** Calls of the import assistant: a list on its way onto the map. */
type Schemas = components["schemas"];
export type Import = Schemas["Import"];
export type ImportStage = Schemas["ImportStage"];
export type ImportField = Schemas["ImportField"];
export type ImportReport = Schemas["ImportReport"];
export type Mapping = Schemas["Mapping"];
export type Suggestion = Schemas["Suggestion"];
export type Reading = Schemas["Reading"];
export type ReadingOptions = Schemas["ReadingOptions"];
export type SampleRow = Schemas["SampleRow"];
export type RowState = Schemas["RowState"];
export type RowCounts = Schemas["RowCounts"];
export type RowChange = Schemas["RowChange"];
export type RowDecision = Schemas["RowDecision"];
export type RowProblem = Schemas["RowProblem"];
export type StagedRow = Schemas["StagedRow"];
export type StagedPlace = Schemas["StagedPlace"];
export type Candidate = Schemas["Candidate"];
export type MatchReason = Schemas["MatchReason"];

const of = (id: string): { params: { path: { import: string } } } => ({ params: { path: { import: id } } });

export async function listImports(): Promise<Import[]> {
  return (await ask(client.GET("/api/v1/imports"))).imports;
}
export const getImport = (id: string, signal?: AbortSignal): Promise<Import> => ask(client.GET("/api/v1/imports/{import}", { ...of(id), signal }));
export async function dropImport(id: string): Promise<void> {
  await ask(client.DELETE("/api/v1/imports/{import}", of(id)));
}
export const readImport = (id: string, body: ReadingOptions): Promise<Import> => ask(client.PUT("/api/v1/imports/{import}/reading", { ...of(id), body }));
export function mapImport(id: string, mapping: Mapping, saveAs = ""): Promise<Import> {
  return ask(client.PUT("/api/v1/imports/{import}/mapping", { ...of(id), body: { mapping, ...(saveAs === "" ? {} : { save_as: saveAs }) } }));
}
export function commitImport(id: string, threshold?: number): Promise<Import> {
  return ask(client.POST("/api/v1/imports/{import}/commit", { ...of(id), body: threshold === undefined ? {} : { threshold } }));
}
export const undoImport = (id: string, edited: "keep" | "withdraw"): Promise<Import> => ask(client.POST("/api/v1/imports/{import}/undo", { ...of(id), body: { edited } }));
export const getImportReport = (id: string): Promise<ImportReport> => ask(client.GET("/api/v1/imports/{import}/report", of(id)));

export interface RowPage {
  rows: StagedRow[];
  /** Cursor of the next page, empty on the last. */
  cursor: string;
}

export async function listRows(id: string, state: readonly RowState[], limit: number, cursor: string, signal?: AbortSignal): Promise<RowPage> {
  const query = { state: [...state], limit, ...(cursor === "" ? {} : { cursor }) };
  const { rows, next } = await ask(client.GET("/api/v1/imports/{import}/rows", { params: { path: { import: id }, query }, signal }));
  return { rows, cursor: next ? (new URL(next, "http://localhost").searchParams.get("cursor") ?? "") : "" };
}
export const changeRow = (id: string, line: number, body: RowChange): Promise<StagedRow> => ask(client.PATCH("/api/v1/imports/{import}/rows/{line}", { params: { path: { import: id, line } }, body }));

/** The rows that were set aside, as a file of the server's making. */
export async function getQuarantine(id: string, format: "csv" | "xlsx"): Promise<{ file: Blob; name: string }> {
  const call = client.GET("/api/v1/imports/{import}/quarantine", { params: { path: { import: id }, query: { format } }, parseAs: "blob", headers: { Accept: "*/*" } });
  const headers = call.then(({ response }) => response.headers, () => new Headers());
  const file = (await ask(call)) as unknown as Blob;
  const named = /filename="?([^";]+)"?/.exec((await headers).get("Content-Disposition") ?? "")?.[1];
  return { file, name: named ?? `lignes-a-corriger.${format}` };
}

export async function listImportFields(): Promise<ImportField[]> {
  return (await ask(client.GET("/api/v1/import-fields"))).fields;
}
export async function listProfiles(): Promise<Mapping[]> {
  return (await ask(client.GET("/api/v1/import-profiles"))).profiles;
}
export async function deleteProfile(name: string): Promise<void> {
  await ask(client.DELETE("/api/v1/import-profiles/{name}", { params: { path: { name } } }));
}

/** Hands a file in as it is. Only this way of asking tells how much has been sent. */
export function uploadList(file: Blob & { name: string }, sent: (bytes: number) => void, signal: AbortSignal): Promise<Import> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/imports?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    request.upload.onprogress = ({ loaded }) => sent(Math.min(loaded, file.size));
    request.onerror = () => reject(new ApiError(0, null));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300 && answer !== null) return resolve(answer as Import);
      if (request.status === 401 || request.status === 403) void checkAccess();
      reject(new ApiError(request.status, isProblem(answer) ? answer : null));
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
