import { abortableDelay } from '../clock/abortable-delay.ts';
import type { Clock } from '../clock/clock.ts';
import type { Lease } from '../contract/consumer.ts';
import type { Outcome } from '../contract/outcome.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { LeaseStore, MaybePromise } from './lease-store.ts';

/** How long to wait before a refused record is tried again, at first and at most. */
const RETRY_AFTER_MS = { first: 100, most: 2000 } as const;

/** Says where outcomes are recorded; the same for all of a consumer. */
export interface OutcomeRecorder<TLease extends Lease> {
  readonly store: LeaseStore;
  readonly clock: Clock;
  /** Is told when the store fails, and when the lease was lost. */
  readonly onError: (error: unknown) => void;
  /** Tells whether trying again has lost its point. */
  readonly isOver: (lease: TLease) => boolean;
}

/**
 * Records an outcome. A store that fails is tried again until the lease is over: that the store was
 * away is not the handler's failure. An outcome from a lost lease changes nothing and is reported as
 * `JOBS_LEASE_LOST`. Never rejects.
 */
export function recordOutcome<TLease extends Lease>(
  recorder: OutcomeRecorder<TLease>,
  lease: TLease,
  outcome: Outcome,
): void | Promise<void> {
  try {
    const held = write(recorder, lease, outcome);
    if (!(held instanceof Promise)) {
      if (!held) reportLost(recorder, lease, outcome);
      return;
    }
    return held.then(
      (answer) => {
        if (!answer) reportLost(recorder, lease, outcome);
      },
      (error) => recordAgain(recorder, lease, outcome, error),
    );
  } catch (error) {
    return recordAgain(recorder, lease, outcome, error);
  }
}

async function recordAgain<TLease extends Lease>(
  recorder: OutcomeRecorder<TLease>,
  lease: TLease,
  outcome: Outcome,
  firstError: unknown,
): Promise<void> {
  recorder.onError(firstError);
  for (let wait: number = RETRY_AFTER_MS.first; ; wait = Math.min(wait * 2, RETRY_AFTER_MS.most)) {
    await abortableDelay(recorder.clock, wait);
    if (recorder.isOver(lease)) {
      reportLost(recorder, lease, outcome);
      return;
    }
    try {
      if (!(await write(recorder, lease, outcome))) reportLost(recorder, lease, outcome);
      return;
    } catch (error) {
      recorder.onError(error);
    }
  }
}

function write(
  { store, clock }: Pick<OutcomeRecorder<never>, 'store' | 'clock'>,
  { id, fencingToken }: Lease,
  outcome: Outcome,
): MaybePromise<boolean> {
  const now = clock.now();
  const lease = { id, fencingToken };
  switch (outcome.type) {
    case 'complete':
      return store.complete({ lease, result: outcome.result, now });
    case 'retry': {
      const { runAt, error, failures } = outcome;
      return store.release({ lease, runAt, now, error, failures });
    }
    case 'snooze':
      return store.release({ lease, runAt: outcome.runAt, now, snoozeReason: outcome.reason });
    case 'fail': {
      const { error, failures, attemptUsed } = outcome;
      return store.fail({ lease, error, failures, attemptUsed, now });
    }
  }
}

function reportLost(
  { onError }: Pick<OutcomeRecorder<never>, 'onError'>,
  lease: Lease,
  outcome: Outcome,
): void {
  onError(
    new JobsError(
      'JOBS_LEASE_LOST',
      `The outcome \`${outcome.type}\` of job \`${lease.id}\` was refused: its lease was lost, another worker may run it. ` +
        'Keep the event loop free, or raise `lockDuration`.',
      { details: { jobId: lease.id, fencingToken: lease.fencingToken } },
    ),
  );
}
