import { listReports } from "../api/reports";
import { ApiError } from "../api/client";
import { mapControl } from "./mapcontrol";

/** How often the number of reports that wait is asked again while the page is looked at, in milliseconds. */
const askAgain = 120_000;

/** Follows how many reports wait for whoever may settle them. */
export function followWaiting(told: (n: number) => void): () => void {
  let stopped = false;
  let last = 0;
  const ask = async (): Promise<void> => {
    if (document.hidden || stopped) return;
    last = Date.now();
    try {
      const { waiting } = await listReports("received", 1);
      if (!stopped) told(waiting);
    } catch (error) {
      // The number stays as it was; who is out is told by the call itself.
      if (!(error instanceof ApiError)) throw error;
    }
  };
  const looked = (): void => {
    if (Date.now() - last > askAgain / 4) void ask();
  };
  const timer = setInterval(() => void ask(), askAgain);
  document.addEventListener("visibilitychange", looked);
  void mapControl.drawn.then(ask);
  return () => {
    stopped = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", looked);
  };
}
