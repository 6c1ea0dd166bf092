import type { ConsumeParams } from '../src/contract/consumer.ts';
import type { JobRecord } from '../src/contract/job-record.ts';
import type { NewJob } from '../src/contract/new-job.ts';
import type { Outcome } from '../src/contract/outcome.ts';
import { JobsError } from '../src/errors/jobs-error.ts';
import { fromSimpleStore } from '../src/lease/from-simple-store.ts';
import {
  type LeaseConsumer,
  type LeaseConsumerOptions,
  startLeaseConsumer,
} from '../src/lease/lease-consumer.ts';
import type { LeaseStore } from '../src/lease/lease-store.ts';
import type { SimpleStore } from '../src/lease/simple-store.ts';
import { settle, TestClock } from './test-clock.ts';
import { TestStore } from './test-store.ts';

export const LOCK_MS = 3000;
export const done: Outcome = { type: 'complete', result: 'ok' };

export let clock: TestClock;
export let store: TestStore;
export let running: Map<string, { job: JobRecord; end: (outcome: Outcome) => void }>;
export let started: string[];
export let errors: unknown[];
export let aborted: { id: string; code: string; force: boolean }[];
export let stalled: string[];

/** Starts each test with nothing. */
export function beginTrial(): void {
  clock = new TestClock();
  store = new TestStore();
  running = new Map();
  started = [];
  errors = [];
  aborted = [];
  stalled = [];
}

export function add(...jobs: (string | Partial<NewJob>)[]): void {
  for (const job of jobs) {
    const keep = { ageMs: 1e9, count: 1e6 };
    store.insert({
      ...{ id: 'a', name: 'work', payload: null, version: 1, priority: 0, maxAttempts: 3 },
      ...{ createdAt: clock.now(), runAt: clock.now(), metadata: {} },
      ...{ keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
      ...(typeof job === 'string' ? { id: job } : job),
    });
  }
}

/** Makes the options of a consumer over the store of the test. */
export function optionsOf(
  params: Partial<ConsumeParams> = {},
  options: Partial<LeaseConsumerOptions> = {},
): LeaseConsumerOptions {
  return {
    store: fromSimpleStore(store),
    clock,
    ...options,
    params: {
      execute: ({ job }) => {
        started.push(job.id);
        return new Promise((end) => running.set(job.id, { job, end }));
      },
      abort: ({ lease, error, force = false }) => {
        aborted.push({ id: lease.id, code: error.code, force });
        return true;
      },
      onError: (error) => errors.push(error),
      onStalled: ({ lease, failed }) => stalled.push(`${lease.id} ${failed}`),
      concurrency: 1,
      concurrencyLimits: new Map(),
      lockDuration: LOCK_MS,
      maxStalledCount: 1,
      stalledError: { name: 'JobsError', message: 'stalled', code: 'JOBS_STALLED' },
      worker: { id: 'w', host: 'h', pid: 1, concurrency: 1, jobs: {}, startedAt: 0 },
      ...params,
    },
  };
}

export async function consume(...options: Parameters<typeof optionsOf>): Promise<LeaseConsumer> {
  const consumer = await startLeaseConsumer(optionsOf(...options));
  await settle();
  return consumer;
}

export async function end(id: string, outcome: Outcome = done): Promise<void> {
  running.get(id)?.end(outcome);
  await settle();
}

export const status = (id: string): string | undefined => store.jobs.get(id)?.record.status;

/** Returns promises for everything, and lets a test replace its methods. */
export function remote(replaced: Partial<SimpleStore> = {}): LeaseStore {
  return fromSimpleStore({
    claim: async (params) => store.claim(params),
    extend: async (params) => store.extend(params),
    complete: async (params) => store.complete(params),
    release: async (params) => store.release(params),
    fail: async (params) => store.fail(params),
    recover: async (params) => store.recover(params),
    ...replaced,
  });
}

/** Makes the error of a store that cannot be reached. */
export function away(): JobsError {
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
}
