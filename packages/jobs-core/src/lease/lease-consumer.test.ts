import { beforeEach, describe, expect, it } from 'vitest';
import {
  aborted,
  add,
  away,
  beginTrial,
  clock,
  consume,
  done,
  end,
  errors,
  LOCK_MS,
  remote,
  stalled,
  started,
  status,
  store,
} from '../../test/lease-trial.ts';
import { settle } from '../../test/test-clock.ts';
import { fromSimpleStore } from './from-simple-store.ts';
import type { LeaseStore } from './lease-store.ts';
import type { SimpleStore } from './simple-store.ts';

beforeEach(beginTrial);

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

  it('gives it more often where exchanges take their time', async () => {
    for (let i = 0; i < 200; i++) add(`job ${i}`);
    let exchanges = 0;
    const slow: LeaseStore = fromSimpleStore(store);
    const { exchange } = slow;
    const seen: number[] = [];
    slow.exchange = (params) => {
      exchanges += 1;
      clock.jump(4);
      return exchange.call(slow, params);
    };
    const tick = (): void => {
      seen.push(exchanges);
      exchanges = 0;
      if (store.list('completed').length < 200) setImmediate(tick);
    };
    setImmediate(tick);
    await consume({ execute: async () => done, lockDuration: 60_000 }, { store: slow });
    while (store.list('completed').length < 200) await settle();
    expect(Math.max(...seen)).toBeLessThanOrEqual(10);
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
    started.length = 0;
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
