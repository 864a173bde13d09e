/** Computes layouts beside the page, so that it answers meanwhile. Each question carries a number that its answers repeat. */
import { forceLayout, type LayoutInput } from "../../core/chart/force";
import { layeredLayout } from "../../core/chart/layered";
import type { Positions } from "../../core/chart/spread";

export interface LayoutQuestion extends LayoutInput {
  turn: number;
  kind: "force" | "layers";
  goods: readonly boolean[];
  /** Places that are entry points. */
  entries: ReadonlySet<number>;
}

export interface LayoutAnswer extends Positions {
  turn: number;
  /** From 0 to 1; 1 is the last answer. */
  done: number;
}

const worker = self as unknown as { onmessage: ((event: MessageEvent<LayoutQuestion>) => void) | null; postMessage(answer: LayoutAnswer): void };

worker.onmessage = ({ data }) => {
  const say = (done: number, { x, y }: Positions): void => worker.postMessage({ turn: data.turn, done, x, y });
  const made = data.kind === "layers" ? layeredLayout(data) : forceLayout(data, (done, so) => say(Math.min(done, 0.99), so));
  say(1, made);
};
