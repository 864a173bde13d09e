import { countPoints } from "../api/calls";
import { isAbort, type Counts } from "../api/client";
import { longest, store } from "../state";
import type { Filter } from "../core/filters";
import { createReading } from "../core/reading";
import { createStore } from "../core/store";
import { debounce } from "../ui/h";
import { mapControl } from "./mapcontrol";

/** Counts over the whole filter, wherever the map looks: for the panel's totals and the number beside each value. */
export const counts = createStore<{ all: Counts | null }>({ all: null });

/** Keeps the counts in step with the filter and with live changes. */
export function followCounts(): () => void {
  const filter = (): Filter => store.get().place.filter;
  const reading = createReading(filter, async (signal) => {
    try {
      await mapControl.drawn;
      const all = await countPoints(filter(), null, signal);
      if (!signal.aborted) counts.set({ all });
    } catch (error) {
      // Old counts would belong to another filter: none are better than wrong ones.
      if (!isAbort(error)) counts.set({ all: null });
    }
  });
  const later = debounce(200, reading.read, longest);
  const stops = [store.watch((s) => s.place.filter, later), store.watch((s) => s.generation, later)];
  later();
  return () => {
    later.cancel();
    reading.stop();
    for (const stop of stops) stop();
    counts.set({ all: null });
  };
}
