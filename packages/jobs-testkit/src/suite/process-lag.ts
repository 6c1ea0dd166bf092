/** How often the process is to look at the time, in milliseconds. */
const EVERY_MS = 20;
/** How many late looks are remembered. */
const MOST_KEPT = 1_000;

interface LateLook {
  readonly at: number;
  readonly lateMs: number;
}

/**
 * Notes how late the timers of this process are: what else the process and the machine do makes everything that a test
 * waits for so much later, several times over.
 */
export class ProcessLag {
  readonly #late: LateLook[] = [];
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  /** Returns by how much a timer was late at most since a time of `performance.now()`, in milliseconds. */
  since(at: number): number {
    this.#look();
    return this.#late.reduce(
      (most, look) => (look.at < at ? most : Math.max(most, look.lateMs)),
      0,
    );
  }

  /** Leaves out what has passed since the last look: a test blocked the process on purpose. */
  leaveOut(): void {
    this.#lookedAt = performance.now();
  }

  /** Ends it. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const lateMs = now - this.#lookedAt - EVERY_MS;
    this.#lookedAt = now;
    if (lateMs < EVERY_MS) return;
    this.#late.push({ at: now, lateMs });
    if (this.#late.length > MOST_KEPT) this.#late.shift();
  }
}
