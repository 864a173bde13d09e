import type { Action } from "../api/client";
import { sees, type Sees } from "../core/rights";
import { store } from "../state";
import { h, type Child } from "../ui/h";
import type { LoadScreen } from "./nomap";

/** A screen with an address of its own, beside the one of the role at `/`; loaded when it is asked for. */
interface Addressed {
  path: string;
  /** Addresses below it are the screen's, too. */
  below?: true;
  /** What one must be allowed, or see, to use it. */
  may: Action | Sees;
  load: LoadScreen;
}

const all: readonly Addressed[] = [
  { path: "/territoire", may: "aggregates", load: async () => (await import("./clct")).openClct },
  { path: "/imports", may: "import", load: async () => (await import("./imports")).openImports },
  { path: "/operations", may: "aggregates", load: async () => (await import("./operations")).openOperations },
  { path: "/patrouilles", may: "points", load: async () => (await import("./patrol")).openPatrols },
  { path: "/reseaux", below: true, may: "aggregates", load: async () => (await import("./networks")).openNetworks },
  { path: "/doublons", may: "merge", load: async () => (await import("./merging")).openMerging },
];

/** The screen at the present address, for a person who may use it; null where the role's own screen is shown. */
export const screenHere = (): Addressed | null => all.find(({ path, below, may }) => (path === location.pathname || (below && location.pathname.startsWith(`${path}/`))) && allows(may)) ?? null;

function allows(may: Action | Sees): boolean {
  const { me } = store.get();
  // Who sees points sees what is counted of them.
  if (may === "points" || may === "aggregates") return sees(me) === may || sees(me) === "points";
  return me.allowed.some((action) => action === may);
}

/** Goes to another screen of the application without reading the page anew: everything that follows the address hears of it. */
export function visit(address: string): void {
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** A link to another screen, opened in place unless the person asks for a new tab. */
export function screenLink(address: string, props: Record<string, unknown>, ...children: Child[]): HTMLAnchorElement {
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    visit(address);
  };
  return h("a", { ...props, href: address, onclick: follow }, ...children);
}
