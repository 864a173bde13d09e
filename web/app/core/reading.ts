/** Reads what keeps changing, one reading at a time: changes that come faster than answers must not keep every answer away. */
export interface Reading {
  /** Reads. Where the same question is being read already, once more after it; a reading of another question is cut short. */
  read(): void;
  /** When nothing is under way any longer. */
  settled(): Promise<void>;
  stop(): void;
}

/** `question` tells what would be asked now; `run` asks it, says itself what went wrong, and heeds the signal. */
export function createReading(question: () => unknown, run: (signal: AbortSignal) => Promise<void>): Reading {
  let under: { question: string; controller: AbortController; again: boolean; done: Promise<void> } | null = null;
  const stop = (): void => {
    under?.controller.abort();
    under = null;
  };
  const read = (): void => {
    const asked = JSON.stringify(question());
    if (under?.question === asked) {
      under.again = true;
      return;
    }
    stop();
    const controller = new AbortController();
    const mine = { question: asked, controller, again: false, done: Promise.resolve() };
    under = mine;
    mine.done = run(controller.signal).finally(() => {
      if (under !== mine) return;
      under = null;
      if (mine.again) read();
    });
  };
  return {
    read,
    stop,
    async settled() {
      while (under) await under.done;
    },
  };
}
