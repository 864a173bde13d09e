/**
 * Fetches tiles, decodes them, and keeps what the users of each tile show until newer bytes have arrived. Knows neither
 * the map nor the canvas.
 */

import { TileBatches } from "./tilebatch";
import type { AskTile } from "./tilebatch";

/** After a failure that may pass (no answer, 429, 5xx), in milliseconds; doubles up to RETRY_MAX. */
const RETRY_FIRST = 2000;
const RETRY_MAX = 30_000;

export interface TileStoreOptions<T> {
  url(key: string): string;
  decode(bytes: ArrayBuffer, key: string): T;
  /** New content is there; `before` is what it replaces. */
  onChange(key: string, before: T | undefined): void;
  /** Requests under way. */
  onPending(pending: number): void;
  /** HTTP status, 0 when there was no answer. */
  onError(status: number, key: string): void;
  /** A tile came, or was found unchanged. */
  onSuccess?(): void;
  /** Tiles without users whose content is kept, for panning back. */
  keep: number;
  /** How tiles are asked for: those that are wanted at once together, if nothing else is said. */
  ask?: AskTile;
}

interface Entry<T> {
  users: number;
  data: T | undefined;
  etag: string | null;
  controller: AbortController | null;
  /** Changed again since the request under way was sent. */
  again: boolean;
  /** The content may have changed since it came, and nothing has been asked: it was left at that moment. */
  stale: boolean;
  retry: ReturnType<typeof setTimeout> | null;
  failures: number;
}

export class TileStore<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private pending = 0;

  private readonly ask: AskTile;

  constructor(private readonly options: TileStoreOptions<T>) {
    this.ask = options.ask ?? new TileBatches().ask;
  }

  /** Content to draw, or undefined when none has come yet. */
  get(key: string): T | undefined {
    return this.entries.get(key)?.data;
  }

  /** Whether it has changed since the request for it was sent, and will be asked for once more. */
  changesAgain(key: string): boolean {
    return this.entries.get(key)?.again ?? false;
  }

  /** Tiles with content, used or kept. */
  *loaded(): IterableIterator<[string, T]> {
    for (const [key, { data }] of this.entries) if (data !== undefined) yield [key, data];
  }

  /** Starts using a tile: fetched unless its content is kept. */
  acquire(key: string): void {
    let entry = this.entries.get(key);
    if (entry) {
      this.entries.delete(key);
    } else {
      entry = { users: 0, data: undefined, etag: null, controller: null, again: false, stale: false, retry: null, failures: 0 };
    }
    this.entries.set(key, entry);
    entry.users++;
    if ((entry.data === undefined || entry.stale) && !entry.controller && !entry.retry) void this.load(key, entry);
  }

  /** Stops using a tile: when nobody else does, its request is cancelled and its content kept for a while. */
  release(key: string): void {
    const entry = this.entries.get(key);
    if (!entry || --entry.users > 0) return;
    // Content that was being asked for anew may stand in for another zoom, but is asked for whoever uses it next.
    entry.stale ||= entry.controller !== null || entry.retry !== null;
    this.stop(entry);
    if (entry.data === undefined) this.entries.delete(key);
    this.trim();
  }

  /** Uses these tiles instead of those. First takes, then gives back: what stays wanted is not cancelled. */
  swap(before: readonly string[], after: readonly string[]): void {
    for (const key of after) this.acquire(key);
    for (const key of before) this.release(key);
  }

  /** The content of these tiles may have changed: fetched anew where used, forgotten where not. */
  refresh(concerns: (key: string) => boolean): void {
    for (const [key, entry] of this.entries) if (concerns(key)) this.reload(key, entry);
  }

  /**
   * As {@link refresh}, for changes that may come in a row: a request under way is let to its end and sent again after it, so
   * that a tile which changes faster than it comes is drawn all the same. One that waits after a failure keeps waiting: a server
   * that has too much to do is not asked at the pace of the changes.
   */
  renew(concerns: (key: string) => boolean): void {
    for (const [key, entry] of this.entries) {
      if (!concerns(key)) continue;
      if (entry.users > 0 && (entry.controller || entry.retry)) entry.again = entry.controller !== null;
      else this.reload(key, entry);
    }
  }

  destroy(): void {
    for (const entry of this.entries.values()) this.stop(entry);
    this.entries.clear();
  }

  private reload(key: string, entry: Entry<T>): void {
    this.stop(entry);
    if (entry.users > 0) void this.load(key, entry);
    else this.entries.delete(key);
  }

  private stop(entry: Entry<T>): void {
    if (entry.retry) clearTimeout(entry.retry);
    entry.retry = null;
    entry.again = false;
    if (!entry.controller) return;
    entry.controller.abort();
    entry.controller = null;
    this.count(-1);
  }

  /** Forgets the longest unused tiles: Map order is order of last use. */
  private trim(): void {
    let unused = 0;
    for (const entry of this.entries.values()) if (entry.users === 0) unused++;
    for (const [key, entry] of this.entries) {
      if (unused <= this.options.keep) return;
      if (entry.users > 0) continue;
      this.entries.delete(key);
      unused--;
    }
  }

  private count(change: number): void {
    this.pending += change;
    this.options.onPending(this.pending);
  }

  private async load(key: string, entry: Entry<T>): Promise<void> {
    const controller = new AbortController();
    entry.controller = controller;
    entry.stale = false;
    this.count(1);
    let status = 0;
    let before: T | undefined;
    let changed = false;
    try {
      const response = await this.ask(this.options.url(key), controller.signal, entry.data === undefined ? null : entry.etag);
      const empty = response.status === 404 || response.status === 204;
      if (response.status === 304) {
        status = 200;
      } else if (response.status === 200 || empty) {
        const etag = response.headers.get("ETag");
        if (entry.data === undefined || etag === null || etag !== entry.etag) {
          const bytes = empty ? new ArrayBuffer(0) : await response.arrayBuffer();
          if (entry.controller !== controller) return;
          before = entry.data;
          entry.data = this.options.decode(bytes, key);
          entry.etag = etag;
          changed = true;
        }
        status = 200;
      } else {
        status = response.status;
      }
    } catch {
      // Cancelled, no network, or bytes that are no tile: the last two are "no usable answer".
      status = 0;
    }
    if (entry.controller !== controller) return;
    entry.controller = null;
    if (status === 200) {
      entry.failures = 0;
      this.options.onSuccess?.();
    } else {
      this.fail(key, entry, status);
    }
    if (changed) this.options.onChange(key, before);
    const again = entry.again && status === 200 && entry.users > 0;
    entry.again = false;
    if (again) void this.load(key, entry);
    this.count(-1);
  }

  private fail(key: string, entry: Entry<T>, status: number): void {
    this.options.onError(status, key);
    if (status === 401 || status === 403) {
      // What was seen under a right that has ended is not shown any longer.
      const before = entry.data;
      entry.data = undefined;
      entry.etag = null;
      if (before !== undefined) this.options.onChange(key, before);
      return;
    }
    if (status !== 0 && status !== 429 && status < 500) return;
    const delay = Math.min(RETRY_MAX, RETRY_FIRST * 2 ** entry.failures++);
    entry.retry = setTimeout(() => {
      entry.retry = null;
      void this.load(key, entry);
    }, delay);
  }
}
