import { countPoints } from "../api/calls";
import { isAbort, type Counts } from "../api/client";
import { longest, store } from "../state";
import { createStore } from "../core/store";
import { debounce } from "../ui/h";

/** Counts over the whole filter, wherever the map looks: for the panel's totals and the number beside each value. */
export const counts = createStore<{ all: Counts | null }>({ all: null });

/** Keeps the counts in step with the filter and with live changes. */
export function followCounts(): () => void {
  let pending: AbortController | undefined;
  const read = async (): Promise<void> => {
    pending?.abort();
    const asked = (pending = new AbortController());
    try {
      const all = await countPoints(store.get().place.filter, null, asked.signal);
      if (!asked.signal.aborted) counts.set({ all });
    } catch (error) {
      // Old counts would belong to another filter: none are better than wrong ones.
      if (!isAbort(error)) counts.set({ all: null });
    }
  };
  const later = debounce(200, () => void read(), longest);
  const stops = [store.watch((s) => s.place.filter, later), store.watch((s) => s.generation, later)];
  // Not at once: the map's tiles go first.
  later();
  return () => {
    later.cancel();
    pending?.abort();
    for (const stop of stops) stop();
    counts.set({ all: null });
  };
}
