import { beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  beginTrial,
  clock,
  consume,
  end,
  errors,
  jobs,
  LOCK_MS,
  started,
  status,
  store,
} from '../../test/exchange-trial.ts';

beforeEach(beginTrial);

/** Gives the calls from now on these fates, in turn; those that follow are answered. */
function next(...fates: ReturnType<typeof store.fate>[]): void {
  const from = store.calls.length;
  store.fate = (_, index) => fates[index - from] ?? 'answers';
}

describe('a lease that its worker does not know', () => {
  it.each([1, 3])(
    'is over at its end, where a call failed halfway: %i slots',
    async (concurrency) => {
      add('a');
      next('fails halfway');
      await consume({ concurrency });
      expect([status('a'), started]).toEqual(['active', []]);
      await clock.advance(2 * LOCK_MS);
      expect(started).toEqual(['a 2']);
      await end('a 2');
      expect(status('a')).toBe('completed');
    },
  );

  it('is over at its end, where the store does not know a repeated call any more', async () => {
    add('a', 'b');
    next('loses its answer');
    await consume();
    store.forgetAnswers();
    await clock.advance(100);
    await end('b 1');
    expect([status('a'), started]).toEqual(['active', ['b 1']]);
    await clock.advance(2 * LOCK_MS);
    expect(started).toEqual(['b 1', 'a 2']);
  });

  it('is over at its end, where the store has forgotten what was recorded before it was away', async () => {
    add('a', 'b');
    await consume();
    await end('a 1');
    jobs.change(jobs.jobs.get('a')!, { status: 'active' });
    next('never arrives');
    await end('b 1');
    await clock.advance(2 * LOCK_MS);
    expect(started).toEqual(['a 1', 'b 1', 'a 2']);
  });

  it('is over soon where the store has forgotten what was recorded, and no call has failed', async () => {
    add('a');
    await consume();
    await end('a 1');
    jobs.change(jobs.jobs.get('a')!, { status: 'active' });
    await clock.advance(3 * LOCK_MS);
    add('b');
    await clock.advance(0);
    await end('b 1');
    expect(started).toEqual(['a 1', 'b 1', 'a 2']);
  });

  it('is over at its end though a full worker has no slot for it, which another one has', async () => {
    add('a', 'b');
    await consume();
    next('fails halfway');
    await end('a 1');
    await clock.advance(100);
    expect(started).toEqual(['a 1']);
    add('c');
    jobs.ready();
    await clock.advance(1000);
    expect([started, status('b')]).toEqual([['a 1', 'c 1'], 'active']);
    await clock.advance(2 * LOCK_MS);
    expect([status('b'), status('c')]).toEqual(['waiting', 'active']);
  });

  it('leaves those alone that it knows, running or to be recorded', async () => {
    add('a', 'b', 'c', 'd');
    await consume({ concurrency: 3 });
    next('fails halfway', 'fails halfway');
    await end('a 1');
    await clock.advance(10 * LOCK_MS);
    expect(started.toSorted()).toEqual(['a 1', 'b 1', 'c 1', 'd 2']);
    await end('b 1', 'c 1', 'd 2');
    expect(jobs.list('completed')).toHaveLength(4);
    expect(jobs.jobs.get('b')?.record).toMatchObject({ fencingToken: 1, stalledCount: 0 });
    // The store had recorded that one, and said that it had failed.
    const lost = errors.filter(({ code }) => code === 'JOBS_LEASE_LOST');
    expect(lost).toMatchObject([{ details: { jobId: 'a' } }]);
  });
});

describe('the name of a worker', () => {
  const names = (): string[] => [...new Set(store.calls.map(({ holder }) => holder))];

  it('is one of two, however many of its calls fail a lease apart', async () => {
    add('a');
    await consume();
    for (let count = 0; count < 10; count++) {
      add(`lost ${count}`);
      next('fails halfway');
      jobs.ready();
      await end(started.at(-1) ?? '');
      await clock.advance(4 * LOCK_MS);
    }
    expect(names()).toEqual(['w', 'w~1']);
    expect(jobs.list('active').map(({ record }) => record.id)).toEqual(['lost 9']);
    const numbers = store.calls.map(({ sequence }) => sequence);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it('is none that still has leases which it does not know', async () => {
    add('a', 'b', 'c');
    next('fails halfway', 'answers', 'fails halfway', 'answers', 'fails halfway');
    await consume();
    for (const _ of 'abcdef') {
      await clock.advance(LOCK_MS);
      await end(...started.slice(-1));
    }
    expect(jobs.list('completed')).toHaveLength(3);
  });

  it('costs an idle worker no call', async () => {
    add('a', 'b');
    next('fails halfway');
    await consume();
    await clock.advance(2 * LOCK_MS);
    await end('b 1');
    await end('a 2');
    const { length } = store.calls;
    expect(names()).toEqual(['w', 'w~1']);
    await clock.advance(100 * LOCK_MS);
    expect([store.calls.length, clock.pending]).toEqual([length, 0]);
  });
});
