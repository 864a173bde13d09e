/** Listeners of the map's events. */
import type { MapEvents } from "./types";

type Listener<K extends keyof MapEvents> = (event: MapEvents[K]) => void;

export class Emitter {
  private readonly listeners = new Map<keyof MapEvents, Set<(event: never) => void>>();

  on<K extends keyof MapEvents>(kind: K, fn: Listener<K>): () => void {
    const set = this.listeners.get(kind) ?? new Set();
    this.listeners.set(kind, set.add(fn));
    return () => set.delete(fn);
  }

  emit<K extends keyof MapEvents>(kind: K, event: MapEvents[K]): void {
    for (const fn of [...(this.listeners.get(kind) ?? [])]) (fn as Listener<K>)(event);
  }

  clear(): void {
    this.listeners.clear();
  }
}

/** Adds up what several stores have under way, and tells each kind of refusal once until something succeeds again. */
export class Traffic {
  private readonly pending: number[] = [];
  private told = 0;
  private readonly refused = new Set<number>();

  constructor(private readonly emitter: Emitter) {}

  /** A part of the sum; call it with the number under way. */
  meter(): (pending: number) => void {
    const slot = this.pending.push(0) - 1;
    return (pending) => {
      this.pending[slot] = pending;
      const sum = this.pending.reduce((a, b) => a + b, 0);
      if (sum === this.told) return;
      this.told = sum;
      this.emitter.emit("loading", { pending: sum });
    };
  }

  /** Nothing is under way. */
  get idle(): boolean {
    return this.told === 0;
  }

  readonly failed = (status: number): void => {
    if (this.refused.has(status)) return;
    this.refused.add(status);
    this.emitter.emit("error", { status });
  };

  readonly succeeded = (): void => this.refused.clear();
}
