/** Links on the main map, and one network before all others. Loaded when somebody looks at them. */
import type { Traffic } from "./events";
import { chainAt, loopAt, NO_LINKS } from "./linkchains";
import type { LinkScene } from "./linkchains";
import { paintLinks } from "./linkpaint";
import { LinkSource } from "./linksource";
import { isFlow } from "./linktile";
import type { FlowFacts, LinkFacts } from "./linktile";
import { arcsOf, tileOf } from "./networkscene";
import type { Frame } from "./overlay";
import { paintScene } from "./painter";
import { EMPTY_SCENE, buildScene } from "./scene";
import type { Scene } from "./scene";
import type { Sprites } from "./shapes";
import type { Theme } from "./theme";
import { toLngLat } from "./tilemath";
import type { WorldBox } from "./tilemath";
import type { FlowHit, LinkHit, NetworkShown } from "./types";

/** What is not of the network stays visible through this much of the land's colour. */
const VEIL = 0.68;

export interface LinkLayerHost {
  traffic: Traffic;
  /** Query string of the filters at the start. */
  filter: string;
  onChange(): void;
}

export class LinkLayer {
  private readonly source: LinkSource;
  private network: { links: LinkScene; places: Scene } | null = null;
  private over = "";

  constructor({ traffic, filter, onChange }: LinkLayerHost) {
    this.source = new LinkSource(filter, { onError: traffic.failed, onSuccess: traffic.succeeded, onPending: traffic.meter(), onChange });
  }

  view(box: WorldBox | null, zoom: number): void {
    this.source.view(box, zoom);
  }

  setFilter(query: string): void {
    this.source.setFilter(query);
  }

  renewAll(): void {
    this.source.renewAll();
  }

  refreshAll(): void {
    this.source.refreshAll();
  }

  /** Draws a network over everything else, which is dimmed; null takes it back. */
  show(network: NetworkShown | null): void {
    const tile = network && tileOf(network.places);
    this.network = network && tile && { links: arcsOf(network.links), places: buildScene([{ z: 0, x: 0, y: 0 }], () => tile, () => []) };
  }

  /** The places of the network that is shown, which are found wherever tiles show groups. */
  get places(): Scene {
    return this.network?.places ?? EMPTY_SCENE;
  }

  /** The line under the pointer is another one; reports whether that is so. */
  hover(hit: LinkHit | FlowHit | null): boolean {
    const name = hit ? nameOf(hit) : "";
    const changed = name !== this.over;
    this.over = name;
    return changed;
  }

  paint(ctx: CanvasRenderingContext2D, frame: Frame, theme: Theme): void {
    const known = this.known();
    const { chains, loops } = this.source.scene;
    const links = known.size === 0 ? chains : chains.filter(({ facts }) => isFlow(facts) || !known.has(facts.id));
    paintLinks(ctx, frame, { chains: links, loops }, theme, this.strong);
  }

  /** What comes over everything that the map has drawn so far. */
  paintNetwork(ctx: CanvasRenderingContext2D, frame: Frame, theme: Theme, sprites: Sprites): void {
    if (!this.network) return;
    ctx.save();
    ctx.globalAlpha = VEIL;
    ctx.fillStyle = theme.colours.land;
    ctx.fillRect(0, 0, frame.width, frame.height);
    ctx.restore();
    paintLinks(ctx, frame, this.network.links, theme, this.strong);
    paintScene(ctx, frame, this.network.places, theme, sprites);
  }

  /** The link or flow at a position in world coordinates. */
  at(x: number, y: number, worldPixels: number, tolerance: number): LinkHit | FlowHit | null {
    for (const scene of [this.network?.links ?? NO_LINKS, this.source.scene]) {
      const loop = loopAt(scene, x, y, worldPixels, tolerance);
      if (loop) return { ...loop.facts, lngLat: toLngLat(loop.x, loop.y) };
      const line = chainAt(scene, x, y, worldPixels, tolerance);
      if (line) return { ...line.chain.facts, lngLat: toLngLat(line.x, line.y) };
    }
    return null;
  }

  destroy(): void {
    this.source.destroy();
  }

  private readonly strong = (facts: LinkFacts | FlowFacts): boolean => this.over !== "" && nameOf(facts) === this.over;

  /** Links that the network draws itself. */
  private known(): Set<string> {
    return new Set(this.network?.links.chains.map(({ facts }) => (isFlow(facts) ? "" : facts.id)));
  }
}

const nameOf = (facts: LinkFacts | FlowFacts): string => ("byKind" in facts ? `${facts.from} ${facts.to}` : facts.id);
