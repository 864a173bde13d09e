/** When the tiles of a view are asked for: when it has come to rest, and at a pace while it keeps moving. */

import type * as L from "leaflet";

/** How long a view has to be still, and how often one that moves is looked at, in milliseconds. */
const SETTLE = 40;
const WHILE_MOVING = 200;

export class ViewPace {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;

  /** `update` asks for the tiles of the view as it is then. */
  constructor(private readonly update: () => void) {}

  /** Follows a map from its first view on. */
  follow(map: L.Map): void {
    map.on("zoomanim moveend resize", () => this.settling());
    map.on("move", () => this.moving());
    // Once the caller is done: the first thing that is done with a map is often to look elsewhere.
    this.settling();
  }

  /** Some view has been asked for. */
  get begun(): boolean {
    return this.last > 0;
  }

  /** The view comes to rest; the first one as soon as the caller is done. */
  settling(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), this.begun ? SETTLE : 0);
  }

  moving(): void {
    this.timer ??= setTimeout(() => this.now(), this.begun ? Math.max(0, this.last + WHILE_MOVING - performance.now()) : 0);
  }

  now(): void {
    this.stop();
    this.last = performance.now();
    this.update();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
