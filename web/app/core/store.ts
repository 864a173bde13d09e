/** A store is one value, replaced as a whole, and those who watch a part of it. */
export interface Store<S> {
  get(): S;
  /** Merges a part into the state; watchers of what changed run before it returns. */
  set(part: Partial<S>): void;
  /** Calls back with the selected part whenever it changes (compared by Object.is); returns how to stop. */
  watch<T>(select: (state: S) => T, changed: (now: T, before: T) => void): () => void;
}

export function createStore<S extends object>(initial: S): Store<S> {
  let state = initial;
  const watchers = new Set<() => void>();
  return {
    get: () => state,
    set(part) {
      state = { ...state, ...part };
      for (const run of [...watchers]) run();
    },
    watch(select, changed) {
      let before = select(state);
      const run = (): void => {
        const now = select(state);
        if (Object.is(now, before)) return;
        const was = before;
        before = now;
        changed(now, was);
      };
      watchers.add(run);
      return () => watchers.delete(run);
    },
  };
}
