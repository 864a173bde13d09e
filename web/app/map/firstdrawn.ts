/**
 * The first view. It is painted once it is there: without a graphics processor to paint half of it takes as long as to paint it all.
 * And when it is on the map: what else a page asks for can wait that long, so that the tiles have the processor and the network.
 */

/** Nobody waits longer for a view that does not come, in milliseconds. */
const LIMIT = 1000;

/** What has come by then is shown, in milliseconds. */
const HOLD = 600;

export class FirstDrawn {
  private done = false;
  private resolve: () => void = () => {};
  readonly promise = new Promise<void>((resolve) => (this.resolve = resolve));
  private begin: (() => void) | null;
  private readonly held: ReturnType<typeof setTimeout>;

  /** `begin` begins painting. */
  constructor(begin: () => void) {
    this.begin = begin;
    this.held = setTimeout(() => this.there(), HOLD);
    setTimeout(this.resolve, LIMIT);
  }

  /** All of the view has come, or as much of it as will. */
  there(): void {
    clearTimeout(this.held);
    this.begin?.();
    this.begin = null;
  }

  /** There is no map any more. */
  stop(): void {
    clearTimeout(this.held);
    this.begin = null;
  }

  /** The view is drawn; only the first time counts. Leaves a mark, which the bench of the browser measures. */
  now(): void {
    if (this.done) return;
    this.done = true;
    performance.mark("map-drawn");
    this.resolve();
  }
}
