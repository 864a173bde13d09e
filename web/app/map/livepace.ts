/** The pace of live changes: those that arrive together are fetched together. */

/** How long a change waits for others, and how often they are fetched while they keep coming, in milliseconds. */
const DELAY = 60;
const PACE = 250;

/** A place that changes may move the ends of links, which is no news of theirs, in milliseconds. */
const LINKS_DELAY = 1200;

export class LivePace {
  private readonly names = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;
  private linksTimer: ReturnType<typeof setTimeout> | undefined;
  private linksDue = Infinity;

  /** `tiles` fetches anew those that hold one of the named ones, `links` all tiles of links. */
  constructor(
    private readonly tiles: (names: string[]) => void,
    private readonly links: () => void,
  ) {}

  /** Places have changed in the tiles of these names. */
  changed(names: readonly string[]): void {
    for (const name of names) this.names.add(name);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.last = performance.now();
      const all = [...this.names];
      this.names.clear();
      this.tiles(all);
    }, Math.max(DELAY, this.last + PACE - performance.now()));
    this.linked(LINKS_DELAY);
  }

  /** A link has changed, or may have: its tiles are fetched anew after so many milliseconds, or before where that is due already. */
  linked(after = DELAY): void {
    const due = performance.now() + after;
    if (due >= this.linksDue) return;
    this.linksDue = due;
    clearTimeout(this.linksTimer);
    this.linksTimer = setTimeout(() => {
      this.linksDue = Infinity;
      this.links();
    }, after);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.linksTimer);
  }
}
