import { ask, client } from "./client";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];
export type Report = Schemas["Report"];
export type NewReport = Schemas["NewReport"];
export type ReportList = Schemas["ReportList"];
export type ReportStatus = Schemas["ReportStatus"];

export function listReports(status?: ReportStatus, limit = 200): Promise<ReportList> {
  return ask(client.GET("/api/v1/reports", { params: { query: { limit, ...(status ? { status } : {}) } } }));
}
export const submitReport = (body: NewReport, key: string): Promise<Report> => ask(client.POST("/api/v1/reports", { params: { header: { "Idempotency-Key": key } }, body }));
export function settleReport(report: string, status: "kept" | "declined", answer: string): Promise<Report> {
  return ask(client.POST("/api/v1/reports/{report}/settle", { params: { path: { report } }, body: { status, ...(answer === "" ? {} : { answer }) } }));
}

export async function putEmbargo(reference: string, until: string | null): Promise<void> {
  await ask(client.POST("/api/v1/embargoes", { body: { reference, until } }));
}
