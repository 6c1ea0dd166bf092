import { beforeEach, describe, expect, it } from 'vitest';
import {
  aborted,
  add,
  away,
  beginTrial,
  clock,
  consume,
  end,
  errors,
  LOCK_MS,
  remote,
  started,
  status,
  store,
} from '../../test/lease-trial.ts';
import { settle } from '../../test/test-clock.ts';
import type { SimpleStore } from './simple-store.ts';

beforeEach(beginTrial);

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
    started.length = 0;
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
