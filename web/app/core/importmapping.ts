import type { ImportField, Mapping, SampleRow, Suggestion } from "../api/imports";

/** The systems of coordinates that lists of French services come in, the likely ones first; the server knows them all. */
export const systems: readonly { epsg: number; name: string }[] = [
  { epsg: 4326, name: "WGS 84 (GPS, degrés)" },
  { epsg: 2154, name: "Lambert-93" },
  { epsg: 3857, name: "Web Mercator" },
  { epsg: 27572, name: "NTF Lambert II étendu" },
  ...[42, 43, 44, 45, 46, 47, 48, 49, 50].map((zone) => ({ epsg: 3900 + zone, name: `RGF93 CC${zone}` })),
  { epsg: 5490, name: "Antilles, RGAF09 UTM 20 N" },
  { epsg: 32620, name: "Antilles, WGS 84 UTM 20 N" },
  { epsg: 2972, name: "Guyane, RGFG95 UTM 22 N" },
  { epsg: 2975, name: "La Réunion, RGR92 UTM 40 S" },
  { epsg: 4471, name: "Mayotte, RGM04 UTM 38 S" },
  { epsg: 4467, name: "Saint-Pierre-et-Miquelon, RGSPM06 UTM 21 N" },
  { epsg: 32630, name: "WGS 84 UTM 30 N" },
  { epsg: 32631, name: "WGS 84 UTM 31 N" },
  { epsg: 32632, name: "WGS 84 UTM 32 N" },
];

/** Fields that are offered though no column was found for them: what a place cannot do without, or is seldom told by a list. */
const essential = ["name", "address", "commune", "x", "y", "accuracy", "kind", "status", "owner_service", "owner_unit", "reach"];

/** The fields that are shown at once, and the rest; both in the server's order. */
export function partFields(fields: readonly ImportField[], { columns, defaults = {} }: Mapping): { main: ImportField[]; rest: ImportField[] } {
  const wanted = ({ name }: ImportField): boolean => essential.includes(name) || (columns[name] ?? "") !== "" || (defaults[name] ?? "") !== "";
  return { main: fields.filter(wanted), rest: fields.filter((field) => !wanted(field)) };
}

/** The first different values of a column, so that one recognises it. */
export function samplesOf(header: readonly string[], rows: readonly SampleRow[], column: string, most = 3): string[] {
  const at = header.indexOf(column);
  if (at < 0) return [];
  const found = new Set<string>();
  for (const { cells } of rows) {
    const value = (cells[at] ?? "").trim();
    if (value !== "") found.add(value);
    if (found.size === most) break;
  }
  return [...found];
}

/** Columns that nothing is read from. */
export function unreadColumns(header: readonly string[], { columns, only = {} }: Mapping): string[] {
  const read = new Set([...Object.values(columns), ...Object.keys(only)]);
  return header.filter((name) => name !== "" && !read.has(name));
}

/** Words of the list whose meaning is asked for: those that are unknown, and those that were given one before. */
export function wordsToMap(field: string, mapping: Mapping, suggestion: Suggestion | undefined): string[] {
  return [...new Set([...(suggestion?.unknown_values[field] ?? []), ...Object.keys(mapping.vocabulary?.[field] ?? {})])];
}

/** A kept profile for the file at hand: columns that this file does not have are left out and named. */
export function fitProfile(profile: Mapping, header: readonly string[]): { mapping: Mapping; missing: string[] } {
  const has = (column: string): boolean => header.includes(column);
  const columns = Object.fromEntries(Object.entries(profile.columns).filter(([, column]) => has(column)));
  const only = Object.fromEntries(Object.entries(profile.only ?? {}).filter(([column]) => has(column)));
  const asked = [...Object.values(profile.columns), ...Object.keys(profile.only ?? {})];
  return { mapping: { ...profile, columns, only }, missing: [...new Set(asked.filter((column) => !has(column)))] };
}

type Wrong = "unknownColumn" | "xWithoutY" | "yWithoutX" | "nowhere";

/** What can be seen to be wrong without the server, which has the last word; names are those of its problems. */
export function wrongInMapping({ columns, defaults = {}, only = {} }: Mapping, header: readonly string[], declared: boolean): Map<string, Wrong> {
  const wrong = new Map<string, Wrong>();
  for (const [field, column] of Object.entries(columns)) if (!header.includes(column)) wrong.set(`columns.${field}`, "unknownColumn");
  for (const column of Object.keys(only)) if (!header.includes(column)) wrong.set("only", "unknownColumn");
  if (columns["x"] && !columns["y"]) wrong.set("columns.y", "xWithoutY");
  if (columns["y"] && !columns["x"]) wrong.set("columns.x", "yWithoutX");
  const places = ["x", "position", "address", "street", "commune", "commune_name", "postcode"];
  if (!declared && !places.some((name) => columns[name]) && !defaults["commune"]) wrong.set("columns.address", "nowhere");
  return wrong;
}

/** Drops what says nothing, so that what is sent is what is meant. */
export function tidyMapping(mapping: Mapping): Mapping {
  const filled = <T>(of: Record<string, T> | undefined, keep: (value: T) => boolean): Record<string, T> | undefined => {
    const rows = Object.entries(of ?? {}).filter(([, value]) => keep(value));
    return rows.length > 0 ? Object.fromEntries(rows) : undefined;
  };
  const some = (text: string): boolean => text !== "";
  const { columns, defaults, vocabulary, only, shift, epsg, swapped, month_first: monthFirst } = mapping;
  const tidy: Mapping = { columns: filled(columns, some) ?? {} };
  const [standing, words, rows] = [filled(defaults, some), filled(vocabulary, (of) => Object.keys(of).length > 0), filled(only, (values) => values.length > 0)];
  if (standing) tidy.defaults = standing;
  if (words) tidy.vocabulary = words;
  if (rows) tidy.only = rows;
  if (epsg) tidy.epsg = epsg;
  if (swapped) tidy.swapped = true;
  if (monthFirst) tidy.month_first = true;
  if (shift?.some((degrees) => degrees !== 0)) tidy.shift = shift;
  return tidy;
}
