import type { AttemptFailure, JobLimits, SerializedError } from '@philjs/jobs-core';
import type {
  BackendEvent,
  EndedOutcome,
  ExchangeAnswer,
  ExchangeParams,
  JobRecord,
  Lease,
  NewJob,
} from '@philjs/jobs-core/backend';
import { JobChanges } from '../../src/jobs/job-changes.ts';
import { MemoryLeaseStore } from '../../src/lease/memory-lease-store.ts';
import { QueueState } from '../../src/state/queue-state.ts';

/** The length of the leases that tests take. */
export const LEASE_MS = 30_000;

/** The error jobs of tests fail with. */
export const failure: SerializedError = { name: 'Error', message: 'no luck' };

/** Lists the failure of a first attempt. */
export function failuresAt(failedAt: number): readonly AttemptFailure[] {
  return [{ attempt: 1, startedAt: 0, failedAt, error: failure }];
}

const stalledError: SerializedError = { name: 'JobsError', message: '', code: 'JOBS_STALLED' };

/** Drives the state of one queue by hand: the time is what the test says. */
export class LeasedQueue {
  readonly state: QueueState = new QueueState();
  readonly changes: JobChanges = new JobChanges(this.state.table);
  readonly leases: MemoryLeaseStore = new MemoryLeaseStore(this.state.table, () => undefined);
  readonly events: BackendEvent[] = [];
  now = 0;
  #sequence = 0;

  constructor() {
    this.state.table.events.add({ onEvent: (event) => this.events.push(event) });
  }

  add(...jobs: NewJob[]): string[] {
    return this.state.intake.add(jobs).map((result) => result.outcome);
  }

  /** Claims jobs; returns them. */
  claim(limit = 1, limits: Record<string, number> = {}): readonly JobRecord[] {
    const entries = Object.entries(limits).map(([name, concurrency]) => [name, { concurrency }]);
    return this.claimAll(limit, new Map(entries as [string, JobLimits][])).jobs;
  }

  claimAll(
    limit: number,
    limits: ReadonlyMap<string, JobLimits> = new Map(),
    holder = 'worker',
  ): ExchangeAnswer {
    return this.#exchange({ limit, limits, holder });
  }

  /** Renews leases. */
  extend(until: number, ...leases: Lease[]): ReturnType<MemoryLeaseStore['extend']> {
    const { now } = this;
    return this.leases.extend({ holder: 'worker', leases, now, leaseMs: until - now });
  }

  /** Ends the run of a lease. Returns whether the lease was held. */
  end(lease: Lease, outcome: EndedOutcome, handle?: unknown): boolean {
    const { refused } = this.#exchange({ ended: [{ lease, outcome, handle }] });
    return refused.length === 0;
  }

  #exchange(params: Partial<ExchangeParams>): ExchangeAnswer {
    const stalls = { max: 1, maxOf: new Map(), error: stalledError };
    const sequence = ++this.#sequence;
    return this.leases.exchange({
      ...{ holder: 'worker', sequence, ended: [], limit: 0, now: this.now, leaseMs: LEASE_MS },
      ...{ limits: new Map(), stalls, ...params },
    });
  }

  /** Claims all that is ready; returns the ids in order. */
  claimIds(limit = 1_000, limits: Record<string, number> = {}): string[] {
    return this.claim(limit, limits).map((job) => job.id);
  }

  complete(lease: Lease, result: number | string | object | null = null): boolean {
    return this.end(lease, { type: 'complete', result: result as never });
  }

  /** Claims a job, which must be the given one, and completes it. */
  run(id: string): void {
    const [job] = this.claim();
    if (job?.id !== id) throw new Error(`Claimed ${job?.id} instead of ${id}`);
    this.complete(leaseOf(job));
  }

  fail(lease: Lease, attemptUsed = true): boolean {
    const failures = attemptUsed ? failuresAt(this.now) : [];
    return this.end(lease, { type: 'fail', error: failure, failures, attemptUsed });
  }

  recover(maxStalledCount = 1): readonly { id: string; failed: boolean }[] {
    const stalls = { max: maxStalledCount, maxOf: new Map(), error: stalledError };
    const { stalled } = this.#exchange({ holder: 'another', stalls });
    return stalled.map(({ lease, failed }) => ({ id: lease.id, failed }));
  }

  /** Names the events so far, each with its job, and forgets them. */
  takeEvents(): string[] {
    return this.events
      .splice(0)
      .map((event) => ('jobId' in event ? `${event.type} ${event.jobId}` : event.type));
  }

  /** Lists the ids of each state, leaving out the empty ones, and checks the counts by them. */
  ids(): Record<string, string[]> {
    const { table } = this.state;
    const lists: Record<string, string[]> = {};
    for (const [status, count] of Object.entries(table.counts())) {
      const ids = [...table.iterate(status as JobRecord['status'], 'oldest')].map((job) => job.id);
      if (ids.length !== count)
        throw new Error(`${status}: ${count} counted, ${ids.length} listed`);
      if (count > 0) lists[status] = ids;
    }
    return lists;
  }
}

/** The lease of a claimed job. */
export function leaseOf({ id, fencingToken }: Lease): Lease {
  return { id, fencingToken };
}
