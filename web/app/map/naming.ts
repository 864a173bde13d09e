/** When the names of territories are placed: once for all the tiles that come together, and at a pace while more are under way. */
import type { Traffic } from "./events";
import { Names } from "./names";
import type { NamesView } from "./names";
import type { Frame } from "./overlay";

/** How long names wait for more tiles, and how often live changes have them placed anew, in milliseconds. */
const WHILE_LOADING = 250;
const LIVE = 1500;

/** A painting may come a little before its time, in milliseconds. */
const EARLY = 2;

export interface NamingHost {
  traffic: Pick<Traffic, "idle">;
  /** Has all of the map painted, which is when names are placed. */
  repaint(): void;
  /** What they are placed for. */
  view(): NamesView;
}

export class Naming {
  readonly names = new Names();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When names are to be placed anew, and when they last were. */
  private dueAt = Infinity;
  private placedAt = 0;

  constructor(private readonly host: NamingHost) {}

  /** Names are to be placed anew: at once when nothing more is under way. A live change moves them rarely, and never needs to at once. */
  ask(live = false): void {
    const now = performance.now();
    const due = live ? this.placedAt + LIVE : this.host.traffic.idle ? now : now + WHILE_LOADING;
    if (this.dueAt <= due) return;
    this.dueAt = due;
    clearTimeout(this.timer);
    if (due > now) this.timer = setTimeout(() => this.host.repaint(), due - now);
    else this.host.repaint();
  }

  /** Nothing is under way any longer: what waits for tiles alone need not wait. */
  loaded(): void {
    if (this.dueAt < performance.now() + WHILE_LOADING) this.ask();
  }

  /** Whether they are to be placed before this frame is painted. */
  due({ parts }: Frame): boolean {
    return !parts && this.dueAt <= performance.now() + EARLY;
  }

  place(): void {
    clearTimeout(this.timer);
    this.dueAt = Infinity;
    this.placedAt = performance.now();
    this.names.place(this.host.view());
  }

  /** They have been asked for and are not placed yet. */
  get pending(): boolean {
    return this.dueAt < Infinity;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
