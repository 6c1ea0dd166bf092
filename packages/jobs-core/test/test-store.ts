import type { Lease, StalledJob } from '../src/contract/consumer.ts';
import type { BackendEvent } from '../src/contract/events.ts';
import type { JobRecord } from '../src/contract/job-record.ts';
import type { NewJob } from '../src/contract/new-job.ts';
import type { Retention } from '../src/contract/retention.ts';
import type { LeaseStore } from '../src/lease/lease-store.ts';
import type { SimpleStore } from '../src/lease/simple-store.ts';

type Params<TMethod extends 'claim' | 'extend' | 'complete' | 'release' | 'fail' | 'recover'> =
  Parameters<SimpleStore[TMethod]>[0];

type Writable<T> = { -readonly [K in keyof T]: T[K] | undefined };

/** A stored job: the record, and what only the store needs to know. */
export interface StoredJob {
  readonly job: NewJob;
  record: JobRecord;
  /** Its turn among the waiting jobs of its priority. */
  turn: number;
  leaseUntil: number;
  /** The entries of its steps, by their keys. */
  readonly steps: Map<string, string>;
}

/** Keeps jobs in a Map and searches it: the least a {@link SimpleStore} can be. */
export class TestStore implements SimpleStore {
  readonly jobs = new Map<string, StoredJob>();
  readonly listeners = new Set<(event: BackendEvent) => void>();
  readonly #watchers = new Set<Parameters<NonNullable<LeaseStore['watch']>>[0]>();
  paused = false;
  #turns = 0;

  list(status: JobRecord['status']): StoredJob[] {
    return [...this.jobs.values()].filter(({ record }) => record.status === status);
  }

  insert(job: NewJob): void {
    const { delayMs, keepCompleted, keepFailed, keepCancelled, deduplication, ...rest } = job;
    const { steps: brought = [], ...facts } = rest;
    const status = job.runAt > job.createdAt ? 'delayed' : 'waiting';
    const record: JobRecord = {
      ...structuredClone(facts),
      status,
      attemptsMade: 0,
      fencingToken: 0,
      stalledCount: 0,
      ...(deduplication && { deduplicationKey: deduplication.key }),
    };
    const steps = new Map(brought.map(({ key, text }) => [key, text]));
    this.jobs.set(job.id, { job, record, turn: this.#turns++, leaseUntil: 0, steps });
    this.tell(status, record, status === 'delayed' ? { runAt: record.runAt } : {});
    this.ready();
  }

  claim({ limit, now, leaseUntil, concurrencyLimits }: Params<'claim'>): {
    jobs: JobRecord[];
    nextAt?: number;
  } {
    for (const stored of this.list('delayed')) {
      if (stored.record.runAt <= now) this.change(stored, { status: 'waiting' });
    }
    const jobs: JobRecord[] = [];
    const byTurn = this.list('waiting').sort(
      (a, b) => b.record.priority - a.record.priority || a.turn - b.turn,
    );
    for (const stored of this.paused ? [] : byTurn) {
      const { name, fencingToken } = stored.record;
      if (jobs.length === limit) break;
      const active = this.list('active').filter(({ record }) => record.name === name).length;
      if (active >= (concurrencyLimits.get(name) ?? Number.POSITIVE_INFINITY)) continue;
      stored.leaseUntil = leaseUntil;
      const start = { status: 'active', fencingToken: fencingToken + 1, processedAt: now } as const;
      this.change(stored, start);
      this.tell('active', stored.record);
      jobs.push(structuredClone(stored.record));
    }
    const times = [
      ...this.list('delayed').map(({ record }) => record.runAt),
      ...this.list('active').map((stored) => stored.leaseUntil),
    ];
    return { jobs, ...(jobs.length < limit && times.length > 0 && { nextAt: Math.min(...times) }) };
  }

  extend({ leases, leaseUntil }: Params<'extend'>): ReturnType<SimpleStore['extend']> {
    const cancelled = leases.flatMap((lease) => {
      const request = this.held(lease)?.record.cancelRequested;
      return request === undefined ? [] : [{ lease, ...request }];
    });
    const lost = leases.filter((lease) => this.held(lease) === undefined);
    for (const lease of leases) {
      const stored = this.held(lease);
      if (stored !== undefined) stored.leaseUntil = leaseUntil;
    }
    return { lost, cancelled };
  }

  complete({ lease, result, now }: Params<'complete'>): boolean {
    return this.#end(lease, (stored) => {
      const { attemptsMade } = stored.record;
      const change = { result, attemptsMade: attemptsMade + 1, error: undefined };
      this.change(stored, { ...change, status: 'completed', finishedAt: now });
      this.tell('completed', stored.record, { result });
      this.#retain('completed', stored.record.name, stored.job.keepCompleted, now);
    });
  }

  release(params: Params<'release'>): boolean {
    const { lease, now, error, failures, snoozeReason, ahead, signal = '' } = params;
    return this.#end(lease, (stored) => {
      const runAt = stored.steps.has(signal) ? now : params.runAt;
      if (ahead) {
        this.change(stored, { status: 'waiting' });
        stored.turn = -this.#turns++;
        return;
      }
      const status = runAt <= now ? 'waiting' : 'delayed';
      this.change(stored, { status, runAt, snoozeReason });
      if (error !== undefined) {
        this.change(stored, { error, failures, attemptsMade: stored.record.attemptsMade + 1 });
        this.tell('retrying', stored.record, { error, runAt });
      }
      stored.turn = this.#turns++;
      this.tell(status, stored.record, status === 'delayed' ? { runAt } : {});
    });
  }

  fail({ lease, status, error, failures, attemptUsed, now }: Params<'fail'>): boolean {
    return this.#end(lease, (stored) => {
      const attemptsMade = stored.record.attemptsMade + (attemptUsed ? 1 : 0);
      this.finishFailed(stored, status, { error, failures, attemptsMade }, now);
    });
  }

  recover({ now, maxStalledCount, stalledError }: Params<'recover'>): StalledJob[] {
    const stalled = this.list('active').filter(({ leaseUntil }) => leaseUntil <= now);
    return stalled.map((stored) => {
      const { id, name, fencingToken } = stored.record;
      const stalledCount = stored.record.stalledCount + 1;
      const failed = stalledCount > maxStalledCount(name);
      this.change(stored, { status: 'waiting', stalledCount });
      this.tell('stalled', stored.record);
      if (failed) this.finishFailed(stored, 'failed', { error: stalledError }, now);
      this.ready();
      return { lease: { id, fencingToken }, name, failed };
    });
  }

  watch(watcher: Parameters<NonNullable<LeaseStore['watch']>>[0]): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Finds the job of a lease that is held. */
  held({ id, fencingToken }: Lease): StoredJob | undefined {
    const stored = this.jobs.get(id);
    const { record } = stored ?? {};
    return record?.status === 'active' && record.fencingToken === fencingToken ? stored : undefined;
  }

  change(stored: StoredJob, change: Partial<Writable<JobRecord>>): void {
    stored.record = Object.fromEntries(
      Object.entries({ ...stored.record, ...change }).filter(
        ([key, value]) => value !== undefined || key === 'payload',
      ),
    ) as unknown as JobRecord;
  }

  finishFailed(
    stored: StoredJob,
    status: 'failed' | 'cancelled',
    change: Partial<Writable<JobRecord>>,
    now: number,
  ): void {
    const { keepFailed, keepCancelled } = stored.job;
    this.change(stored, { ...change, status, finishedAt: now });
    this.tell(status, stored.record, { error: change.error });
    this.#retain(status, stored.record.name, status === 'failed' ? keepFailed : keepCancelled, now);
  }

  ready(): void {
    for (const { onReady } of this.#watchers) onReady();
  }

  cancelled(stored: StoredJob, reason: string | undefined, force: boolean): void {
    const { id, fencingToken } = stored.record;
    const cancellation = { lease: { id, fencingToken }, force, ...(reason && { reason }) };
    for (const { onCancel } of this.#watchers) onCancel(cancellation);
  }

  tell(type: string, { id, name }: JobRecord, facts: object = {}): void {
    this.emit({ type, jobId: id, name, at: 0, ...facts } as BackendEvent);
  }

  emit(event: BackendEvent): void {
    for (const listener of this.listeners) listener(structuredClone(event));
  }

  #end(lease: Lease, end: (stored: StoredJob) => void): boolean {
    const stored = this.held(lease);
    if (stored === undefined) return false;
    this.change(stored, { snoozeReason: undefined });
    end(stored);
    this.ready();
    return true;
  }

  #retain(
    status: 'completed' | 'failed' | 'cancelled',
    name: string,
    { ageMs, count }: Retention,
    now: number,
  ): void {
    const ofName = this.list(status).filter(({ record }) => record.name === name);
    const finished = ofName.sort(
      (a, b) => (b.record.finishedAt ?? 0) - (a.record.finishedAt ?? 0) || b.turn - a.turn,
    );
    const beyond = finished.filter(
      ({ record }, index) => index >= count || now - (record.finishedAt ?? 0) > ageMs,
    );
    for (const { record } of count === 0 ? finished.slice(0, 1) : beyond)
      this.jobs.delete(record.id);
  }
}
