/**
 * The first view. It is painted once it is there: without a graphics processor to paint half of it takes as long as to paint it all.
 * And when it is on the map: what else a page asks for can wait that long, so that the tiles have the processor and the network.
 */

/** Nobody waits longer for a view that does not come, in milliseconds. */
const LIMIT = 1000;

/** What has come by then is shown, in milliseconds. */
const HOLD = 600;

/** How long after the first view the map makes ready to be dragged, in milliseconds: until then the list has the processor. */
const SETTLED = 500;

export class FirstDrawn {
  private done = false;
  private resolve: () => void = () => {};
  readonly promise = new Promise<void>((resolve) => (this.resolve = resolve));
  private begin: (() => void) | null;
  private readonly held: ReturnType<typeof setTimeout>;
  private gone = false;

  /** `begin` begins painting, `settled` does what the first view need not wait for. */
  constructor(begin: () => void, settled: () => void) {
    this.begin = begin;
    this.held = setTimeout(() => this.there(), HOLD);
    setTimeout(this.resolve, LIMIT);
    void this.promise.then(() => setTimeout(() => this.gone || settled(), SETTLED));
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
    this.gone = true;
  }

  /** The view is drawn; only the first time counts. Leaves a mark, which the bench of the browser measures. */
  now(): void {
    if (this.done) return;
    this.done = true;
    performance.mark("map-drawn");
    this.resolve();
  }
}
