import { beforeEach, describe, expect, it } from 'vitest';
import { settle, TestClock } from '../../test/test-clock.ts';
import { TestStore } from '../../test/test-store.ts';
import type { ConsumeParams } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { Outcome } from '../contract/outcome.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { fromSimpleStore } from './from-simple-store.ts';
import {
  type LeaseConsumer,
  type LeaseConsumerOptions,
  startLeaseConsumer,
} from './lease-consumer.ts';
import type { LeaseStore } from './lease-store.ts';
import type { SimpleStore } from './simple-store.ts';

const LOCK_MS = 3000;
const done: Outcome = { type: 'complete', result: 'ok' };

let clock: TestClock;
let store: TestStore;
let running: Map<string, { job: JobRecord; end: (outcome: Outcome) => void }>;
let started: string[];
let errors: unknown[];
let aborted: { id: string; code: string; force: boolean }[];
let stalled: string[];

beforeEach(() => {
  clock = new TestClock();
  store = new TestStore();
  running = new Map();
  started = [];
  errors = [];
  aborted = [];
  stalled = [];
});

function add(...jobs: (string | Partial<NewJob>)[]): void {
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

async function consume(
  params: Partial<ConsumeParams> = {},
  options: Partial<LeaseConsumerOptions> = {},
): Promise<LeaseConsumer> {
  const consumer = await startLeaseConsumer({
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
  });
  await settle();
  return consumer;
}

async function end(id: string, outcome: Outcome = done): Promise<void> {
  running.get(id)?.end(outcome);
  await settle();
}

const status = (id: string): string | undefined => store.jobs.get(id)?.record.status;

/** Returns promises for everything, and lets a test replace its methods. */
function remote(replaced: Partial<SimpleStore> = {}): LeaseStore {
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
function away(): JobsError {
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
}

describe('starting work', () => {
  it('runs what waits, and what comes, without asking again and again', async () => {
    add('a');
    await consume();
    expect(started).toEqual(['a']);
    await end('a');
    add('b');
    await settle();
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect([status('a'), status('b')]).toEqual(['completed', 'completed']);
    await clock.advance(LOCK_MS);
    expect(clock.pending).toBe(0);
  });

  it('never holds more jobs than its concurrency', async () => {
    add('a', 'b', 'c', 'd', 'e');
    await consume({ concurrency: 2 });
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('sets one timer for the earliest delayed job, and starts each at its time', async () => {
    const at = (ms: number) => clock.now() + ms;
    add({ id: 'late', runAt: at(500) }, { id: 'early', runAt: at(200) });
    await consume({ concurrency: 5 });
    expect(clock.pending).toBe(1);
    await clock.advance(199);
    expect(started).toEqual([]);
    await clock.advance(1);
    expect(started).toEqual(['early']);
    add({ id: 'between', runAt: at(100) });
    await clock.advance(300);
    expect(started).toEqual(['early', 'between', 'late']);
  });

  it('looks every poll interval at a store that cannot tell', async () => {
    await consume({}, { store: remote(), pollInterval: 700 });
    add('a');
    await clock.advance(699);
    expect(started).toEqual([]);
    await clock.advance(1);
    expect(started).toEqual(['a']);
  });

  it('gives other work of the process its turn among jobs that never wait', async () => {
    let turns = 0;
    let ended = false;
    const tick = (): void => {
      turns += 1;
      if (!ended) setImmediate(tick);
    };
    for (let i = 0; i < 1200; i++) add(`job ${i}`);
    setImmediate(tick);
    await consume({ execute: async () => done });
    while (store.list('completed').length < 1200) await settle();
    ended = true;
    expect(turns).toBeGreaterThanOrEqual(2);
  });
});

describe('recording', () => {
  const error = { name: 'Error', message: 'x' };
  const failures = [{ attempt: 1, startedAt: 1, failedAt: 2, error }];

  it('writes each outcome as it is', async () => {
    add('complete', 'retry', 'snooze', 'fail');
    await consume({ concurrency: 4 });
    const later = clock.now() + 50;
    await end('complete', { type: 'complete', result: { ok: 1 } });
    await end('retry', { type: 'retry', error, failures, runAt: later });
    await end('snooze', { type: 'snooze', reason: 'snoozed', runAt: later });
    await end('fail', { type: 'fail', error, failures, attemptUsed: false });
    const records = ['complete', 'retry', 'snooze', 'fail'].map((id) => store.jobs.get(id)?.record);
    expect(records).toMatchObject([
      { status: 'completed', attemptsMade: 1, result: { ok: 1 } },
      { status: 'delayed', attemptsMade: 1, error, failures },
      { status: 'delayed', attemptsMade: 0, snoozeReason: 'snoozed' },
      { status: 'failed', attemptsMade: 0, error, failures },
    ]);
  });

  it('is tried again as long as the store is away and the lease holds', async () => {
    add('a');
    let calls = 0;
    const complete: SimpleStore['complete'] = async (params) => {
      calls += 1;
      if (calls <= 3) throw away();
      return store.complete(params);
    };
    await consume({}, { store: remote({ complete }) });
    await end('a');
    expect(status('a')).toBe('active');
    await clock.advance(1000);
    expect([status('a'), calls, errors.length]).toEqual(['completed', 4, 3]);
  });

  it('is tried again when the store throws at once', async () => {
    add('a');
    let calls = 0;
    const complete: SimpleStore['complete'] = (params) => {
      if (++calls === 1) throw away();
      return store.complete(params);
    };
    await consume({}, { store: remote({ complete }) });
    await end('a');
    await clock.advance(100);
    expect([status('a'), errors.length]).toEqual(['completed', 1]);
  });

  it.each([
    ['at once', (): LeaseStore => fromSimpleStore(store)],
    ['by a promise', (): LeaseStore => remote()],
  ])('of a lost lease changes nothing and is reported: %s', async (_, make) => {
    add('a');
    await consume({}, { store: make() });
    store.change(store.jobs.get('a')!, { fencingToken: 9 });
    await end('a');
    expect(status('a')).toBe('active');
    expect(errors).toMatchObject([{ code: 'JOBS_LEASE_LOST' }]);
  });

  it('is tried again however long the store is away, since others cannot have taken the job', async () => {
    add('a');
    let isAway = true;
    const unless = <T>(answer: () => T): T => {
      if (isAway) throw away();
      return answer();
    };
    const complete: SimpleStore['complete'] = (params) => unless(() => store.complete(params));
    const extend: SimpleStore['extend'] = (params) => unless(() => store.extend(params));
    await consume({}, { store: remote({ complete, extend }) });
    await end('a');
    await clock.advance(LOCK_MS * 3);
    expect(status('a')).toBe('active');
    isAway = false;
    await clock.advance(LOCK_MS);
    expect(status('a')).toBe('completed');
  });
});

describe('leases', () => {
  it('are renewed for as long as the job runs', async () => {
    add('a');
    await consume();
    await clock.advance(LOCK_MS * 20);
    expect([status('a'), aborted, stalled]).toEqual(['active', [], []]);
    await end('a');
    expect(status('a')).toBe('completed');
  });

  it('survive a renewal that fails, since another follows in time', async () => {
    add('a');
    let calls = 0;
    const extend: SimpleStore['extend'] = (params) => {
      if (++calls % 2 === 1) throw away();
      return store.extend(params);
    };
    await consume(
      {},
      { store: { ...remote({ extend }), watch: (watcher) => store.watch(watcher) } },
    );
    await clock.advance(LOCK_MS * 5);
    expect([status('a'), aborted, stalled]).toEqual(['active', [], []]);
    expect(errors.length).toBeGreaterThan(3);
  });

  it('abort their run when the store says they are lost, and its outcome is dropped', async () => {
    add('a');
    await consume();
    store.change(store.jobs.get('a')!, { fencingToken: 5 });
    await clock.advance(LOCK_MS);
    expect(aborted).toEqual([{ id: 'a', code: 'JOBS_LEASE_LOST', force: false }]);
    await end('a');
    expect(status('a')).toBe('active');
  });

  it('abort their run when they could not be renewed in time', async () => {
    add('a');
    const extend = async (): Promise<never> => {
      throw away();
    };
    await consume({}, { store: remote({ extend, recover: async () => [] }) });
    await clock.advance(LOCK_MS * 2);
    expect(aborted).toEqual([{ id: 'a', code: 'JOBS_LEASE_LOST', force: false }]);
  });

  it('that others lost are taken back at their end, not before', async () => {
    add('a', 'b');
    const dead = await consume({ concurrency: 2 });
    dead.abandon();
    started = [];
    await consume({ concurrency: 2 });
    await clock.advance(LOCK_MS - 1);
    expect(started).toEqual([]);
    await clock.advance(1);
    expect([started, stalled]).toEqual([
      ['a', 'b'],
      ['a false', 'b false'],
    ]);
  });

  it('fail a job whose worker they outlived once too often', async () => {
    add('a');
    for (let life = 0; life < 2; life++) {
      (await consume()).abandon();
      await clock.advance(LOCK_MS);
    }
    await consume();
    expect(stalled).toEqual(['a false', 'a true']);
    expect(store.jobs.get('a')?.record).toMatchObject({
      status: 'failed',
      error: { code: 'JOBS_STALLED' },
    });
  });

  it('reports a store that cannot take jobs back', async () => {
    const recover = async (): Promise<never> => {
      throw away();
    };
    await consume({}, { store: remote({ recover }) });
    expect(errors).toHaveLength(1);
  });
});

describe('cancelling', () => {
  it('reaches the run at once where the store tells', async () => {
    add('a');
    await consume();
    store.cancelled(store.jobs.get('a')!, 'why', true);
    expect(aborted).toEqual([{ id: 'a', code: 'JOBS_CANCELLED', force: true }]);
  });

  it('reaches it with the next look at the store otherwise', async () => {
    add('a');
    await consume({}, { store: remote(), pollInterval: 500 });
    store.change(store.jobs.get('a')!, { cancelRequested: { force: false } });
    await clock.advance(500);
    expect(aborted[0]).toEqual({ id: 'a', code: 'JOBS_CANCELLED', force: false });
  });

  it('of another start of the job does nothing', async () => {
    add('a');
    await consume();
    const stored = store.jobs.get('a')!;
    store.change(stored, { fencingToken: 2 });
    store.cancelled(stored, undefined, false);
    expect(aborted).toEqual([]);
  });

  it('reaches a run whose worker waits for it to end', async () => {
    add('a');
    const consumer = await consume();
    void consumer.stop({ timeout: 10_000 });
    await settle();
    store.cancelled(store.jobs.get('a')!, undefined, false);
    expect(aborted).toEqual([{ id: 'a', code: 'JOBS_CANCELLED', force: false }]);
  });
});

describe('a store that fails', () => {
  it('is asked again after a while, ever longer, and work goes on when it is back', async () => {
    let calls = 0;
    let fail = true;
    const claim: SimpleStore['claim'] = async (params) => {
      calls += 1;
      if (fail) throw away();
      return store.claim(params);
    };
    await consume({}, { store: remote({ claim }) });
    await clock.advance(60_000);
    expect(calls).toBeLessThan(25);
    expect(errors.length).toBe(calls);
    fail = false;
    add('a');
    await clock.advance(5000);
    expect(started).toEqual(['a']);
  });
});

describe('stopping', () => {
  it('takes no new job and waits for those that run', async () => {
    add('a', 'b');
    const consumer = await consume();
    let stopped = false;
    const stop = consumer.stop({ timeout: 10_000 }).then(() => (stopped = true));
    await clock.advance(5000);
    expect(stopped).toBe(false);
    await end('a');
    await stop;
    expect([started, status('a'), status('b')]).toEqual([['a'], 'completed', 'waiting']);
    await consumer.stop({ timeout: 0 });
  });

  it('aborts what is left after the timeout, and gives back what ignores that', async () => {
    add('reacts', 'ignores');
    const consumer = await consume({ concurrency: 2 });
    const stop = consumer.stop({ timeout: 1000 });
    await clock.advance(999);
    expect(aborted).toEqual([]);
    await clock.advance(1);
    expect(aborted.map(({ id, code }) => `${id} ${code}`)).toEqual([
      'reacts JOBS_WORKER_STOPPED',
      'ignores JOBS_WORKER_STOPPED',
    ]);
    await end('reacts', { type: 'snooze', reason: 'released', runAt: clock.now() });
    await clock.advance(1000);
    await stop;
    for (const id of ['reacts', 'ignores']) {
      expect(store.jobs.get(id)?.record).toMatchObject({
        status: 'waiting',
        attemptsMade: 0,
        snoozeReason: 'released',
      });
    }
    await end('ignores');
    expect(status('ignores')).toBe('waiting');
  });

  it('gives back what a claim brings that was under way', async () => {
    add('a');
    let answer = (): void => undefined;
    const claim: SimpleStore['claim'] = (params) =>
      new Promise((resolve) => (answer = () => resolve(store.claim(params))));
    const consuming = consume({}, { store: remote({ claim }) });
    await settle();
    answer();
    const consumer = await consuming;
    const error = { name: 'E', message: 'x' };
    await end('a', { type: 'retry', error, failures: [], runAt: clock.now() });
    started = [];
    await settle();
    const stop = consumer.stop({ timeout: 1000 });
    answer();
    await stop;
    expect([started, status('a')]).toEqual([[], 'waiting']);
  });

  it('ends in its time though the store never answers', async () => {
    add('a');
    const never = (): Promise<never> => new Promise(() => undefined);
    const consumer = await consume({}, { store: remote({ release: never, extend: never }) });
    let stopped = false;
    void consumer.stop({ timeout: 1000 }).then(() => (stopped = true));
    await clock.advance(2000);
    expect(stopped).toBe(true);
  });

  it('reports what could not be given back', async () => {
    add('a');
    const release = async (): Promise<never> => {
      throw away();
    };
    const consumer = await consume({}, { store: remote({ release }) });
    void consumer.stop({ timeout: 0 });
    await clock.advance(2000);
    expect(errors[0]).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  });

  it('by force gives nothing back and records nothing more', async () => {
    add('a', 'b');
    const consumer = await consume();
    consumer.abandon();
    await end('a');
    expect([status('a'), status('b'), started]).toEqual(['active', 'waiting', ['a']]);
    expect(aborted).toEqual([{ id: 'a', code: 'JOBS_WORKER_STOPPED', force: false }]);
    await consumer.stop({ timeout: 5000 });
    await clock.advance(LOCK_MS);
    expect(clock.pending).toBe(0);
  });
});
