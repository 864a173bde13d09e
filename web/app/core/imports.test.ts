import { afterEach, describe, expect, it } from "vitest";
import type { Import, RowCounts } from "../api/imports";
import { setLanguage } from "../i18n";
import { firstState, formatShare, formatSize, isBusy, isOnMap, nextOf, openSteps, percent, pollDelay, stepShown, tenth, viewOf } from "./imports";

const none: RowCounts = { rows: 0, quarantined: 0, skipped: 0, known: 0, new: 0, review: 0, merge: 0, done: 0, by_address: 0, commune_only: 0 };
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");
afterEach(() => setLanguage("fr"));

describe("steps", () => {
  it.each([
    ["uploaded", "", "reading"],
    ["uploaded", "columns", "columns"],
    ["uploaded", "commit", "reading"],
    ["failed", "", "columns"],
    ["staging", "columns", "rows"],
    ["staged", "", "rows"],
    ["staged", "commit", "commit"],
    ["committed", "", "commit"],
    ["committed", "rows", "rows"],
    ["committed", "columns", "commit"],
    ["undone", "rows", "commit"],
  ] as const)("of an import that is %s, asked for « %s », shows %s", (stage, asked, shown) => expect(stepShown(stage, asked)).toBe(shown));

  it("are never shown where they are not open", () => {
    for (const stage of ["uploaded", "staging", "staged", "committing", "committed", "undoing", "undone", "failed"] as const) expect(openSteps(stage)).toContain(stepShown(stage, "nothing"));
  });

  it("wait while the server works, and nothing on the map is forgotten", () => {
    expect((["staging", "committing", "undoing"] as const).every(isBusy)).toBe(true);
    expect((["uploaded", "staged", "committed", "undone", "failed"] as const).some(isBusy)).toBe(false);
    expect((["committing", "committed", "undoing"] as const).every(isOnMap)).toBe(true);
    expect((["uploaded", "staging", "staged", "undone", "failed"] as const).some(isOnMap)).toBe(false);
  });
});

describe("polling", () => {
  it("begins at half a second and slows down to five while nothing changes", () => {
    const waits = [0, 1, 2, 5, 20].map(pollDelay);
    expect(waits[0]).toBe(500);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[4]).toBe(5_000);
  });
  it("tells tenths, the last only when all is done", () => {
    expect([0, 9, 10, 99, 100].map((done) => tenth(done, 100))).toEqual([0, 0, 1, 9, 10]);
    expect(tenth(5, 0)).toBe(0);
    expect([percent(999, 1000), percent(1000, 1000), percent(1, 0)]).toEqual([99, 100, 0]);
  });
});

describe("what to do next", () => {
  const of = (stage: Import["stage"], counts: Partial<RowCounts> = {}, waiting = 0): Pick<Import, "stage" | "counts" | "report"> => ({ stage, counts: { ...none, ...counts }, report: { rows: 0, added: 0, merged: 0, known: 0, quarantined: 0, skipped: 0, waiting, kept: 0 } });
  it.each([
    [of("uploaded"), { what: "columns", n: 0 }],
    [of("staging"), { what: "wait", n: 0 }],
    [of("staged", { quarantined: 2, review: 3 }), { what: "mend", n: 2 }],
    [of("staged", { review: 3 }), { what: "decide", n: 3 }],
    [of("staged", { new: 4, merge: 5 }), { what: "commit", n: 9 }],
    [of("committed", {}, 7), { what: "duplicates", n: 7 }],
    [of("committed"), { what: "report", n: 0 }],
    [of("failed"), { what: "again", n: 0 }],
    [of("undone"), { what: "nothing", n: 0 }],
  ])("%#", (imported, next) => expect(nextOf(imported)).toEqual(next));

  it("is first what wants attention most", () => {
    expect(firstState({ ...none, review: 1, new: 5, quarantined: 1 })).toBe("quarantined");
    expect(firstState({ ...none, review: 1, new: 5 })).toBe("review");
    expect(firstState(none)).toBe("new");
  });
});

describe("numbers as they are read", () => {
  it.each([[0, "0 o"], [999, "999 o"], [12_400, "12,4 Ko"], [123_456, "123 Ko"], [2_000_000_000, "2 Go"]])("%d bytes", (bytes, text) => expect(plain(formatSize(bytes))).toBe(text));
  it("in English too", () => {
    setLanguage("en");
    expect(plain(formatSize(12_400))).toBe("12.4 KB");
  });
  it.each([[0.97, "97 %"], [0.9971, "99,7 %"], [0.99999, "99,9 %"], [1, "100 %"], [0.5, "50 %"], [0.576, "57 %"]])("a share of %d", (share, text) => expect(plain(formatShare(share))).toBe(text));
});

describe("viewOf", () => {
  it("looks at the middle of a box, the closer the smaller it is", () => {
    const marseille = viewOf([5.3, 43.2, 5.5, 43.4]);
    expect(marseille.lon).toBeCloseTo(5.4);
    expect(marseille.lat).toBeCloseTo(43.3);
    expect(marseille.zoom).toBeGreaterThan(viewOf([-5, 41, 9, 51]).zoom);
    expect(viewOf([5.3, 43.2, 5.3, 43.2]).zoom).toBe(16);
  });
});
