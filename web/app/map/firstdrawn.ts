/** When the first view is on the map: what else a page asks for can wait that long, so that the tiles have the processor and the network. */

/** Nobody waits longer for a view that does not come, in milliseconds. */
const LIMIT = 1000;

export class FirstDrawn {
  private done = false;
  private resolve: () => void = () => {};
  readonly promise = new Promise<void>((resolve) => (this.resolve = resolve));

  constructor() {
    setTimeout(this.resolve, LIMIT);
  }

  /** The view is drawn; only the first time counts. Leaves a mark, which the bench of the browser measures. */
  now(): void {
    if (this.done) return;
    this.done = true;
    performance.mark("map-drawn");
    this.resolve();
  }
}
