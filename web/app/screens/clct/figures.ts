import { getStatistics, type Statistics } from "../../api/clct";

/** Answers that were asked for lately, by their question: playing the months asks for the next one before it is shown. */
export interface Figures {
  get(code: string, query: Readonly<Record<string, string>>): Promise<Statistics>;
  forget(): void;
}

const most = 48;

export function figures(signal: AbortSignal): Figures {
  const known = new Map<string, Promise<Statistics>>();
  return {
    get(code, query) {
      const question = `${code}?${new URLSearchParams(query)}`;
      const before = known.get(question);
      if (before) return before;
      const asked = getStatistics(code, query, signal);
      asked.catch(() => known.delete(question));
      known.set(question, asked);
      const oldest = known.keys().next().value;
      if (known.size > most && oldest !== undefined) known.delete(oldest);
      return asked;
    },
    forget: () => known.clear(),
  };
}
