import { ask, client } from "./client";

/** A meeting of the territory's CLCT. */
export interface Meeting {
  id: string;
  /** Day, 2026-11-28. */
  date: string;
}

/** Recorded offences of a territory, from an open source: they count something else than places. */
export interface Offences {
  source: string;
  licence: string;
  note?: string;
  indicators: { name: string; years: { year: number; number: number; per_thousand: number | null }[] }[];
}

interface Loose {
  GET<T>(path: string, options: object): Promise<{ data?: T; error?: unknown; response: Response }>;
  POST<T>(path: string, options: object): Promise<{ data?: T; error?: unknown; response: Response }>;
}
const loose = client as unknown as Loose;
const path = (code: string): object => ({ path: { code } });

export async function listMeetings(code: string, signal: AbortSignal): Promise<Meeting[]> {
  const { meetings } = await ask(loose.GET<{ meetings: Meeting[] }>("/api/v1/territories/{code}/meetings", { params: path(code), signal }));
  return [...meetings].sort((a, b) => b.date.localeCompare(a.date));
}

export async function addMeeting(code: string, date: string): Promise<void> {
  await ask(loose.POST("/api/v1/territories/{code}/meetings", { params: path(code), body: { date } }));
}

export async function removeMeeting(code: string, id: string): Promise<void> {
  await ask(loose.POST("/api/v1/territories/{code}/meetings/{id}/remove", { params: { path: { code, id } } }));
}

export const getOffences = (code: string, signal: AbortSignal): Promise<Offences> => ask(loose.GET<Offences>("/api/v1/territories/{code}/offences", { params: path(code), signal }));
