import { change, share } from "./clct";

/** What a row of the table of sub-territories is sorted and searched by. */
export interface PartRow {
  territory: { code: string; name: string };
  counted: number | null;
  total: number | null;
  rate?: number | null;
  living: number | null;
  within_90: number | null;
  overdue: number | null;
  counted_before?: number | null;
}

export const partKeys = ["name", "counted", "rate", "change", "total", "confirmed", "overdue"] as const;
export type PartKey = (typeof partKeys)[number];
export interface Sorting {
  by: PartKey;
  down: boolean;
}

/** The value of a column; null where there is none. */
function partValue(part: PartRow, key: Exclude<PartKey, "name">): number | null {
  switch (key) {
    case "change":
      return change(part.counted, part.counted_before);
    case "confirmed":
      return share(part.within_90, part.living);
    default:
      return part[key] ?? null;
  }
}

const byName = (a: PartRow, b: PartRow): number => a.territory.name.localeCompare(b.territory.name, "fr", { numeric: true }) || a.territory.code.localeCompare(b.territory.code);

/** Sorted; what has no value comes last in both directions, and names settle what is equal. */
export function sortParts<P extends PartRow>(parts: readonly P[], { by, down }: Sorting): P[] {
  const way = down ? -1 : 1;
  if (by === "name") return [...parts].sort((a, b) => way * byName(a, b));
  return [...parts].sort((a, b) => {
    const [x, y] = [partValue(a, by), partValue(b, by)];
    if (x === null || y === null) return x === y ? byName(a, b) : x === null ? 1 : -1;
    return way * (x - y) || byName(a, b);
  });
}

/** A header that is pressed again turns the order around; names begin at A, numbers at the largest. */
export const sortBy = (now: Sorting, by: PartKey): Sorting => (now.by === by ? { by, down: !now.down } : { by, down: by !== "name" });

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[’'-]/g, " ");

/** Those whose name or code holds every word, whatever its accents and hyphens. */
export function findParts<P extends PartRow>(parts: readonly P[], words: string): P[] {
  const wanted = plain(words).split(/\s+/).filter((word) => word !== "");
  return parts.filter(({ territory }) => wanted.every((word) => plain(`${territory.name} ${territory.code}`).includes(word)));
}

export interface Mover {
  code: string;
  name: string;
  from: number;
  to: number;
}

/** The sub-territories that changed most, up and down, largest change first. */
export function movers(parts: readonly PartRow[], most: number): { up: Mover[]; down: Mover[] } {
  const all = parts
    .filter((part) => change(part.counted, part.counted_before) !== null)
    .map(({ territory: { code, name }, counted, counted_before: before }) => ({ code, name, from: before ?? 0, to: counted ?? 0 }))
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || a.name.localeCompare(b.name, "fr"));
  return { up: all.filter(({ from, to }) => to > from).slice(0, most), down: all.filter(({ from, to }) => to < from).slice(0, most) };
}
