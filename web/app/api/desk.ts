import { ask, client } from "./client";
import type { components, operations } from "./schema.gen";

/** Calls of the screens that work without the map: administration and audit. */
type Schemas = components["schemas"];
export type Grant = Schemas["Grant"];
export type NewGrant = Schemas["NewGrant"];
export type Account = Schemas["Account"];
export type Token = Schemas["Token"];
export type Role = Schemas["Role"];
export type ConsultationLine = Schemas["ConsultationLine"];
export type ConsultationList = Schemas["ConsultationList"];
export type Disclosed = Schemas["Disclosed"];
export type AuditSummary = Schemas["AuditSummary"];
export type JournalLine = Schemas["JournalLine"];
export type JournalList = Schemas["JournalList"];
export type Checkpoint = Schemas["Checkpoint"];
export type Checkpoints = Schemas["Checkpoints"];
export type InclusionProof = Schemas["InclusionProof"];
export type ConsistencyProof = Schemas["ConsistencyProof"];
export type Verification = Schemas["Verification"];
export type Finding = Schemas["Finding"];
export type LogName = Schemas["LogName"];
export type ConsultationQuery = NonNullable<operations["listConsultations"]["parameters"]["query"]>;
export type JournalQuery = NonNullable<operations["listJournal"]["parameters"]["query"]>;

const path = <T extends object>(of: T): { params: { path: T } } => ({ params: { path: of } });

export async function listGrants(subject?: string): Promise<Grant[]> {
  return (await ask(client.GET("/api/v1/grants", { params: { query: subject === undefined ? {} : { subject } } }))).grants;
}
export const addGrant = (body: NewGrant): Promise<Grant> => ask(client.POST("/api/v1/grants", { body }));
export const endGrant = (grant: string): Promise<Grant> => ask(client.POST("/api/v1/grants/{grant}/end", path({ grant })));

export async function listAccounts(): Promise<Account[]> {
  return (await ask(client.GET("/api/v1/accounts"))).accounts;
}
export const addAccount = (username: string, password: string): Promise<Account> => ask(client.POST("/api/v1/accounts", { body: { username, password } }));
export async function deleteAccount(username: string): Promise<void> {
  await ask(client.DELETE("/api/v1/accounts/{username}", path({ username })));
}
export async function resetPassword(username: string, password: string): Promise<void> {
  await ask(client.PUT("/api/v1/accounts/{username}/password", { ...path({ username }), body: { password } }));
}
export async function unlockAccount(username: string): Promise<void> {
  await ask(client.POST("/api/v1/accounts/{username}/unlock", path({ username })));
}

/** The tokens of all people, for an administrator. */
export async function listAllTokens(): Promise<Token[]> {
  return (await ask(client.GET("/api/v1/tokens", { params: { query: { everyone: true } } }))).tokens;
}
export async function revokeToken(token: string): Promise<void> {
  await ask(client.DELETE("/api/v1/tokens/{token}", path({ token })));
}

/** A node is named where there are several only. */
const ofNode = (node: string | undefined): { node?: string } => (node === undefined ? {} : { node });

export const listConsultations = (query: ConsultationQuery, signal?: AbortSignal): Promise<ConsultationList> => ask(client.GET("/api/v1/audit/consultations", { params: { query }, signal }));
export const listJournal = (query: JournalQuery, signal?: AbortSignal): Promise<JournalList> => ask(client.GET("/api/v1/audit/journal", { params: { query }, signal }));
export const getDisclosed = (line: number, node?: string): Promise<Disclosed> => ask(client.GET("/api/v1/audit/consultations/{line}/places", { params: { path: { line }, query: ofNode(node) } }));
export const getSummary = (from: string, to: string): Promise<AuditSummary> => ask(client.GET("/api/v1/audit/summary", { params: { query: { from, to } } }));
export const getCheckpoints = (): Promise<Checkpoints> => ask(client.GET("/api/v1/audit/checkpoints"));
export const proveInclusion = (log: LogName, line: number, node?: string): Promise<InclusionProof> => ask(client.GET("/api/v1/audit/proofs/inclusion", { params: { query: { log, line, ...ofNode(node) } } }));
export const proveConsistency = (log: LogName, old: number, node?: string): Promise<ConsistencyProof> => ask(client.GET("/api/v1/audit/proofs/consistency", { params: { query: { log, old, ...ofNode(node) } } }));
export const getVerification = (): Promise<Verification> => ask(client.GET("/api/v1/audit/verification"));
export const startVerification = (): Promise<Verification> => ask(client.POST("/api/v1/audit/verification"));
