import { getMe } from "../api/calls";
import { ApiError, type ChangeEvent } from "../api/client";
import type { LinkEvent } from "../api/networks";
import type { MapView } from "../map/types";
import { rememberFamily } from "../api/family";
import { store } from "../state";
import { debounce } from "../ui/h";

interface LiveOptions {
  map: MapView;
  ended(): void;
  changed(event: ChangeEvent): void;
  /** A link was tied, changed or undone. */
  tied(event: LinkEvent): void;
}

/** Where no map follows the stream, its end is still told at once. */
export function watchEnd(ended: () => void): () => void {
  const source = new EventSource("/api/v1/changes");
  source.addEventListener("end", () => {
    source.close();
    ended();
  });
  return () => source.close();
}

/** Waits before trying again when the server refuses the stream, in milliseconds. */
const retryAfter = 5_000;

/** Follows the live stream: the named tiles are drawn anew, lists and counts read again, the open sheet told. */
export function followChanges({ map, ended, changed, tied }: LiveOptions): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let interrupted = false;
  const current = (): void => store.set({ live: "on", updated: new Date() });
  const readAgain = debounce(350, () => store.set({ generation: store.get().generation + 1 }));

  const recount = debounce(350, () => {
    map.refreshAll();
    readAgain();
  });

  const open = (): void => {
    const opened = (source = new EventSource("/api/v1/changes"));
    opened.addEventListener("hello", () => {
      current();
      if (!interrupted) return;
      interrupted = false;
      map.refreshAll();
      readAgain();
    });
    opened.addEventListener("change", (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as ChangeEvent;
      current();
      rememberFamily(event.layer === "sites" ? "warehouse" : "street", event.id, event.reference);
      map.refresh(event.tiles);
      changed(event);
      readAgain();
    });
    opened.addEventListener("link", (message: MessageEvent<string>) => {
      current();
      map.refreshLinks();
      tied(JSON.parse(message.data) as LinkEvent);
    });
    opened.addEventListener("aggregates", () => {
      current();
      recount();
    });
    opened.addEventListener("reset", () => {
      map.refreshAll();
      readAgain();
    });
    opened.addEventListener("end", () => {
      opened.close();
      ended();
    });
    opened.addEventListener("error", () => {
      interrupted = true;
      store.set({ live: navigator.onLine ? "retry" : "off" });
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(() => void tryAgain(), retryAfter);
    });
  };

  /** The browser gives up when the stream is refused: either the session has ended, or the server is not ready. */
  const tryAgain = async (): Promise<void> => {
    try {
      await getMe();
      open();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return;
      timer = setTimeout(() => void tryAgain(), retryAfter);
    }
  };

  store.set({ live: "connecting" });
  open();
  return () => {
    clearTimeout(timer);
    readAgain.cancel();
    recount.cancel();
    source?.close();
  };
}
