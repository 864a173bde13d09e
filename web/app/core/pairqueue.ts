import type { DealPoint } from "../api/client";
import type { DuplicatePair, PairPage } from "../api/merging";
import { pairKey } from "./merging";

/** What was made of a pair, so that it can be taken back. */
export type Done =
  | { verdict: "merge"; pair: DuplicatePair; into: DealPoint; from: DealPoint }
  | { verdict: "separate" | "neighbours" | "later"; pair: DuplicatePair };

/**
 * The pairs that a person works through, one after the other. What is put off waits apart until the rest is done. A merge changes
 * its record, so other pairs of either record are dropped and looked for again once all pages were read.
 */
export class PairQueue {
  private waiting: DuplicatePair[] = [];
  private putOff: DuplicatePair[] = [];
  private readonly history: Done[] = [];
  private readonly settled = new Set<string>();
  private lookAgain = false;
  private at: { cursor: string; ended: boolean } = { cursor: "", ended: false };
  /** Records that were looked at so far. */
  looked = 0;

  get current(): DuplicatePair | null {
    return this.waiting[0] ?? null;
  }

  /** Pairs that are loaded and neither settled nor put off. */
  get left(): number {
    return this.waiting.length;
  }

  get later(): number {
    return this.putOff.length;
  }

  /** Pairs that were merged or settled. */
  get count(): number {
    return this.history.filter(({ verdict }) => verdict !== "later").length;
  }

  get last(): Done | null {
    return this.history.at(-1) ?? null;
  }

  /** Whether no page is left to read. */
  get ended(): boolean {
    return this.at.ended && !this.lookAgain;
  }

  /** Cursor of the page to read next. */
  next(): string {
    if (this.at.ended && this.lookAgain) {
      this.lookAgain = false;
      this.at = { cursor: "", ended: false };
    }
    return this.at.cursor;
  }

  add({ pairs, looked, cursor }: PairPage): void {
    const known = new Set([...this.settled, ...[...this.waiting, ...this.putOff].map(pairKey)]);
    this.waiting.push(...pairs.filter((pair) => !known.has(pairKey(pair))));
    this.looked += looked;
    this.at = { cursor, ended: cursor === "" };
  }

  /** The present pair has been decided. */
  done(what: Done): void {
    this.forget(what.pair);
    this.history.push(what);
    if (what.verdict === "later") this.putOff.push(what.pair);
    else this.settled.add(pairKey(what.pair));
    if (what.verdict === "merge") this.drop(what.into.id, what.from.id);
  }

  /** Takes a pair out that is no pair any more: one of its records has gone. */
  forget(pair: DuplicatePair): void {
    const key = pairKey(pair);
    this.waiting = this.waiting.filter((other) => pairKey(other) !== key);
    this.putOff = this.putOff.filter((other) => pairKey(other) !== key);
  }

  /** The last verdict was taken back: its pair, as it now stands, is the present one again. */
  takeBack(pair: DuplicatePair): void {
    const last = this.history.pop();
    if (last?.verdict === "merge") this.drop(last.into.id, last.from.id);
    this.settled.delete(pairKey(pair));
    this.replace(pair);
  }

  /** The last verdict stays, and cannot be taken back here. */
  forgetLast(): void {
    this.history.pop();
  }

  /** Puts a pair first, in place of what was known of it. */
  replace(pair: DuplicatePair): void {
    this.forget(pair);
    this.waiting.unshift(pair);
  }

  /** What was put off comes again. */
  resume(): void {
    this.waiting.push(...this.putOff);
    this.putOff = [];
  }

  private drop(...ids: string[]): void {
    const keep = ({ a, b }: DuplicatePair): boolean => !ids.includes(a.id) && !ids.includes(b.id);
    const before = this.waiting.length + this.putOff.length;
    this.waiting = this.waiting.filter(keep);
    this.putOff = this.putOff.filter(keep);
    if (this.waiting.length + this.putOff.length < before) this.lookAgain = true;
  }
}
