import { beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  beginTrial,
  clock,
  consume,
  end,
  endedIn,
  errors,
  jobs,
  LOCK_MS,
  manyIds,
  runs,
  started,
  status,
  store,
} from '../../test/exchange-trial.ts';
import { settle } from '../../test/test-clock.ts';

beforeEach(beginTrial);

describe('exchanging', () => {
  it('sends what ended in one turn together, and asks for successors in the same call', async () => {
    add('a', 'b', 'c', 'd');
    await consume({ concurrency: 2 });
    const before = store.calls.length;
    await end('a 1', 'b 1');
    expect(started).toEqual(['a 1', 'b 1', 'c 1', 'd 1']);
    expect(endedIn(before)).toEqual(['a', 'b']);
    expect(store.calls[before]?.limit).toBeGreaterThan(0);
  });

  it('records a job that ends alone and starts its successor in one round trip', async () => {
    add('a', 'b');
    await consume();
    const before = store.calls.length;
    await end('a 1');
    expect([started, store.calls.length - before]).toEqual([['a 1', 'b 1'], 1]);
  });

  it('waits for the end of the turn only when another job may end in it', async () => {
    add('a', 'b', 'c');
    const microtasks = async (): Promise<void> => {
      for (let count = 0; count < 20; count++) await Promise.resolve();
    };
    await consume({ concurrency: 2 });
    const before = store.calls.length;
    runs.get('a 1')?.({ type: 'complete', result: 1 });
    await microtasks();
    expect(store.calls).toHaveLength(before);
    await settle();
    expect(endedIn(before)).toEqual(['a']);
    await end('b 1');
    const alone = store.calls.length;
    runs.get('c 1')?.({ type: 'complete', result: 1 });
    await microtasks();
    expect(endedIn(alone)).toEqual(['c']);
  });

  it('has at most two calls under way, and what ends meanwhile goes with the next', async () => {
    add(...manyIds(40));
    await consume({ concurrency: 10 });
    store.holdsBack = true;
    for (let index = 0; index < 10; index++) await end(`job-${index} 1`);
    expect(store.mostUnderWay).toBe(2);
    store.holdsBack = false;
    for (const answer of store.heldBack) answer();
    await settle();
    expect(store.mostUnderWay).toBe(2);
    expect(jobs.list('completed')).toHaveLength(10);
    expect(started).toHaveLength(20);
  });

  it('asks for half in each of two calls when all jobs end together', async () => {
    add(...manyIds(40));
    // Only answers tell it that more jobs wait.
    store.watch = () => () => undefined;
    await consume({ concurrency: 10 });
    const before = store.calls.length;
    store.holdsBack = true;
    await end(...started);
    expect(store.calls.slice(before).map(({ ended, limit }) => [ended.length, limit])).toEqual([
      [10, 5],
      [0, 5],
    ]);
    expect(store.mostUnderWay).toBe(2);
  });

  it('never holds more than its concurrency while two calls are under way', async () => {
    add(...manyIds(60));
    await consume({ concurrency: 7 });
    let most = 0;
    for (let index = 0; index < 60; index++) {
      await end(started[index] ?? '');
      most = Math.max(most, jobs.list('active').length);
    }
    expect([most, jobs.list('completed').length]).toEqual([7, 60]);
  });

  it('cuts what it sends at 128 leases, and asks for 64 jobs at most', async () => {
    add(...manyIds(400));
    await consume({ concurrency: 300 });
    expect(started).toHaveLength(300);
    await end(...started);
    expect(Math.max(...store.calls.map(({ ended }) => ended.length))).toBe(128);
    expect(Math.max(...store.calls.map(({ limit }) => limit))).toBe(64);
    expect(jobs.list('completed')).toHaveLength(300);
  });

  it('cuts what it sends at about 1 MiB', async () => {
    add('a', 'b', 'c', 'd');
    await consume({ concurrency: 4 });
    const before = store.calls.length;
    const result = 'x'.repeat(80_000);
    for (const run of runs.values()) run({ type: 'complete', result });
    await settle();
    const sent = store.calls.slice(before).map(({ ended }) => ended.length);
    expect(sent.filter((count) => count > 0)).toEqual([2, 2]);
  });

  it('gives back 500 held jobs in a few calls', async () => {
    add(...manyIds(500));
    const consumer = await consume({ concurrency: 500 });
    while (started.length < 500) await settle();
    const before = store.calls.length;
    const stopping = consumer.stop({ timeout: 0 });
    await clock.advance(1000);
    await stopping;
    expect(jobs.list('waiting')).toHaveLength(500);
    expect(store.calls.length - before).toBe(4);
  });
});

describe('handles of a store', () => {
  const given = () =>
    store.calls.flatMap(({ ended }) => ended.map(({ lease, handle }) => [lease.id, handle]));

  it('come back with the ended leases they belong to', async () => {
    add('a', 'b', 'c');
    await consume({ concurrency: 2 });
    await end('b 1');
    await end('c 1', 'a 1');
    expect(given()).toEqual([
      ['b', 'handle of b'],
      ['c', 'handle of c'],
      ['a', 'handle of a'],
    ]);
  });

  it('are left out after a repeated answer, whose jobs may be fewer', async () => {
    add('a', 'b');
    store.fate = (_, index) => (index === 0 ? 'loses its answer' : 'answers');
    await consume();
    await clock.advance(1000);
    await end('a 1');
    expect([started, given()]).toEqual([['a 1', 'b 1'], [['a', undefined]]]);
  });
});

describe('a lost answer', () => {
  it.each(['loses its answer', 'never arrives'] as const)(
    'is asked for again with the same number, and no job runs twice: %s',
    async (fate) => {
      add('a', 'b', 'c');
      await consume();
      store.fate = (_, index) => (index === 1 || index === 2 ? fate : 'answers');
      await end('a 1');
      await clock.advance(1000);
      const [, first, second, third] = store.calls;
      expect([second?.sequence, third?.sequence]).toEqual([first?.sequence, first?.sequence]);
      expect(third?.ended).toEqual(first?.ended);
      expect([started, status('a'), errors.length]).toEqual([['a 1', 'b 1'], 'completed', 2]);
      await end('b 1');
      expect(started).toEqual(['a 1', 'b 1', 'c 1']);
    },
  );

  it('does not report a lost lease for a job that was recorded and removed', async () => {
    add('a');
    await consume();
    store.fate = (_, index) => (index === 1 ? 'loses its answer' : 'answers');
    await end('a 1');
    jobs.jobs.delete('a');
    await clock.advance(1000);
    expect(errors.map(({ code }) => code)).toEqual(['JOBS_BACKEND_UNAVAILABLE']);
  });

  it('is asked for with nothing else under way', async () => {
    add(...manyIds(20));
    await consume({ concurrency: 4 });
    const from = store.calls.length;
    store.fate = (_, index) => (index === from ? 'loses its answer' : 'answers');
    await end('job-0 1');
    await end('job-1 1');
    await end('job-2 1');
    expect(store.calls.slice(from).map(({ sequence }) => sequence)).toEqual([from + 1]);
    await clock.advance(1000);
    expect(jobs.list('completed')).toHaveLength(3);
    expect(new Set(started).size).toBe(started.length);
  });

  it('that stays lost for longer than a lease is given up: another name, and no job is stuck', async () => {
    add('a', 'b');
    await consume({ lockDuration: 30_000 });
    let isAway = true;
    store.fate = (_, index) => (isAway && index > 0 ? 'loses its answer' : 'answers');
    await end('a 1');
    await clock.advance(40_000);
    isAway = false;
    store.forgetAnswers();
    await clock.advance(2000);
    expect(new Set(store.calls.map(({ holder }) => holder)).size).toBeGreaterThan(1);
    expect(status('a')).toBe('completed');
    expect(started.at(-1)).toBe('b 2');
  });

  it('that stays lost while the worker is late takes back none of its own jobs', async () => {
    add('a', 'b', 'c', 'd');
    await consume({ concurrency: 4 });
    const from = store.calls.length;
    store.fate = (_, index) => (index === from ? 'never arrives' : 'answers');
    await end('b 1');
    await end('c 1');
    clock.jump(2 * LOCK_MS);
    await clock.advance(1000);
    expect(store.calls.at(-1)?.holder).not.toBe(store.calls[0]?.holder);
    expect(started).toEqual(['a 1', 'b 1', 'c 1', 'd 1']);
    expect(['a', 'b', 'c', 'd'].map(status)).toEqual([
      'active',
      'completed',
      'completed',
      'active',
    ]);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['JOBS_BACKEND_UNAVAILABLE']));
  });

  it('of a worker that gave a lease up takes its own job back, under another name', async () => {
    add('a');
    await consume({ concurrency: 2 });
    store.extend = async () => {
      throw new Error('away');
    };
    await clock.advance(4 * LOCK_MS);
    expect(started).toEqual(['a 1', 'a 2']);
  });

  it('of a worker that stops is asked for once more, and its jobs are given back', async () => {
    add('a', 'b');
    const consumer = await consume();
    store.fate = (_, index) => (index === 1 ? 'loses its answer' : 'answers');
    await end('a 1');
    const stopping = consumer.stop({ timeout: 10_000 });
    await clock.advance(2000);
    await stopping;
    expect([status('a'), status('b'), started]).toEqual(['completed', 'waiting', ['a 1']]);
  });
});

describe('a refused call', () => {
  it('goes lease by lease: one bad result holds up no other, and fails with a code', async () => {
    add('a', 'bad', 'c');
    store.refuses = ({ lease, outcome }) => lease.id === 'bad' && outcome.type === 'complete';
    await consume({ concurrency: 3 });
    const together = store.calls.length;
    await end('a 1', 'bad 1', 'c 1');
    const sent = store.calls
      .slice(together)
      .map(({ ended, limit }) => ({ ids: ended.map(({ lease }) => lease.id), limit }));
    expect(sent).toEqual([
      { ids: ['a', 'bad', 'c'], limit: 2 },
      { ids: ['a'], limit: 0 },
      { ids: ['bad'], limit: 0 },
      { ids: ['c'], limit: 0 },
    ]);
    expect([status('a'), status('c')]).toEqual(['completed', 'completed']);
    await clock.advance(2000);
    expect(jobs.jobs.get('bad')?.record).toMatchObject({
      status: 'failed',
      attemptsMade: 1,
      error: { code: 'JOBS_OUTCOME_REFUSED', cause: { message: 'cannot take it' } },
      failures: [{ attempt: 1 }],
    });
  });

  it('of a store that takes nothing at all is tried as long as the lease holds', async () => {
    add('a');
    store.refuses = () => true;
    await consume();
    await end('a 1');
    await clock.advance(LOCK_MS * 3);
    expect(status('a')).toBe('active');
    store.refuses = () => false;
    await clock.advance(LOCK_MS);
    expect(jobs.jobs.get('a')?.record.error?.code).toBe('JOBS_OUTCOME_REFUSED');
  });
});

describe('a lease', () => {
  it('is distinguished from another one of the same job that this worker holds', async () => {
    add('a');
    await consume({ concurrency: 2 });
    const stored = jobs.jobs.get('a')!;
    jobs.change(stored, { status: 'waiting' });
    jobs.ready();
    await settle();
    expect(started).toEqual(['a 1', 'a 2']);
    await end('a 1');
    expect(status('a')).toBe('active');
    expect(errors.map(({ code }) => code)).toEqual(['JOBS_LEASE_LOST']);
    await end('a 2');
    expect(jobs.jobs.get('a')?.record).toMatchObject({ status: 'completed', result: 'a 2' });
  });

  it('that is being recorded is not renewed, and is not taken for lost', async () => {
    add('a', 'b');
    await consume({ concurrency: 2 });
    store.holdsBack = true;
    await end('a 1');
    await clock.advance(LOCK_MS);
    expect(store.renewed.flat()).not.toContain('a 1');
    expect(store.renewed.flat()).toContain('b 1');
    store.holdsBack = false;
    for (const answer of store.heldBack) answer();
    await settle();
    expect([status('a'), errors]).toEqual(['completed', []]);
  });

  it('that ends while its renewal is under way is not taken for lost', async () => {
    add('a');
    const extend = store.extend.bind(store);
    let renewing = (): void => undefined;
    store.extend = async (params) => {
      await new Promise<void>((resolve) => {
        renewing = resolve;
      });
      return extend(params);
    };
    await consume();
    await clock.advance(LOCK_MS / 3);
    store.holdsBack = true;
    await end('a 1');
    renewing();
    await settle();
    expect(errors).toEqual([]);
  });

  it('of its own is not taken for stalled, however late the worker is', async () => {
    add('a', 'b');
    await consume({ concurrency: 2 });
    const stored = jobs.jobs.get('a')!;
    stored.leaseUntil = clock.now() - 1;
    await end('b 1');
    expect([status('a'), jobs.jobs.get('a')?.record.stalledCount]).toEqual(['active', 0]);
  });
});
