import type { ExchangeAnswer, ExchangeParams, Lease, StalledJob } from '@philjs/jobs-core/backend';
import { KEPT_ANSWERS } from '@philjs/jobs-core/backend';

/** Holds what is needed to repeat an answer. */
export interface Answer {
  readonly sequence: number;
  readonly refused: readonly Lease[];
  readonly stalled: readonly StalledJob[];
  readonly leases: readonly Lease[];
}

/** Holds the last answers to a holder, and until when they are kept. */
interface Kept {
  readonly answers: readonly Answer[];
  readonly until: number;
}

/**
 * Keeps the answers to the last exchanges of each holder for the length of a lease, so that a repeat changes nothing. A call
 * that is repeated goes to the same process, so they are kept in its memory.
 */
export class KeptAnswers {
  readonly #byHolder = new Map<string, Kept>();

  /** Returns the kept answer to a repeated call. */
  find({ holder, sequence }: ExchangeParams): Answer | undefined {
    return this.#byHolder.get(holder)?.answers.find((answer) => answer.sequence === sequence);
  }

  /** Keeps an answer in place of the holder's oldest; for a new holder, forgets those whose time is over. */
  keep(
    { holder, sequence, now, leaseMs }: ExchangeParams,
    { refused, stalled, jobs }: ExchangeAnswer,
  ): void {
    const leases = jobs.map(({ id, fencingToken }) => ({ id, fencingToken }));
    const kept = this.#byHolder.get(holder);
    if (kept === undefined) this.#forget(now);
    const answer = { sequence, refused, stalled, leases };
    const answers = [...(kept?.answers ?? []), answer].slice(-KEPT_ANSWERS);
    this.#byHolder.set(holder, { answers, until: now + leaseMs });
  }

  #forget(now: number): void {
    for (const [holder, { until }] of this.#byHolder) {
      if (until <= now) this.#byHolder.delete(holder);
    }
  }
}
