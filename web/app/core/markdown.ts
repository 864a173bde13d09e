/** The little of Markdown that the policy document is written in. What is not understood stays plain text. */
export interface Span {
  text: string;
  style: "" | "strong" | "code";
}
export type Block =
  | { kind: "heading"; level: number; spans: Span[] }
  | { kind: "paragraph"; spans: Span[] }
  | { kind: "list"; ordered: boolean; items: Span[][] }
  | { kind: "table"; head: Span[][]; rows: Span[][][] };

export function readMarkdown(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  const line = (): string => lines[at] ?? "";
  while (at < lines.length) {
    const heading = /^(#{1,6}) +(.+?) *#*$/.exec(line());
    if (line().trim() === "") {
      at++;
    } else if (heading) {
      blocks.push({ kind: "heading", level: heading[1]!.length, spans: readSpans(heading[2]!) });
      at++;
    } else if (isRow(line()) && isRule(lines[at + 1] ?? "")) {
      const head = cells(line());
      const rows: Span[][][] = [];
      for (at += 2; isRow(line()); at++) rows.push(cells(line()));
      blocks.push({ kind: "table", head, rows });
    } else if (marker.test(line())) {
      const ordered = /^\d/.test(line());
      const items: string[] = [];
      for (; at < lines.length && line().trim() !== ""; at++) {
        if (marker.test(line())) items.push(line().replace(marker, ""));
        else items[items.length - 1] += ` ${line().trim()}`;
      }
      blocks.push({ kind: "list", ordered, items: items.map(readSpans) });
    } else {
      const from = at++;
      while (at < lines.length && line().trim() !== "" && !/^#{1,6} /.test(line()) && !marker.test(line()) && !isRow(line())) at++;
      blocks.push({ kind: "paragraph", spans: readSpans(lines.slice(from, at).join(" ")) });
    }
  }
  return blocks;
}

const marker = /^(?:[-*]|\d+[.)]) +/;
const isRow = (line: string): boolean => line.trim().startsWith("|");
const isRule = (line: string): boolean => /^\s*\|?(\s*:?-+:?\s*\|)+\s*(:?-+:?\s*)?$/.test(line);

function cells(line: string): Span[][] {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => readSpans(cell.trim().replaceAll("\\|", "|")));
}

function readSpans(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(/\*\*(.+?)\*\*|`([^`]+)`/g)) {
    if (match.index > from) spans.push({ text: text.slice(from, match.index), style: "" });
    spans.push(match[1] === undefined ? { text: match[2]!, style: "code" } : { text: match[1], style: "strong" });
    from = match.index + match[0].length;
  }
  if (from < text.length) spans.push({ text: text.slice(from), style: "" });
  return spans;
}
