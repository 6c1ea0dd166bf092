import type {
  EndedOutcome,
  JobRecord,
  Lease,
  SimpleStore,
  StalledJob,
} from '@philjs/jobs-core/backend';
import type { EngineTable } from './engine-table.ts';
import { handOut, nextTime, promote, takeBack } from './hand-out.ts';
import { heldJob, recordOutcome } from './record-outcome.ts';
import type { WakeUps } from './wake-ups.ts';

type Params<TMethod extends Exclude<keyof SimpleStore, 'watch'>> = Parameters<
  SimpleStore[TMethod]
>[0];

/** Leases jobs to core's worker loop a step at a time: each method is one transaction. */
export class TableLeaseStore implements SimpleStore {
  readonly #table: EngineTable;
  readonly #wakeUps: WakeUps;

  constructor(table: EngineTable, wakeUps: WakeUps) {
    this.#table = table;
    this.#wakeUps = wakeUps;
  }

  claim(params: Params<'claim'>): Promise<{ jobs: JobRecord[]; nextAt?: number }> {
    const { limit, now, leaseUntil } = params;
    return this.#table.transact(async (rows) => {
      await promote(rows, now);
      const jobs = await handOut(rows, limit, now, { leaseUntil });
      const nextAt = jobs.length < limit ? await nextTime(rows, now) : undefined;
      return nextAt === undefined ? { jobs } : { jobs, nextAt };
    });
  }

  extend({ leases, leaseUntil }: Params<'extend'>): ReturnType<SimpleStore['extend']> {
    return this.#table.transact(async (rows) => {
      const answer = { lost: [] as Lease[], cancelled: [] as { lease: Lease; force: boolean }[] };
      for (const lease of leases) {
        const job = await heldJob(rows, lease);
        if (job === undefined) {
          answer.lost.push(lease);
          continue;
        }
        await rows.put({ ...job, leaseUntil });
        if (job.cancelRequested) answer.cancelled.push({ lease, ...job.cancelRequested });
      }
      return answer;
    });
  }

  complete({ lease, result, now }: Params<'complete'>): Promise<boolean> {
    return this.#end(lease, { type: 'complete', result }, now);
  }

  release(params: Params<'release'>): Promise<boolean> {
    const { lease, runAt, now, error, failures = [], snoozeReason = 'released', ahead } = params;
    if (ahead) return this.#end(lease, { type: 'unstarted' }, now);
    if (error === undefined) {
      return this.#end(lease, { type: 'snooze', reason: snoozeReason, runAt }, now);
    }
    return this.#end(lease, { type: 'retry', error, failures, runAt }, now);
  }

  fail({ lease, status, now, ...how }: Params<'fail'>): Promise<boolean> {
    return this.#end(lease, { type: status === 'failed' ? 'fail' : 'cancel', ...how }, now);
  }

  recover({ now, maxStalledCount, stalledError }: Params<'recover'>): Promise<StalledJob[]> {
    const stalls = { maxOf: maxStalledCount, error: stalledError };
    return this.#table.transact((rows) => takeBack(rows, now, stalls));
  }

  watch(watcher: Parameters<NonNullable<SimpleStore['watch']>>[0]): () => void {
    return this.#wakeUps.watch(watcher);
  }

  /** Ends the run of a lease, if it is held; wakes others once that is stored. */
  async #end(lease: Lease, outcome: EndedOutcome, now: number): Promise<boolean> {
    let isReady = false;
    const isHeld = await this.#table.transact(async (rows) => {
      const job = await heldJob(rows, lease);
      if (job !== undefined) isReady = await recordOutcome(rows, job, outcome, now);
      return job !== undefined;
    });
    if (isReady) this.#wakeUps.ready();
    return isHeld;
  }
}
