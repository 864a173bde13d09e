import { describe, expect, it } from "vitest";
import { readMarkdown } from "./markdown";

const plain = (text: string) => [{ text, style: "" }];

describe("readMarkdown", () => {
  it("reads headings, paragraphs over several lines, and emphasis", () => {
    expect(readMarkdown("# Qui voit quoi\n\nUne ligne\net la suite, **en gras** et `code`.\n## Suite")).toEqual([
      { kind: "heading", level: 1, spans: plain("Qui voit quoi") },
      {
        kind: "paragraph",
        spans: [
          { text: "Une ligne et la suite, ", style: "" },
          { text: "en gras", style: "strong" },
          { text: " et ", style: "" },
          { text: "code", style: "code" },
          { text: ".", style: "" },
        ],
      },
      { kind: "heading", level: 2, spans: plain("Suite") },
    ]);
  });

  it("reads lists with lines that go on", () => {
    expect(readMarkdown("- un\n  et demi\n- deux\n\n1. premier\n2. second")).toEqual([
      { kind: "list", ordered: false, items: [plain("un et demi"), plain("deux")] },
      { kind: "list", ordered: true, items: [plain("premier"), plain("second")] },
    ]);
  });

  it("reads tables, empty cells and escaped bars", () => {
    expect(readMarkdown("| Si | voit |\n|---|:-:|\n| sinon | |\n| a \\| b | tout |\nfin")).toEqual([
      { kind: "table", head: [plain("Si"), plain("voit")], rows: [[plain("sinon"), []], [plain("a | b"), plain("tout")]] },
      { kind: "paragraph", spans: plain("fin") },
    ]);
  });

  it("leaves everything else as it is written", () => {
    const wild = "<img src=x onerror=alert(1)> [lien](javascript:alert(1)) *seul";
    expect(readMarkdown(wild)).toEqual([{ kind: "paragraph", spans: plain(wild) }]);
    expect(readMarkdown("| une barre sans tableau")).toEqual([{ kind: "paragraph", spans: plain("| une barre sans tableau") }]);
  });
});
