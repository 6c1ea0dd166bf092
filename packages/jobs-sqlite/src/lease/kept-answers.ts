import type { ExchangeAnswer, ExchangeParams, Lease, StalledJob } from '@philjs/jobs-core/backend';
import { KEPT_ANSWERS } from '@philjs/jobs-core/backend';

/** Holds what is needed to repeat an answer. */
export interface Answer {
  readonly sequence: number;
  readonly refused: readonly Lease[];
  readonly stalled: readonly StalledJob[];
  readonly leases: readonly Lease[];
}

/**
 * Keeps the answers to the last exchanges of each holder, so that a repeat changes nothing. A holder
 * lives in this process, and an answer is lost only within it, so they are kept in its memory.
 */
export class KeptAnswers {
  readonly #byHolder = new Map<string, Answer[]>();

  /** Returns the kept answer to a repeated call. */
  find({ holder, sequence }: ExchangeParams): Answer | undefined {
    return this.#byHolder.get(holder)?.find((answer) => answer.sequence === sequence);
  }

  /** Keeps an answer in place of the holder's oldest. */
  keep({ holder, sequence }: ExchangeParams, { refused, stalled, jobs }: ExchangeAnswer): void {
    const leases = jobs.map(({ id, fencingToken }) => ({ id, fencingToken }));
    const kept = this.#byHolder.get(holder) ?? [];
    const answers = [...kept, { sequence, refused, stalled, leases }].slice(-KEPT_ANSWERS);
    this.#byHolder.set(holder, answers);
  }

  /** Forgets a holder that has ended. */
  forget(holder: string): void {
    this.#byHolder.delete(holder);
  }
}
