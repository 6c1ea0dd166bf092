import type { Lease } from '../contract/consumer.ts';

/** How many leases are remembered: more than a process holds at once. */
const MOST = 1_000;

/**
 * Remembers the leases of jobs that their handlers completed in transactions of their own, for stores with the capability
 * `transactions`. Such a job stops being active when the transaction commits, while its handler still runs: its lease is
 * not treated as lost. It is renewed where the transaction was rolled back.
 */
export class CompletedLeases {
  readonly #leases = new Set<string>();

  /** Adds a lease; the oldest makes room. */
  add(lease: Lease): void {
    this.#leases.add(keyOf(lease));
    for (const oldest of this.#leases) {
      if (this.#leases.size <= MOST) break;
      this.#leases.delete(oldest);
    }
  }

  /** Returns whether a lease is among them. */
  has(lease: Lease): boolean {
    return this.#leases.size > 0 && this.#leases.has(keyOf(lease));
  }
}

function keyOf({ id, fencingToken }: Lease): string {
  return `${fencingToken} ${id}`;
}
