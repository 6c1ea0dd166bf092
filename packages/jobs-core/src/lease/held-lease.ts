import type { Lease, RecordedRun, StartedJob } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { Placed } from '../in-flight/in-flight.ts';
import { keepLayout } from '../in-flight/keep-layout.ts';
import type { EndedOutcome } from './lease-store.ts';

/** Takes the outcome of a held job's run. */
export interface OutcomeTaker {
  finish(held: HeldLease, outcome: Outcome): void;
}

/** Holds one job of this worker: the data of its run, and the state of its lease. */
export class HeldLease implements StartedJob, Placed {
  readonly lease: Lease;
  /** The job as it was handed out, with a request to cancel it that came before it had a slot. */
  job: JobRecord;
  /** The store's handle of the job, if it gave one. */
  readonly handle: unknown;
  startBy?: number;
  run?: RecordedRun;
  /** When the store's lease ends, as far as this process knows; 0 once it is lost. */
  until: number;
  /** The outcome of its run, once it has ended. */
  outcome: EndedOutcome | undefined = undefined;
  /** Whether a call that records the outcome is under way: the lease is not renewed meanwhile. */
  isSent = false;
  /** Whether its run, or a hook after it, is under way. */
  hasSlot = false;
  /** How many times the store refused its outcome when it was sent alone. */
  refusals = 0;
  place = -1;
  readonly #taker: OutcomeTaker;

  static {
    keepLayout(new HeldLease({} as JobRecord, 0.5, { finish: () => undefined }, undefined));
  }

  constructor(job: JobRecord, until: number, taker: OutcomeTaker, handle: unknown) {
    this.lease = { id: job.id, fencingToken: job.fencingToken };
    this.job = job;
    this.until = until;
    this.handle = handle;
    this.#taker = taker;
  }

  /** Takes the outcome of its run. */
  settle(outcome: Outcome): void {
    this.#taker.finish(this, outcome);
  }
}
