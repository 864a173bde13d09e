import { getMe } from "../api/calls";
import { ApiError, type ChangeEvent, type NodeStanding } from "../api/client";
import { rememberFamily } from "../api/family";
import type { LinkEvent } from "../api/networks";
import type { MapView } from "../map/types";
import { longest, store } from "../state";
import { debounce } from "../ui/h";

interface LiveOptions {
  map: MapView;
  ended(): void;
  changed(event: ChangeEvent): void;
  /** A link was tied, changed or undone. */
  tied(event: LinkEvent): void;
}

/** What a screen without a map hears of: a place or a link changed, or (again) anything may have. */
export type LiveNews = { kind: "change"; event: ChangeEvent } | { kind: "link"; event: LinkEvent } | { kind: "again" };

const listeners = new Set<(news: LiveNews) => void>();

/** Hears of changes on a screen without a map; returns how to stop. */
export function onNews(run: (news: LiveNews) => void): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

/** The server says how it stands as one of several: the band over every screen tells people. */
const followNode = (source: EventSource): void => source.addEventListener("node", ({ data }: MessageEvent<string>) => store.set({ node: JSON.parse(data) as NodeStanding }));

/** Where no map follows the stream, its end is still told at once, and changes to whoever listens. */
export function watchEnd(ended: () => void): () => void {
  const source = new EventSource("/api/v1/changes");
  const tell = (news: LiveNews): void => listeners.forEach((run) => run(news));
  let interrupted = false;
  source.addEventListener("error", () => (interrupted = true));
  source.addEventListener("hello", () => {
    if (interrupted) tell({ kind: "again" });
    interrupted = false;
  });
  source.addEventListener("reset", () => tell({ kind: "again" }));
  source.addEventListener("change", ({ data }: MessageEvent<string>) => tell({ kind: "change", event: JSON.parse(data) as ChangeEvent }));
  source.addEventListener("link", ({ data }: MessageEvent<string>) => tell({ kind: "link", event: JSON.parse(data) as LinkEvent }));
  followNode(source);
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
  const readAgain = debounce(150, () => store.set({ generation: store.get().generation + 1 }), longest);

  const recount = debounce(
    350,
    () => {
      map.refreshPlaces();
      readAgain();
    },
    longest,
  );

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
    followNode(opened);
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
