import type { Page, Route } from "@playwright/test";
import type { Flow, MonthFlow, Statistics, StatisticsPart } from "../api/clct";
import type { Meeting, Offences } from "../api/territorylife";
import { addMonths, lastDay, monthOf } from "../core/clctmonths";

/** Numbers that repeat: a congruential sequence, in [0, 1). */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const communes = ["Aix-en-Provence", "Allauch", "Alleins", "Arles", "Aubagne", "Aureille", "Auriol", "Aurons", "La Barben", "Barbentane", "Les Baux-de-Provence", "Belcodène", "Berre-l’Étang", "Boulbon", "Cabannes", "Cabriès", "Cadolive", "Carry-le-Rouet", "Cassis", "Ceyreste", "Charleval", "Châteaurenard", "La Ciotat", "Cornillon-Confoux", "Coudoux", "Cuges-les-Pins", "La Destrousse", "Éguilles", "Ensuès-la-Redonne", "Eygalières"];

/** Figures of a département of 118 communes on a date, 140 points counted: what the service answers, invented. */
export function statistics(code: string, query: URLSearchParams, today: string): Statistics {
  const asOf = query.get("as_of") ?? today;
  const rand = sequence(13);
  const n = Number(query.get("months") ?? 24);
  const wider = query.get("audience") === "wider";
  const small = <T extends number | null | undefined>(value: T): T | null => (wider && typeof value === "number" && value > 0 && value < 5 ? null : value);
  const all: MonthFlow[] = [];
  let stock = 96;
  for (let i = 119; i >= 0; i--) {
    const season = 1 + 0.4 * Math.sin((i / 12) * 2 * Math.PI);
    const opened = Math.round(3 + 6 * rand() * season);
    const reopened = Math.round(2.4 * rand());
    const [dismantled, displaced, faded] = [Math.round(5 * rand() * season), Math.round(2 * rand()), Math.round(2 * rand())];
    stock = Math.max(60, stock + opened + reopened - dismantled - displaced - faded);
    all.push({ month: addMonths(monthOf(today), -i), stock, reported: Math.round(4 + 7 * rand()), opened, reopened, closed: { dismantled, displaced, faded }, closed_total: dismantled + displaced + faded });
  }
  const shift = 140 - (all.at(-1)?.stock ?? 0);
  for (const month of all) month.stock = Math.max(20, (month.stock ?? 0) + shift);
  const known = all.filter(({ month }) => month <= monthOf(asOf));
  const months = known.slice(-n).map((month): MonthFlow => ({ ...month, stock: small(month.stock), reported: small(month.reported), opened: small(month.opened), reopened: small(month.reopened), closed: Object.fromEntries(Object.entries(month.closed).map(([reason, value]) => [reason, small(value)])), closed_total: small(month.closed_total) }));
  const counted = known.at(-1)?.stock ?? 0;
  const since = query.get("since") === "none" ? undefined : (query.get("since") ?? lastDay(addMonths(monthOf(asOf), -2)));
  const split = (total: number, shares: Record<string, number>): Record<string, number | null> => Object.fromEntries(Object.entries(shares).map(([name, part]) => [name, small(Math.round(total * part))]));
  const stockOf = (total: number): Statistics["stock"] => ({
    counted: small(total),
    total: Math.round(total * 1.9),
    rate: Math.round((total / 205.6) * 100) / 100,
    status: split(total * 1.9, { active: 0.42, disrupted: 0.11, reported: 0.12, dormant: 0.09, closed: 0.26 }),
    kind: split(total * 1.9, { street: 0.55, four: 0.32, drive: 0.08, delivery: 0.05 }),
    product: split(total * 1.9, { cannabis: 0.81, cocaine: 0.44, crack: 0.06, heroin: 0.09, mdma: 0.05, nps: 0.012 }),
    service: split(total * 1.9, { PN: 0.58, GN: 0.24, CROSS: 0.12, DGDDI: 0.05, OFAST: 0.01 }),
  });
  const recent = known.filter(({ month }) => since !== undefined && month > monthOf(since));
  const add = (pick: (month: MonthFlow) => number | null): number => recent.reduce((total, month) => total + (pick(month) ?? 0), 0);
  const flow: Flow = {
    reported: small(add((month) => month.reported)),
    opened: small(add((month) => month.opened)),
    reopened: small(add((month) => month.reopened)),
    closed: { dismantled: small(add((month) => month.closed["dismantled"] ?? 0)), displaced: small(add((month) => month.closed["displaced"] ?? 0)), faded: small(add((month) => month.closed["faded"] ?? 0)) },
    closed_total: small(add((month) => month.closed_total)),
  };
  const before = all.find(({ month }) => since !== undefined && month === monthOf(since))?.stock ?? 0;
  const place = sequence(7);
  const parts = Array.from({ length: 118 }, (_, i): StatisticsPart => {
    const number = i < 16 ? Math.round(2 + 16 * place() * place()) : Math.round(1.4 * place());
    const people = Math.round(800 + 60_000 * place() * place());
    const total = Math.round(number * 1.8);
    const living = Math.round(number * 1.3);
    return {
      territory: { code: `com:13${String(i + 1).padStart(3, "0")}`, level: "com", name: i < 16 ? `Marseille ${i + 1}${i === 0 ? "er" : "e"} Arrondissement` : (communes[i - 16] ?? `Commune fictive n° ${i}`), ...(i === 40 ? {} : { population: people }) },
      counted: small(number),
      total: small(total),
      rate: i === 40 || small(number) === null ? null : Math.round((number / people) * 1e6) / 100,
      living: small(living),
      within_90: small(Math.round(living * (0.4 + 0.6 * place()))),
      overdue: small(Math.round(living * 0.3 * place())),
      status: {},
      service: {},
      ...(since ? { counted_before: small(Math.max(0, number + Math.round(4 * place() - 2))) } : {}),
    };
  });
  const living = Math.round(counted * 1.4);
  return {
    territory: { code, level: "dep", name: code === "dep:13" ? "Bouches-du-Rhône" : code, population: 2_056_000 },
    as_of: asOf,
    rule: { id: "ministry", text: "Points de deal de voie publique et « fours », actifs, perturbés ou en sommeil, vérifiés au moins une fois ; les livraisons, les signalements non vérifiés et les points fermés n'y sont pas." },
    stock: stockOf(counted),
    ...(since ? { since, before: stockOf(before), flow_since: flow } : {}),
    freshness: { living, within_30: Math.round(living * 0.38), within_90: Math.round(living * 0.64), never: Math.round(living * 0.07), overdue: Math.round(living * 0.15) },
    life: { ended: 88, running: living, median: 412, quarter: 143 },
    months,
    coverage: [
      { service: "PN", places: 112, within_90: 80, overdue: 14 },
      { service: "GN", places: 46, within_90: 24, overdue: 11 },
      { service: "CROSS", places: 24, within_90: 19, overdue: small(2) },
      { service: "DGDDI", places: 10, within_90: small(4), overdue: small(3) },
    ],
    parts_level: "com",
    parts,
    elsewhere: 0,
    suppression: { applied: wider, threshold: 5, cells: wider ? 173 : 0 },
    method: ["Les nombres valent pour la fin du jour indiqué et pour ce qui était connu ce jour-là.", "Durée de vie : estimateur de Kaplan et Meier ; les points non fermés sont censurés à la date.", "Population municipale de l'Insee, millésime 2023."],
  };
}

export const offences: Offences = {
  source: "Service statistique ministériel de la sécurité intérieure",
  licence: "Licence ouverte 2.0",
  indicators: ["Usage de stupéfiants", "Usage de stupéfiants (AFD)", "Trafic de stupéfiants"].map((name, i) => ({ name, years: Array.from({ length: 10 }, (_, year) => ({ year: 2016 + year, number: Math.round(5200 / (i + 1) + year * 140 * (i === 2 ? 2 : -1)), per_thousand: Math.round((26 / (i + 1) + year * (i === 2 ? 0.6 : -0.3)) * 10) / 100 })) })),
};

interface Mock {
  meetings?: Meeting[];
  today: string;
  /** Changes an answer, or answers otherwise. */
  answer?(found: Statistics, query: URLSearchParams): Statistics | { status: number; problem: object };
}

/** Answers the calls of a territory's page in place of the service. */
export async function mockTerritory(page: Page, { meetings = [], today, answer = (found) => found }: Mock): Promise<void> {
  const json = (route: Route, status: number, body: object): Promise<void> => route.fulfill({ status, contentType: status < 400 ? "application/json" : "application/problem+json", body: JSON.stringify(body) });
  const held = [...meetings];
  await page.route(/\/api\/v1\/territories\/[^/?]+\/statistics/, (route) => {
    const url = new URL(route.request().url());
    const found = answer(statistics(decodeURIComponent(url.pathname.split("/")[4] ?? ""), url.searchParams, today), url.searchParams);
    return "problem" in found ? json(route, found.status, found.problem) : json(route, 200, found);
  });
  await page.route(/\/api\/v1\/territories\/[^/?]+\/offences/, (route) => json(route, 200, offences));
  await page.route(/\/api\/v1\/territories\/[^/?]+\/meetings/, (route) => {
    const request = route.request();
    if (request.method() === "POST" && request.url().endsWith("/remove")) held.splice(0, 1);
    else if (request.method() === "POST") held.push({ id: `m${held.length + 1}`, date: (request.postDataJSON() as { date: string }).date });
    return json(route, 200, { meetings: held });
  });
}
