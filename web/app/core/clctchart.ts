import { sum } from "./clct";

/** What one month of flows draws: two numbers up, and down one for each reason. Null is suppressed. */
export interface FlowBar {
  month: string;
  up: readonly (number | null)[];
  down: readonly (number | null)[];
}

interface Flow {
  month: string;
  opened: number | null;
  reopened: number | null;
  closed: Readonly<Record<string, number | null>>;
}

/** The reasons of the flows in the vocabulary's order, then any that it does not know; those that never occur are left out. */
export function reasonsOf(months: readonly Flow[], order: readonly string[]): string[] {
  const told = new Set(months.flatMap(({ closed }) => Object.entries(closed).filter(([, n]) => n !== 0).map(([reason]) => reason)));
  return [...order.filter((reason) => told.has(reason)), ...[...told].filter((reason) => !order.includes(reason)).sort()];
}

export const flowBars = (months: readonly Flow[], reasons: readonly string[]): FlowBar[] =>
  months.map(({ month, opened, reopened, closed }) => ({ month, up: [opened, reopened], down: reasons.map((reason) => (reason in closed ? (closed[reason] ?? null) : 0)) }));

const known = (numbers: readonly (number | null)[]): number => sum(numbers.map((n) => n ?? 0)) ?? 0;

/** The top of a scale for these numbers: a round number not far above them. */
export function chartTop(most: number): number {
  if (!(most > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const steps = power >= 10 ? [1, 1.5, 2, 3, 4, 5, 6, 8, 10] : [1, 2, 4, 6, 8, 10];
  return (steps.find((step) => step * power >= most) ?? 10) * power;
}

/** The tops of the two halves of a chart of flows, in numbers: the halves share the height in this proportion, so that bars of one length are as many. */
export function flowTops(bars: readonly FlowBar[]): { up: number; down: number } {
  return { up: chartTop(Math.max(1, ...bars.map(({ up }) => known(up)))), down: chartTop(Math.max(1, ...bars.map(({ down }) => known(down)))) };
}

/** The parts of a stack, from the base outwards: where each begins and how long it is. */
export function stack(numbers: readonly (number | null)[]): { from: number; length: number }[] {
  let from = 0;
  return numbers.map((n) => {
    const piece = { from, length: n ?? 0 };
    from += piece.length;
    return piece;
  });
}

/** Lines of a chart cut where a value is missing: each piece is drawn by itself. */
export function pieces(values: readonly (number | null)[]): { x: number; y: number }[][] {
  const all: { x: number; y: number }[][] = [];
  let piece: { x: number; y: number }[] = [];
  values.forEach((y, x) => {
    if (y !== null && Number.isFinite(y)) return void piece.push({ x, y });
    if (piece.length > 0) all.push(piece);
    piece = [];
  });
  return piece.length > 0 ? [...all, piece] : all;
}
