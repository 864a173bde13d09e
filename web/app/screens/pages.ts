import type { Action } from "../api/client";
import { store } from "../state";
import type { Open } from "./lazy";

interface Page {
  may: Action;
  load(): Promise<Open>;
}

/** Screens beside the map, by their address; each is loaded when it is gone to. */
const pages: Readonly<Record<string, Page>> = {
  doublons: { may: "merge", load: async () => (await import("./merging")).openMerging },
};

/** The page of an address, for who may use it; who may not is shown the map. */
export function pageOf(screen: string): Page | undefined {
  const page = Object.hasOwn(pages, screen) ? pages[screen] : undefined;
  return page && store.get().me.allowed.includes(page.may) ? page : undefined;
}
