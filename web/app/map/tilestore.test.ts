import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AskTile } from "./tilebatch";
import { TileStore } from "./tilestore";

/** A server of which each answer is given by hand. */
class Server {
  readonly asked: { url: string; signal: AbortSignal; known: string | null; answer(response: Response): void; fail(): void }[] = [];
  readonly ask: AskTile = (url, signal, known) =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      this.asked.push({ url, signal, known, answer: resolve, fail: () => reject(new TypeError("no network")) });
    });

  last(): Server["asked"][number] {
    const request = this.asked.at(-1);
    if (!request) throw new Error("nothing was asked");
    return request;
  }
}

const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);
const bytes = (text: string, etag = text): Response => new Response(text, { headers: { ETag: `"${etag}"` } });

let server: Server;
let changes: [key: string, before: string | undefined][];
let pending: number[];
let errors: number[];
let decoded: string[];
let store: TileStore<string>;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  changes = [];
  pending = [];
  errors = [];
  decoded = [];
  store = new TileStore<string>({
    url: (key) => `/tiles/${key}`,
    decode: (buffer) => {
      const text = new TextDecoder().decode(buffer);
      if (text === "broken") throw new Error("no tile");
      decoded.push(text);
      return text;
    },
    onChange: (key, before) => changes.push([key, before]),
    onPending: (n) => pending.push(n),
    onError: (status) => errors.push(status),
    keep: 1,
    ask: server.ask,
  });
});

afterEach(() => {
  store.destroy();
  vi.useRealTimers();
});

describe("loading", () => {
  test("one request for several users, content for all", async () => {
    store.acquire("a");
    store.acquire("a");
    expect(server.asked.map((r) => r.url)).toEqual(["/tiles/a"]);
    server.last().answer(bytes("A1"));
    await settle();
    expect(store.get("a")).toBe("A1");
    expect(changes).toEqual([["a", undefined]]);
    expect(pending).toEqual([1, 0]);
  });

  test("a tile that is not there is an empty one", async () => {
    store.acquire("a");
    server.last().answer(new Response(null, { status: 404 }));
    await settle();
    expect(store.get("a")).toBe("");
    expect(errors).toEqual([]);
  });

  test("content that is there is named by its ETag, and stays where it has not changed", async () => {
    store.acquire("a");
    server.last().answer(bytes("A1"));
    await settle();
    store.refresh(() => true);
    expect(server.asked.map(({ known }) => known)).toEqual([null, '"A1"']);
    server.last().answer(new Response(null, { status: 304 }));
    await settle();
    expect([store.get("a"), changes.length, errors, pending.at(-1)]).toEqual(["A1", 1, [], 0]);
    store.refresh(() => true);
    server.last().answer(bytes("A2"));
    await settle();
    expect([store.get("a"), changes.length]).toEqual(["A2", 2]);
    // What was taken away under a right that has ended is not known any longer.
    store.refresh(() => true);
    server.last().answer(new Response(null, { status: 403 }));
    await settle();
    store.refresh(() => true);
    expect(server.asked.map(({ known }) => known)).toEqual([null, '"A1"', '"A1"', '"A2"', null]);
  });

  test("what nobody wants any longer is cancelled", async () => {
    store.acquire("a");
    store.release("a");
    await settle();
    expect(server.last().signal.aborted).toBe(true);
    expect(pending.at(-1)).toBe(0);
    expect(errors).toEqual([]);
    expect(store.get("a")).toBeUndefined();
  });

  test("what one of two users still wants is not cancelled", () => {
    store.acquire("a");
    store.acquire("a");
    store.release("a");
    expect(server.last().signal.aborted).toBe(false);
  });

  test("a few unused tiles are kept, the oldest goes first", async () => {
    for (const key of ["a", "b"]) {
      store.acquire(key);
      server.last().answer(bytes(key));
      await settle();
    }
    store.release("a");
    store.release("b");
    expect([...store.loaded()].map(([key]) => key)).toEqual(["b"]);
    store.acquire("b");
    expect(server.asked).toHaveLength(2);
    store.acquire("a");
    expect(server.asked).toHaveLength(3);
  });
});

describe("refresh", () => {
  beforeEach(async () => {
    store.acquire("a");
    server.last().answer(bytes("A1"));
    await settle();
    changes.length = 0;
  });

  test("the old content stays until the new one is there", async () => {
    store.refresh(() => true);
    await settle();
    expect(store.get("a")).toBe("A1");
    server.last().answer(bytes("A2"));
    await settle();
    expect(store.get("a")).toBe("A2");
    expect(changes).toEqual([["a", "A1"]]);
  });

  test("the same tag: nothing is decoded and nothing drawn", async () => {
    store.refresh(() => true);
    server.last().answer(bytes("A1"));
    await settle();
    expect(changes).toEqual([]);
    expect(decoded).toEqual(["A1"]);
  });

  test("only the tiles concerned", () => {
    store.refresh((key) => key !== "a");
    expect(server.asked).toHaveLength(1);
  });

  test("a second refresh overtakes the first, whose late answer is dropped", async () => {
    store.refresh(() => true);
    const slow = server.last();
    store.refresh(() => true);
    const quick = server.last();
    expect(slow.signal.aborted).toBe(true);
    quick.answer(bytes("A3"));
    slow.answer(bytes("A2"));
    await settle();
    expect(store.get("a")).toBe("A3");
    expect(pending.at(-1)).toBe(0);
  });

  test("a change while a tile is unused forgets it", async () => {
    store.release("a");
    store.refresh(() => true);
    expect(store.get("a")).toBeUndefined();
    store.acquire("a");
    expect(server.asked).toHaveLength(2);
  });

  test("a failure that may pass keeps the content and tries again, more and more slowly", async () => {
    store.refresh(() => true);
    server.last().answer(new Response("", { status: 503 }));
    await settle();
    expect([store.get("a"), errors]).toEqual(["A1", [503]]);
    await vi.advanceTimersByTimeAsync(1999);
    expect(server.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.asked).toHaveLength(3);
    server.last().fail();
    await vi.advanceTimersByTimeAsync(3999);
    expect(server.asked).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    server.last().answer(bytes("A4"));
    await settle();
    expect([store.get("a"), errors]).toEqual(["A4", [503, 0]]);
  });

  test.each([401, 403])("after %d nothing is shown, and nothing asked again by itself", async (status) => {
    store.refresh(() => true);
    server.last().answer(new Response("", { status }));
    await settle();
    expect(store.get("a")).toBeUndefined();
    expect(changes).toEqual([["a", "A1"]]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.asked).toHaveLength(2);
    store.refresh(() => true);
    expect(server.asked).toHaveLength(3);
  });

  test("bytes that are no tile count as no answer", async () => {
    store.refresh(() => true);
    server.last().answer(bytes("broken"));
    await settle();
    expect([store.get("a"), errors]).toEqual(["A1", [0]]);
  });
});

test("nothing is asked after the end", async () => {
  store.acquire("a");
  server.last().answer(new Response("", { status: 500 }));
  await settle();
  store.destroy();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(server.asked).toHaveLength(1);
});

describe("live changes in a row", () => {
  test("a request under way is let to its end, and sent again once after it", async () => {
    store.acquire("a");
    server.last().answer(bytes("A1"));
    await settle();
    store.renew(() => true);
    const first = server.last();
    for (let n = 0; n < 5; n++) store.renew(() => true);
    expect(server.asked.length).toBe(2);
    expect(first.signal.aborted).toBe(false);
    first.answer(bytes("A2"));
    await settle();
    expect(store.get("a")).toBe("A2");
    expect(server.asked.length).toBe(3);
    server.last().answer(bytes("A3"));
    await settle();
    expect([store.get("a"), server.asked.length, pending.at(-1)]).toEqual(["A3", 3, 0]);
  });

  test.each([429, 503])("after %d the next turn is waited for, however often it changes meanwhile, and is the only one", async (status) => {
    store.acquire("a");
    server.last().answer(bytes("A1"));
    await settle();
    store.renew(() => true);
    server.last().answer(new Response("", { status }));
    await settle();
    for (let n = 0; n < 19; n++) {
      store.renew(() => true);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(server.asked.length).toBe(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(server.asked.length).toBe(3);
    server.last().answer(bytes("A2"));
    await settle();
    expect([store.get("a"), server.asked.length]).toEqual(["A2", 3]);
  });

  test("what nobody shows is forgotten, and what is left meanwhile is not asked for again", async () => {
    store.acquire("a");
    server.last().answer(bytes("A1"));
    await settle();
    store.renew(() => true);
    store.renew(() => true);
    store.release("a");
    await settle();
    expect(server.asked.length).toBe(2);
    store.renew(() => true);
    expect(store.get("a")).toBeUndefined();
  });

  test("a change that was on its way when its tile was left is asked for when the tile comes back", async () => {
    store.acquire("a");
    server.last().answer(bytes("A1"));
    await settle();
    store.renew(() => true);
    store.release("a");
    expect([...store.loaded()]).toEqual([["a", "A1"]]);
    store.acquire("a");
    expect(server.asked.length).toBe(3);
    server.last().answer(bytes("A2"));
    await settle();
    expect([store.get("a"), pending.at(-1)]).toEqual(["A2", 0]);
    store.release("a");
    store.acquire("a");
    expect(server.asked.length).toBe(3);
  });

  test("so is one whose request had failed and waited for its next turn", async () => {
    store.acquire("a");
    server.last().answer(bytes("A1"));
    await settle();
    store.renew(() => true);
    server.last().answer(new Response("", { status: 503 }));
    await settle();
    store.release("a");
    store.acquire("a");
    expect(server.asked.length).toBe(3);
  });
});
