/**
 * How many leases long a name that the worker left is not used: what it had then has ended, and was taken back. And for how
 * long a worker that works keeps a name at most: a store may lose what it had recorded, and no call fails for that.
 */
const TERM_IN_LEASES = 2;

/**
 * Names a worker to its store. A store never takes back what its caller holds. So a worker that may have leases which it does
 * not know goes on under another name and renews, by that name, what it knows: the others end, and are taken back like
 * those of another worker.
 */
export class HolderName {
  readonly #id: string;
  readonly #termMs: number;
  /** When each name was left, in epoch milliseconds. */
  readonly #leftAt: number[] = [Number.POSITIVE_INFINITY];
  #index = 0;
  #since: number;
  /** When the latest exchange that was answered was sent, in epoch milliseconds. */
  lookedAt: number = Number.NEGATIVE_INFINITY;

  constructor(id: string, leaseMs: number, now: number) {
    this.#id = id;
    this.#termMs = TERM_IN_LEASES * leaseMs;
    this.#since = now;
  }

  /** The name in use. */
  get current(): string {
    return this.#index === 0 ? this.#id : `${this.#id}~${this.#index}`;
  }

  /** Returns whether the name in use has served its time. */
  isOver(now: number): boolean {
    return this.#since + this.#termMs <= now;
  }

  /** Takes the first name that has no leases any more. Few are used, since a store keeps the answers to each. */
  change(now: number): void {
    this.#since = now;
    this.#leftAt[this.#index] = now;
    const free = this.#leftAt.findIndex((leftAt) => leftAt + this.#termMs <= this.lookedAt);
    this.#index = free === -1 ? this.#leftAt.length : free;
    this.#leftAt[this.#index] = Number.POSITIVE_INFINITY;
  }
}
