/** The address of a page of a screen without a map: `?page=place&place=13-K7QF3&from=2026-11-01`. */
export interface DeskAddress {
  page: string;
  query: URLSearchParams;
}

export function readDesk(search: string): DeskAddress {
  const query = new URLSearchParams(search);
  const page = query.get("page") ?? "";
  query.delete("page");
  return { page, query };
}

/** Values that are empty are left out. */
export function writeDesk(page: string, values: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ page });
  for (const [name, value] of Object.entries(values)) {
    if (value !== "") query.set(name, value);
  }
  return `?${query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}
