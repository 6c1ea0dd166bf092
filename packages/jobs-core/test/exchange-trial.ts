import type { ConsumeParams } from '../src/contract/consumer.ts';
import type { Outcome } from '../src/contract/outcome.ts';
import { type LeaseConsumer, startLeaseConsumer } from '../src/lease/lease-consumer.ts';
import { settle, TestClock } from './test-clock.ts';
import { TestExchangeStore } from './test-exchange-store.ts';
import { TestStore } from './test-store.ts';

/** How long leases last. */
export const LOCK_MS = 3000;

/** The time of the test. */
export let clock: TestClock;
/** The jobs. */
export let jobs: TestStore;
/** The store that a worker exchanges with. */
export let store: TestExchangeStore;
/** Ends a run, by its job and token. */
export let runs: Map<string, (outcome: Outcome) => void>;
/** The runs that began, by job and token. */
export let started: string[];
/** The errors that the worker reported. */
export let errors: { code?: string }[];

/** Begins a test. */
export function beginTrial(): void {
  clock = new TestClock();
  jobs = new TestStore();
  store = new TestExchangeStore(jobs);
  runs = new Map();
  started = [];
  errors = [];
}

/** Adds jobs that wait. */
export function add(...ids: string[]): void {
  const keep = { ageMs: 1e9, count: 1e6 };
  const now = clock.now();
  for (const id of ids) {
    jobs.insert({
      ...{ id, name: 'work', payload: null, version: 1, priority: 0, maxAttempts: 3 },
      ...{ createdAt: now, runAt: now, metadata: {}, keepCompleted: keep, keepFailed: keep },
      keepCancelled: keep,
    });
  }
}

/** Makes ids. */
export const manyIds = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `job-${i}`);

/** Starts a worker. */
export async function consume(params: Partial<ConsumeParams> = {}): Promise<LeaseConsumer> {
  const consumer = await startLeaseConsumer({
    store,
    clock,
    params: {
      execute: ({ job }) => {
        const run = `${job.id} ${job.fencingToken}`;
        started.push(run);
        return new Promise((end) => runs.set(run, end));
      },
      abort: () => true,
      onError: (error) => errors.push(error as { code?: string }),
      onStalled: () => undefined,
      concurrency: 1,
      concurrencyLimits: new Map(),
      lockDuration: LOCK_MS,
      maxStalledCount: 1,
      stalledError: { name: 'JobsError', message: 'stalled', code: 'JOBS_STALLED' },
      worker: { id: 'w', host: 'h', pid: 1, concurrency: 1, jobs: {}, startedAt: 0 },
      ...params,
    },
  });
  await settle();
  return consumer;
}

/** Completes runs in one turn. */
export async function end(...which: string[]): Promise<void> {
  for (const run of which) runs.get(run)?.({ type: 'complete', result: run });
  await settle();
}

/** Returns the state of a job. */
export const status = (id: string): string | undefined => jobs.jobs.get(id)?.record.status;
/** Returns which jobs a call told the end of. */
export const endedIn = (call: number): string[] | undefined =>
  store.calls.at(call)?.ended.map(({ lease }) => lease.id);
