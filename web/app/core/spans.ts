/** What the server refused in a text, marked: before, the passage, after. */
export type Span = readonly [before: string, passage: string, after: string];

/** Cuts a text at offsets counted in bytes of UTF-8, as the server counts; null when they do not fit the text. */
export function cutAtBytes(text: string, start: number, end: number): Span | null {
  const bytes = new TextEncoder().encode(text);
  if (start < 0 || end <= start || end > bytes.length) return null;
  const read = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));
  return [read(0, start), read(start, end), read(end, bytes.length)];
}
