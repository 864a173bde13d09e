import type { Positions } from "../../core/chart/spread";
import type { ChartModel } from "../../core/chart/model";
import { carriesGoods, type LayoutKind } from "../../core/networks";
import type { LayoutAnswer, LayoutQuestion } from "./layoutworker";

/** Address of the worker's script, which the build puts in. */
declare const LAYOUT_WORKER: string;

export interface Layouts {
  /** Computes a layout; an earlier one that is not finished is dropped. `kept` are places that stand already. */
  ask(model: ChartModel, kind: LayoutKind, kept: LayoutQuestion["kept"]): void;
  destroy(): void;
}

interface Listener {
  moved(so: Positions, done: number): void;
  failed(): void;
}

/** Computes layouts in a worker. */
export function layouts({ moved, failed }: Listener): Layouts {
  let worker: Worker | null = null;
  let turn = 0;
  const stop = (): void => {
    worker?.terminate();
    worker = null;
  };
  return {
    ask(model, kind, kept) {
      // A worker that computes hears nothing until it is done.
      stop();
      const mine = ++turn;
      worker = new Worker(LAYOUT_WORKER);
      worker.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => {
        if (data.turn !== mine) return;
        if (data.done >= 1) stop();
        moved(data, data.done);
      };
      worker.onerror = () => {
        if (mine !== turn) return;
        stop();
        failed();
      };
      worker.postMessage({ turn: mine, kind, n: model.nodes.length, from: model.ties.map(({ from }) => from), to: model.ties.map(({ to }) => to), goods: model.ties.map((tie) => carriesGoods(tie.kind)), entries: new Set(model.nodes.flatMap(({ kind: what }, i) => (what === ("entry_point" as string) ? [i] : []))), ...(kept ? { kept } : {}) } satisfies LayoutQuestion);
    },
    destroy() {
      turn++;
      stop();
    },
  };
}
