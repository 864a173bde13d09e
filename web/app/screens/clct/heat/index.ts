import { h } from "../../../ui/h";

export interface HeatQuery {
  asOf: string | null;
  filter: { status: string[]; kind: string[]; product: string[]; service: string[] };
  audience: "clct" | "wider";
}

/** Where the heat of a territory is drawn. */
export function heatMap(options: { territory: string; onHover?(...args: never[]): void }): { element: HTMLElement; show(q: HeatQuery): Promise<void>; destroy(): void } {
  const element = h("div", { class: "heat", "data-territory": options.territory });
  return { element, show: () => Promise.resolve(), destroy: () => element.remove() };
}
