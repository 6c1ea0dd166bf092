/** The part of the window, and the least time, by which a start may be late under a rate limit. */
const LATENESS = { part: 20, leastMs: 25 } as const;
/** How much slower than the one before an exchange may be and still count as quick. */
const SLOWING = 1.25;

/**
 * Computes how late a job may start after it was requested. Starts that the store allowed within one window then lie in
 * windows of 0.95 of its length, however late the worker is. A worker whose exchanges all take longer would never
 * start a job: it may be late by twice the time of the quickest that brought jobs.
 */
export class Lateness {
  /** How long the quickest of the last exchanges with jobs took, in milliseconds. A single slow one hardly changes it. */
  #quickest = 1;

  /** Notes how long an exchange took that brought jobs, in milliseconds. */
  noteExchange(tookMs: number): void {
    this.#quickest = Math.max(1, Math.min(tookMs, SLOWING * this.#quickest));
  }

  /** Returns how late a job may start under a rate, in milliseconds. */
  under(per: number): number {
    return Math.max(this.leastUnder(per), 2 * this.#quickest);
  }

  /** Returns the same for a worker whose exchanges are quick. */
  leastUnder(per: number): number {
    return Math.max(LATENESS.leastMs, per / LATENESS.part);
  }
}
