import type { TimerHandle } from '../clock/clock.ts';
import type { BackendContext } from '../contract/backend.ts';
import type { Diagnostics } from '../contract/diagnostics.ts';

/** How often a store is looked at, in milliseconds. */
const EVERY_MS = 60_000;
/** How many parts of the store are looked at then, at most. */
const PARTS = 10;

/** Names a queue, and what looks at a part of its store. */
export interface PlaceKeeperOptions extends BackendContext {
  /** Looks at a part of the store: `Diagnostics.findUnplaced`. */
  readonly findUnplaced: NonNullable<Diagnostics['findUnplaced']>;
}

/**
 * Looks once a minute for stored jobs that would never run, at ten parts of the store, behind those of the last look: while
 * the store is asked for jobs, so never for an idle queue. Warns of those that it found.
 */
export class PlaceKeeper {
  readonly #options: PlaceKeeperOptions;
  #timer: TimerHandle | undefined;
  #cursor: string | undefined;
  #isOver = false;

  /** Looks at nothing yet. */
  constructor(options: PlaceKeeperOptions) {
    this.#options = options;
  }

  /** Notes that the store is asked for jobs: it is looked at within a minute. */
  touch(): void {
    if (this.#isOver || this.#timer !== undefined) return;
    const { clock, logger, queueName } = this.#options;
    const look = (): void =>
      void this.#look().catch((error: unknown) => {
        if (this.#isOver) return;
        logger.warn(`The places of the jobs of ${queueName} could not be looked at`, { error });
      });
    this.#timer = clock.setTimeout(look, EVERY_MS, { background: true });
  }

  /** Ends this: nothing is looked at any more. */
  end(): void {
    this.#isOver = true;
    if (this.#timer !== undefined) this.#options.clock.clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const { findUnplaced, logger, queueName } = this.#options;
    let found = 0;
    try {
      for (let part = 0; part < PARTS && !this.#isOver; part += 1) {
        const cursor = this.#cursor;
        const answer = await findUnplaced(cursor === undefined ? {} : { cursor });
        found += answer.found;
        this.#cursor = answer.cursor;
        if (answer.cursor === undefined) break;
      }
    } finally {
      this.#timer = undefined;
    }
    if (found === 0) return;
    logger.warn(
      `Stored jobs of ${queueName} waited for what is not there; they are put back, or fail for it: ${found}`,
    );
  }
}
