import { createQueue, defineJob, type IQueue } from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FiredDetail } from '../history/tick-detail.ts';
import { RunWatcher } from './run-watcher.ts';

const job = defineJob({ name: 'job', handler: async () => undefined });
const detail: FiredDetail = {
  status: 'fired',
  cause: 'tick',
  firedAt: 1,
  process: 'p',
  jobId: 'x',
};

describe('RunWatcher', () => {
  let clock: TestClock;
  let queue: IQueue;
  let recorded: unknown[];
  let awaited: string[];
  let errors: unknown[];
  let subscriptions: number;

  beforeEach(() => {
    clock = createTestClock();
    queue = createQueue({ backend: memoryBackend({ store: createMemoryStore() }), clock });
    [recorded, awaited, errors, subscriptions] = [[], [], [], 0];
  });
  afterEach(() => queue.close());

  function watcher(subscribe = queue.backend.events!.subscribe): RunWatcher {
    const events = {
      subscribe: async (params: Parameters<typeof subscribe>[0]) => {
        const subscription = await subscribe(params);
        subscriptions += 1;
        return {
          unsubscribe: async () => {
            subscriptions -= 1;
            await subscription.unsubscribe();
          },
        };
      },
    };
    return new RunWatcher({
      backend: { ...queue.backend, events },
      clock,
      record: async (entries) =>
        void recorded.push(...entries.map(({ detail: noted }) => noted['outcome'])),
      onAwaited: (id) => awaited.push(id),
      onError: (error) => errors.push(error),
    });
  }

  it('notes how runs end, and listens only while there are some', async () => {
    const watching = watcher();
    await queue.process();
    watching.track('x', 'schedule', 1, detail);
    watching.kept('x');
    await clock.advance(60_000);
    expect(subscriptions).toBe(1);
    await queue.enqueue(job, undefined, { jobId: 'x' });
    await clock.advance(1_000);
    expect(recorded).toEqual(['completed']);
    await clock.advance(60_000);
    expect(subscriptions).toBe(0);
  });

  it('notices a run that ended before it could listen, and one that was removed', async () => {
    const watching = watcher();
    await queue.enqueue(job, undefined, { jobId: 'x' });
    await queue.enqueue(job, undefined, { jobId: 'y' });
    await queue.cancelJob('x');
    watching.track('x', 'schedule', 1, detail);
    watching.track('y', 'schedule', 2, { ...detail, jobId: 'y' });
    watching.kept('y');
    await clock.settle();
    expect(recorded).toEqual([]);
    watching.kept('x');
    await clock.settle();
    expect(recorded).toEqual(['cancelled']);
    await queue.removeJob('y');
    await clock.settle();
    expect(recorded).toEqual(['cancelled', 'removed']);
  });

  it('is not told by a late event that a job with the id of a removed one is gone', async () => {
    const late: (() => void)[] = [];
    const { subscribe } = queue.backend.events!;
    const watching = watcher((params) =>
      subscribe({ ...params, onEvent: (event) => void late.push(() => params.onEvent(event)) }),
    );
    await queue.enqueue(job, undefined, { jobId: 'x' });
    watching.track('x', 'schedule', 1, detail);
    watching.kept('x');
    await clock.settle();
    await queue.removeJob('x');
    await queue.enqueue(job, undefined, { jobId: 'x' });
    for (const tell of late.splice(0)) tell();
    await clock.settle();
    expect(recorded).toEqual([]);
    await queue.removeJob('x');
    for (const tell of late) tell();
    await clock.settle();
    expect(recorded).toEqual(['removed']);
  });

  it('tells at once when a run that is awaited has ended or is gone', async () => {
    const watching = watcher();
    await queue.enqueue(job, undefined, { jobId: 'x' });
    await queue.cancelJob('x');
    await watching.await('x', 'ended');
    await watching.await('nothing', 'gone');
    await queue.enqueue(job, undefined, { jobId: 'y' });
    await watching.await('y', 'later');
    expect(awaited).toEqual(['ended', 'gone']);
    await queue.removeJob('y');
    await clock.settle();
    expect(awaited).toEqual(['ended', 'gone', 'later']);
  });

  it('keeps watching a run that another step of the same process fired first', async () => {
    const watching = watcher();
    watching.track('x', 'schedule', 1, detail);
    watching.track('x', 'schedule', 1, detail);
    watching.kept('x');
    watching.untrack('x');
    await queue.enqueue(job, undefined, { jobId: 'x' });
    await watching.await('x', 'schedule');
    await queue.cancelJob('x');
    await clock.settle();
    expect(recorded).toEqual(['cancelled']);
    expect(awaited).toEqual(['schedule']);
  });

  it('notes nothing of a job that is not the tick’s own, though another tick waits for it', async () => {
    const watching = watcher();
    await queue.enqueue(job, undefined, { jobId: 'x' });
    watching.track('x', 'schedule', 1, detail);
    await watching.await('x', 'schedule');
    watching.untrack('x');
    await queue.cancelJob('x');
    await clock.settle();
    expect([recorded, awaited]).toEqual([[], ['schedule']]);
    watching.track('x', 'schedule', 2, detail);
    await clock.settle();
    watching.untrack('x');
    await clock.settle();
    expect(recorded).toEqual([]);
  });

  it('reports that it cannot listen, and tries again with the next run', async () => {
    let isAway = true;
    const subscribe = queue.backend.events!.subscribe;
    const watching = watcher((params) =>
      isAway ? Promise.reject(new Error('away')) : subscribe(params),
    );
    watching.track('x', 'schedule', 1, detail);
    await clock.settle();
    expect(errors.map(String)).toEqual(['Error: away']);
    isAway = false;
    watching.track('y', 'schedule', 2, detail);
    await clock.settle();
    expect(subscriptions).toBe(1);
    await watching.stop();
    expect(subscriptions).toBe(0);
  });

  it('forgets the runs it watches longest when there are too many', async () => {
    const watching = watcher();
    for (let n = 0; n <= 10_000; n++) {
      watching.track(`${n}`, 'schedule', n, detail);
      watching.kept(`${n}`);
    }
    await clock.settle();
    for (const jobId of ['0', '1']) {
      await queue.enqueue(job, undefined, { jobId });
      await queue.removeJob(jobId);
    }
    await clock.settle();
    expect(recorded).toEqual(['removed']);
  });
});
