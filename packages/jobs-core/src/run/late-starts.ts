import type { Clock } from '../clock/clock.ts';
import type { Logger } from '../logger/logger.ts';

/** The shortest interval between warnings to the operator. */
const REPORT_EVERY_MS = 60_000;

/** Warns an operator of jobs that a worker gave back because it was too late to start them: at most once a minute. */
export class LateStarts {
  readonly #clock: Clock;
  readonly #logger: () => Logger;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(clock: Clock, logger: () => Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Notes a job that was given back. */
  note(name: string): void {
    this.#count += 1;
    const now = this.#clock.now();
    if (now < this.#reportedAt + REPORT_EVERY_MS) return;
    this.#logger().warn(
      `A job named \`${name}\` was given back unstarted: under its \`rateLimit\`, a start later than a twentieth of \`per\` (25 ms at least) after it was asked for would fall into another window. ` +
        'Keep the event loop free, validate payloads at once, and run workers near their store.',
      { name, givenBack: this.#count },
    );
    this.#reportedAt = now;
    this.#count = 0;
  }
}
