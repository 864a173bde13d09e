import { beforeEach, expect, test, vi } from "vitest";
import { TileBatches } from "./tilebatch";
import type { AskTile, TileAnswer } from "./tilebatch";

/** A server of which each answer is given by hand. */
interface Asked {
  url: string;
  init: RequestInit;
  answer(response: Response): void;
  fail(): void;
}

let asked: Asked[];
let batches: TileBatches;
let ask: AskTile;

beforeEach(() => {
  asked = [];
  batches = new TileBatches(
    (url, init = {}) =>
      new Promise((resolve, reject) => {
        init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        asked.push({ url: String(url), init, answer: resolve, fail: () => reject(new TypeError("no network")) });
      }),
  );
  ({ ask } = batches);
});

/** One for each tile, as stores have it. */
const wanted = (): AbortSignal => new AbortController().signal;
const sent = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A tile as it is sent among several; unchanged without a text. */
function tile(tag: string, text?: string): number[] {
  const [head, data] = [new TextEncoder().encode(`W/"${tag}"`), new TextEncoder().encode(text)];
  const length = text === undefined ? [255, 255, 255, 255] : [data.length >>> 24, (data.length >> 16) & 255, (data.length >> 8) & 255, data.length & 255];
  return [head.length, ...head, ...length, ...(text === undefined ? [] : data)];
}

/** An answer whose bytes come in pieces; it breaks off after them where it says so. */
const pieces = (parts: readonly (readonly number[])[], broken = false): Response => {
  const rest = [...parts];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = rest.shift();
      if (part) controller.enqueue(Uint8Array.from(part));
      else if (broken) controller.error(new TypeError("network error"));
      else controller.close();
    },
  });
  return new Response(body);
};

const told = async (answer: TileAnswer): Promise<string> => `${answer.status} ${answer.headers.get("ETag") ?? "-"} ${new TextDecoder().decode(await answer.arrayBuffer())}`;
const A = "/tiles/deal_points/12/2109/1500.mvt?status=active,closed";
const B = "/tiles/deal_points/12/2110/1500.mvt?status=active,closed";

test("tiles of one zoom, layer and filter are asked for together, others apart, and one alone as ever", async () => {
  for (const url of [A, B, "/tiles/sites/12/2109/1500.mvt", "/tiles/sites/12/2110/1500.mvt", "/tiles/sites/11/1054/750.mvt", "/other"]) void ask(url, wanted(), null);
  await sent();
  expect(asked.map(({ url }) => url).sort()).toEqual([
    "/other",
    "/tiles/deal_points/12?status=active,closed&tiles=2109/1500,2110/1500",
    "/tiles/sites/11/1054/750.mvt",
    "/tiles/sites/12?tiles=2109/1500,2110/1500",
  ]);
  expect(asked.map(({ init }) => init.cache)).toEqual(["no-store", "no-store", "no-store", "no-store"]);
});

test("what has been asked for is sent at once where there is much else to do", async () => {
  void ask(A, wanted(), null);
  void ask(B, wanted(), null);
  expect(asked.length).toBe(0);
  batches.send();
  expect(asked.length).toBe(1);
  batches.send();
  await sent();
  expect(asked.length).toBe(1);
});

test("a tile that is there already is named by its ETag, alone and among others", async () => {
  const alone = ask(A, wanted(), 'W/"a1"');
  await sent();
  expect(asked[0]).toMatchObject({ url: A, init: { headers: { "If-None-Match": 'W/"a1"' } } });
  asked[0]?.answer(new Response(null, { status: 304, headers: { ETag: 'W/"a1"' } }));
  expect(await told(await alone)).toBe('304 W/"a1" ');
  const both = [ask(A, wanted(), 'W/"a1"'), ask(B, wanted(), null)];
  await sent();
  expect(asked[1]?.url).toBe("/tiles/deal_points/12?status=active,closed&tiles=2109/1500,2110/1500&known=a1,");
  asked[1]?.answer(pieces([[...tile("a1"), ...tile("b1", "two")]]));
  expect(await Promise.all((await Promise.all(both)).map(told))).toEqual(['304 W/"a1" ', '200 W/"b1" two']);
});

test("each is handed over when it is whole, however its bytes come", async () => {
  const bytes = [...tile("a", "one"), ...tile("b", ""), ...tile("c", "x".repeat(300))];
  for (const size of [1, 2, 7, 50, bytes.length]) {
    const answers = [A, B, A.replace("2109", "2111")].map((url) => ask(url, wanted(), null));
    await sent();
    asked.at(-1)?.answer(pieces(Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size))));
    expect(await Promise.all((await Promise.all(answers)).map(told))).toEqual(['200 W/"a" one', '200 W/"b" ', `200 W/"c" ${"x".repeat(300)}`]);
  }
});

test("what an answer that breaks off leaves out is asked for one by one", async () => {
  for (const broken of [true, false]) {
    asked.length = 0;
    const answers = [ask(A, wanted(), null), ask(B, wanted(), 'W/"b0"')];
    await sent();
    asked[0]?.answer(pieces([tile("a", "one"), tile("b", "two").slice(0, -1)], broken));
    expect(await told(await (answers[0] as Promise<TileAnswer>))).toBe('200 W/"a" one');
    await vi.waitFor(() => expect(asked.length).toBe(2));
    expect(asked[1]).toMatchObject({ url: B, init: { headers: { "If-None-Match": 'W/"b0"' } } });
    asked[1]?.answer(new Response(null, { status: 403 }));
    expect((await answers[1])?.status).toBe(403);
  }
});

test("a refusal is that of each; without an answer each is asked for alone, and fails alone", async () => {
  const refused = [ask(A, wanted(), null), ask(B, wanted(), null)];
  await sent();
  asked[0]?.answer(new Response("no", { status: 429 }));
  expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([429, 429]);
  const lost = [ask(A, wanted(), null), ask(B, wanted(), null)];
  await sent();
  asked[1]?.fail();
  await vi.waitFor(() => expect(asked.length).toBe(4));
  for (const one of asked.slice(2)) one.fail();
  expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});

test("a request lives as long as anybody waits for a tile of it", async () => {
  const [first, second, never] = [new AbortController(), new AbortController(), new AbortController()];
  const answers = [ask(A, first.signal, null), ask(B, second.signal, null), ask(A.replace("2109", "2111"), never.signal, null)];
  const settled = Promise.allSettled(answers);
  never.abort();
  await sent();
  expect(asked[0]?.url).toContain("tiles=2109/1500,2110/1500");
  first.abort();
  expect(asked[0]?.init.signal?.aborted).toBe(false);
  second.abort();
  expect(asked[0]?.init.signal?.aborted).toBe(true);
  expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  await sent();
  expect(asked.length).toBe(1);
});

test("no more than the server takes are asked for at once", async () => {
  for (let x = 0; x < 130; x++) void ask(`/tiles/clusters/8/${x}/1.mvt`, wanted(), null);
  await sent();
  expect(asked.map(({ url }) => url.split(",").length)).toEqual([64, 64, 2]);
});

test("many tiles that come at once leave others their turn", async () => {
  const answers = Array.from({ length: 20 }, (_, x) => ask(`/tiles/clusters/8/${x}/1.mvt`, wanted(), null));
  let turns = 0;
  let over = false;
  const others = new MessageChannel();
  others.port1.onmessage = () => {
    turns++;
    if (!over) others.port2.postMessage(null);
  };
  for (const answer of answers) {
    void answer.then(() => {
      for (const until = performance.now() + 3; performance.now() < until; );
    });
  }
  await sent();
  others.port2.postMessage(null);
  asked[0]?.answer(pieces([answers.flatMap((_, x) => tile(String(x), "t"))]));
  await Promise.all(answers);
  over = true;
  others.port1.close();
  // 60 ms of work in slices of some 8.
  expect(turns).toBeGreaterThan(4);
});
