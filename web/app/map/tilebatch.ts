/**
 * Tiles that are asked for at once come in one answer: to send a request and to hear its answer takes a browser some four
 * milliseconds, and a view has twenty tiles of each layer.
 */
import { parseTile } from "./tilemath";

/** As much of an answer as tiles need. */
export interface TileAnswer {
  status: number;
  headers: Pick<Headers, "get">;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Asks for one tile. `known` is the ETag of what is there already. */
export type AskTile = (url: string, signal: AbortSignal, known: string | null) => Promise<TileAnswer>;

/** As many as the server takes in one request. */
const MOST = 64;

/** How long tiles that came together are handed over without a pause, in milliseconds. */
const SLICE = 8;

/** In place of the length of a tile that is there already. */
const UNCHANGED = 0xffffffff;

interface Wanted {
  url: string;
  /** Column and row. */
  at: string;
  signal: AbortSignal;
  known: string | null;
  resolve(answer: TileAnswer): void;
  reject(reason: unknown): void;
}

/** Asks for tiles with `fetcher`: those that are asked for in the same moment together, by layers, zoom and query. */
export class TileBatches {
  private waiting = new Map<string, Wanted[]>();

  constructor(private readonly fetcher: typeof fetch = (url, init) => fetch(url, init)) {}

  readonly ask: AskTile = (url, signal, known) => {
    const address = batchOf(url);
    if (!address) return askOne(this.fetcher, { url, signal, known });
    return new Promise((resolve, reject) => {
      if (this.waiting.size === 0) queueMicrotask(() => this.send());
      const wanted = this.waiting.get(address.batch) ?? [];
      this.waiting.set(address.batch, wanted);
      wanted.push({ url, at: address.at, signal, known, resolve, reject });
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };

  /** Sends what has been asked for, and does not wait until the caller is done. */
  send(): void {
    const batches = this.waiting;
    this.waiting = new Map();
    for (const [address, all] of batches) {
      const wanted = all.filter(({ signal }) => !signal.aborted);
      for (let i = 0; i < wanted.length; i += MOST) void askAll(this.fetcher, address, wanted.slice(i, i + MOST));
    }
  }
}

/** Nothing of the map is kept by the browser: what is there already is named by its ETag. */
const askOne = (ask: typeof fetch, { url, signal, known }: Pick<Wanted, "url" | "signal" | "known">): Promise<TileAnswer> =>
  ask(url, { signal, cache: "no-store", headers: known === null ? {} : { "If-None-Match": known } });

/** Where a tile can be asked for with others, and as what; null when it is no tile's address. */
function batchOf(url: string): { batch: string; at: string } | null {
  const [path = "", query = ""] = url.split("?");
  const parts = /^\/tiles\/([^/]+)\/(.+)\.mvt$/.exec(path);
  const tile = parseTile(parts?.[2] ?? "");
  return parts && tile ? { batch: `/tiles/${parts[1] ?? ""}/${tile.z}?${query === "" ? "" : `${query}&`}tiles=`, at: `${tile.x}/${tile.y}` } : null;
}

async function askAll(ask: typeof fetch, address: string, wanted: readonly Wanted[]): Promise<void> {
  let rest: readonly Wanted[] = wanted;
  if (wanted.length > 1) {
    const controller = new AbortController();
    for (const { signal } of wanted) {
      signal.addEventListener("abort", () => wanted.every((other) => other.signal.aborted) && controller.abort(), { once: true });
    }
    try {
      const response = await ask(address + tilesOf(wanted), { signal: controller.signal, cache: "no-store" });
      if (response.ok) {
        for await (const answer of answersOf(response)) {
          rest[0]?.resolve(answer);
          rest = rest.slice(1);
        }
      } else {
        for (const { resolve } of rest) resolve(response);
        rest = [];
      }
    } catch {
      // What has not come is asked for one by one: each answer then says why.
    }
  }
  for (const one of rest) if (!one.signal.aborted) askOne(ask, one).then(one.resolve, one.reject);
}

/** Which tiles are wanted and, where any of them is there already, what of its ETag is between the quotation marks. */
function tilesOf(wanted: readonly Wanted[]): string {
  const tiles = wanted.map(({ at }) => at).join(",");
  return wanted.every(({ known }) => known === null) ? tiles : `${tiles}&known=${wanted.map(({ known }) => /"(.*)"/.exec(known ?? "")?.[1] ?? "").join(",")}`;
}

/** The tiles of an answer as they come, with pauses in which others have their turn. */
async function* answersOf({ body }: Response): AsyncGenerator<TileAnswer> {
  const reader = body?.getReader();
  // Put together only once a tile is whole: a large one comes in many pieces.
  let pieces: Uint8Array[] = [];
  let [have, need] = [0, 1];
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (done || !value) return;
    pieces.push(value);
    have += value.length;
    if (have < need) continue;
    let held = joined(pieces, have);
    let began = performance.now();
    let tile = readTile(held);
    for (; typeof tile !== "number"; tile = readTile(held)) {
      held = held.subarray(tile.size);
      yield tile.answer;
      if (performance.now() - began < SLICE) continue;
      await pause();
      began = performance.now();
    }
    [pieces, have, need] = [[held], held.length, tile];
  }
}

/**
 * The first tile of some bytes: the length of its ETag (one byte), the ETag, its own length (four bytes), itself. Until it is whole, how many bytes
 * there must be to know more.
 */
function readTile(bytes: Uint8Array): { answer: TileAnswer; size: number } | number {
  const tag = bytes[0] ?? 0;
  const head = 1 + tag + 4;
  if (bytes.length < head) return head;
  const said = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1 + tag);
  const [status, length] = said === UNCHANGED ? [304, 0] : [200, said];
  if (bytes.length < head + length) return head + length;
  const etag = new TextDecoder().decode(bytes.subarray(1, 1 + tag));
  const data = bytes.slice(head, head + length).buffer;
  return { answer: { status, headers: { get: (name) => (name === "ETag" ? etag : null) }, arrayBuffer: () => Promise.resolve(data) }, size: head + length };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Lets the browser paint and hear what is waiting; a timer would be held to 4 ms. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
