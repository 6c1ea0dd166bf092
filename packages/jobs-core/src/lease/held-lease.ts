import type { Lease, RecordedRun, StartedJob } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { Placed } from '../in-flight/in-flight.ts';
import type { EndedOutcome } from './lease-store.ts';

/** Gets how the run of a held job ended. */
export interface OutcomeTaker {
  finish(held: HeldLease, outcome: Outcome): void;
}

/** A job this worker holds: what its run is given, and what becomes of its lease. */
export class HeldLease implements StartedJob, Placed {
  readonly lease: Lease;
  /** The job as it was handed out. */
  readonly job: JobRecord;
  startBy?: number;
  run?: RecordedRun;
  /** Until when the store keeps the lease, as far as this process knows; 0 once it is lost. */
  until: number;
  /** How its run ended, once it has. */
  outcome: EndedOutcome | undefined = undefined;
  /** Whether a call that records the outcome is under way: it is not renewed meanwhile. */
  isSent = false;
  /** How often the store refused its outcome when it came alone. */
  refusals = 0;
  place = -1;
  readonly #taker: OutcomeTaker;

  constructor(job: JobRecord, until: number, taker: OutcomeTaker) {
    this.lease = { id: job.id, fencingToken: job.fencingToken };
    this.job = job;
    this.until = until;
    this.#taker = taker;
  }

  /** Takes how its run ended. */
  settle(outcome: Outcome): void {
    this.#taker.finish(this, outcome);
  }
}
