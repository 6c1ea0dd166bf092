import { beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  beginTrial,
  clock,
  consume,
  end,
  errors,
  LOCK_MS,
  stalled,
  started,
  store,
} from '../../test/lease-trial.ts';
import { settle } from '../../test/test-clock.ts';
import { TestExchangeStore } from '../../test/test-exchange-store.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import { KEPT_ANSWERS } from './kept-answers.ts';

let exchanges: TestExchangeStore;

beforeEach(() => {
  beginTrial();
  exchanges = new TestExchangeStore(store);
});

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `job ${n}`);

/** Lets all calls but one that are under way be answered, and what follows from them, until nothing moves. */
async function answerOthers(held: () => void): Promise<void> {
  for (;;) {
    const others = exchanges.heldBack.filter((answer) => answer !== held);
    if (others.length === 0) return;
    exchanges.heldBack.splice(0, Infinity, held);
    for (const answer of others) answer();
    await settle();
  }
}

describe('calls under way', () => {
  it('never reach beyond an unanswered one by more than a store remembers', async () => {
    add(...names(60));
    const from = 1;
    exchanges.fate = (_, index) => (index === from ? 'loses its answer' : 'answers');
    await consume({ concurrency: 10 }, { store: exchanges });
    exchanges.holdsBack = true;
    await end('job 0');
    const [held] = exchanges.heldBack;
    for (const id of names(10).slice(1)) {
      await end(id);
      await answerOthers(held as () => void);
    }
    expect(exchanges.calls.at(-1)?.sequence).toBe(from + KEPT_ANSWERS);
    exchanges.holdsBack = false;
    held?.();
    await settle();
    await clock.advance(1000);
    expect(exchanges.calls.filter(({ sequence }) => sequence === from + 1)).toHaveLength(2);
    expect(store.list('completed')).toHaveLength(10);
    // No job that an answer brought has been forgotten, or runs twice.
    expect(store.list('active')).toHaveLength(10);
    expect([started.length, new Set(started).size]).toEqual([20, 20]);
    expect(errors).toHaveLength(1);
  });

  it('are followed by another where the repeat of a lost one brings fewer jobs, since some have ended', async () => {
    add('a', 'b');
    exchanges.fate = (_, index) => (index === 0 ? 'loses its answer' : 'answers');
    await consume({}, { store: exchanges });
    // Another process cancels it by force before this worker hears of it: the store wakes nobody for that.
    store.change(store.list('active')[0]!, { status: 'cancelled' });
    await clock.advance(1000);
    expect(exchanges.calls.filter(({ sequence }) => sequence === 1)).toHaveLength(2);
    expect(started).toEqual(['b']);
  });

  it('lose no job where the repeat of a call whose answer was lost is refused', async () => {
    add('a', 'b');
    exchanges.fate = (_, index) => (index === 0 ? 'loses its answer' : 'answers');
    let isRefused = false;
    await consume(
      { concurrency: 2 },
      {
        store: {
          extend: (params) => exchanges.extend(params),
          watch: (watcher) => exchanges.watch(watcher),
          exchange: (params) => {
            if (isRefused || exchanges.calls.length === 0) return exchanges.exchange(params);
            isRefused = true;
            throw new Error('memory full');
          },
        },
      },
    );
    await clock.advance(3 * LOCK_MS);
    expect([isRefused, started]).toEqual([true, ['a', 'b']]);
    await end('a');
    await end('b');
    await clock.advance(1000);
    expect(store.list('completed')).toHaveLength(2);
  });

  it('get their lost answers under the name that asked, though the repeat of one is refused', async () => {
    add('a', 'b', 'c', 'd');
    await consume({ concurrency: 2 }, { store: exchanges });
    exchanges.fate = () => 'loses its answer';
    exchanges.holdsBack = true;
    await end('a');
    await end('b');
    expect(exchanges.heldBack).toHaveLength(2);
    exchanges.fate = () => 'answers';
    exchanges.holdsBack = false;
    // The call of `a`, which has got `c`.
    let isRefused = false;
    const { exchange } = exchanges;
    exchanges.exchange = async (params) => {
      if (isRefused) return exchange.call(exchanges, params);
      isRefused = true;
      throw new Error('memory full');
    };
    for (const answer of exchanges.heldBack) answer();
    await settle();
    await clock.advance(1000);
    expect([isRefused, started]).toEqual([true, ['a', 'b', 'd']]);
    const lost = errors.filter((error) => isJobsError(error, 'JOBS_LEASE_LOST'));
    expect(new Set(lost.map(({ details }) => details?.['jobId']))).toEqual(new Set(['a']));
    await clock.advance(3 * LOCK_MS);
    expect([started, stalled]).toEqual([['a', 'b', 'd', 'c'], ['c false']]);
  });
});
