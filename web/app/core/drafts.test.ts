import { beforeEach, describe, expect, it } from "vitest";
import { createDrafts, draftsName, isUnsent, openDraft, type Shelf } from "./drafts";
import type { JsonObject } from "./json";
import { keyring } from "./keyring";

/** A tab: what its store holds outlives a reload of the page. */
let stored: Map<string, string>;
const shelf: Shelf = { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => void stored.set(name, value), removeItem: (name) => void stored.delete(name) };
const page = () => createDrafts(() => shelf);
beforeEach(() => (stored = new Map()));

/** A form with its values in memory. */
function form(begin: JsonObject) {
  let values = begin;
  return { read: () => values, write: (next: JsonObject) => void (values = next), type: (part: JsonObject) => void (values = { ...values, ...part }) };
}

describe("drafts", () => {
  const typed = { typed: { name: "Tour B" } };

  it("outlive a reload of the tab", () => {
    page().put("cross13", "place:", typed);
    expect(page().get("cross13", "place:")).toEqual(typed);
    expect(page().get("cross13", "place:13-K7QF3")).toBeNull();
  });

  it("are one person's: for anybody else nothing of them stays", () => {
    page().put("cross13", "place:", typed);
    const next = page();
    expect(next.get("gn", "place:")).toBeNull();
    expect(stored.size).toBe(0);
    expect(next.get("cross13", "place:")).toBeNull();
  });

  it("go when they are dropped or forgotten", () => {
    const drafts = page();
    drafts.put("cross13", "place:", typed);
    drafts.put("cross13", "link:1", typed);
    drafts.drop("cross13", "place:");
    expect([drafts.get("cross13", "place:"), page().get("cross13", "link:1")]).toEqual([null, typed]);
    drafts.clear();
    expect([drafts.get("cross13", "link:1"), stored.size]).toEqual([null, 0]);
  });

  it("are bounded: the oldest goes first", () => {
    const drafts = page();
    for (let n = 0; n < 25; n++) drafts.put("cross13", `link:${n}`, typed);
    drafts.put("cross13", "link:5", typed);
    drafts.put("cross13", "link:25", typed);
    expect(["link:5", "link:6", "link:7", "link:25"].map((name) => drafts.get("cross13", name) !== null)).toEqual([true, false, true, true]);
  });

  it.each(["", "{", "[]", '"x"', '{"subject":1,"forms":[]}', '{"subject":"cross13","forms":[["a"],["b",{}],["c",{"typed":[]}],["d",{"typed":{},"key":["x"]}],3]}'])("pass over what they cannot read: %s", (value) => {
    stored.set(draftsName, value);
    const drafts = page();
    for (const name of ["a", "b", "c", "d"]) expect(drafts.get("cross13", name)).toBeNull();
    drafts.put("cross13", "a", typed);
    expect(page().get("cross13", "a")).toEqual(typed);
  });

  it("stay in memory where the browser keeps nothing", () => {
    for (const broken of [() => { throw new Error("refused"); }, () => ({ ...shelf, setItem: () => { throw new Error("full"); } })]) {
      const drafts = createDrafts(broken);
      drafts.put("cross13", "a", typed);
      expect(drafts.get("cross13", "a")).toEqual(typed);
    }
  });
});

describe("the draft of a form", () => {
  const open = (fields: ReturnType<typeof form>, keys = keyring(() => "new")) => openDraft(page(), "cross13", "place:", fields, keys);

  it("is kept when the server was not reached, and put back when the form is opened again", () => {
    const fields = form({ name: "", kind: "four" });
    const draft = open(fields);
    expect([draft.restored, draft.dirty]).toEqual([false, false]);
    fields.type({ name: "Tour B" });
    expect(draft.dirty).toBe(true);
    draft.changed();
    expect(stored.size).toBe(0); // nothing has failed
    expect(draft.failed(503)).toBe(true);
    fields.type({ hours: "10h-22h" });
    draft.changed();

    const again = form({ name: "", kind: "drive" }); // the record has changed meanwhile
    expect(open(again).restored).toBe(true);
    expect(again.read()).toEqual({ name: "Tour B", kind: "drive", hours: "10h-22h" });
  });

  it.each([[0, true], [502, true], [503, true], [504, true], [401, false], [409, false], [412, false], [422, false], [500, false]])("after %d: kept %s", (status, kept) => {
    const fields = form({});
    const draft = open(fields);
    fields.type({ name: "x" });
    expect([draft.failed(status), stored.size > 0, isUnsent(status)]).toEqual([kept, kept, kept]);
  });

  it("goes when it was sent or given up, also where the form hears of something afterwards", () => {
    const fields = form({});
    const draft = open(fields);
    fields.type({ name: "x" });
    draft.failed(0);
    draft.done();
    draft.changed();
    draft.keep();
    expect(stored.size).toBe(0);
  });

  it("is nothing once the form is as it was", () => {
    const fields = form({ name: "Tour A" });
    const draft = open(fields);
    fields.type({ name: "x" });
    draft.failed(0);
    fields.type({ name: "Tour A" });
    draft.changed();
    expect(stored.size).toBe(0);
  });

  it("is given up by whoever starts over", () => {
    const fields = form({ name: "Tour A" });
    const draft = open(fields);
    fields.type({ name: "x" });
    draft.failed(0);
    const again = form({ name: "Tour A" });
    const reopened = open(again);
    reopened.startOver();
    expect([again.read(), stored.size, reopened.dirty]).toEqual([{ name: "Tour A" }, 0, false]);
  });

  it("goes on with the key of a request that may have been carried out", () => {
    const fields = form({});
    const keys = keyring(() => "first");
    const draft = open(fields, keys);
    fields.type({ name: "x" });
    expect(keys({ name: "x" })).toBe("first");
    draft.failed(0);
    const later = keyring(() => "second");
    open(form({}), later);
    expect([later({ name: "x" }), later({ name: "y" })]).toEqual(["first", "second"]);
  });
});
