import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { followJob } from './follow-job.ts';

const walk = defineJob({
  name: 'walk',
  attempts: 2,
  backoff: { type: 'fixed', delay: 10_000 },
  handler: async (how: string, ctx) => {
    await ctx.updateProgress({ step: ctx.attempt });
    await ctx.sleep(10_000);
    if (how === 'fails' || (how === 'retries' && ctx.attempt === 1)) throw new Error('slipped');
    return how;
  },
});

/** Follows a job, and notes what is seen. */
function follow(...args: Parameters<typeof followJob>) {
  const seen: unknown[] = [];
  const end = (async () => {
    for await (const { status, progress, attemptsMade } of followJob(...args)) {
      seen.push([status, progress, attemptsMade]);
    }
    return 'ended';
  })();
  end.catch(() => undefined);
  return { seen, end };
}

const ways: [string, { parts?: boolean; reliableEvents?: boolean }][] = [
  ['events that never miss', {}],
  ['events that may miss', { reliableEvents: false }],
  ['no events', { parts: false }],
];

describe.each(ways)('followJob, with %s', (_, options) => {
  it('shows the present state, each change and the end', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(walk, 'retries');
    const { seen, end } = follow(queue, job);
    await settle();
    await queue.process();
    await clock.advance(60_000);
    expect(await end).toBe('ended');
    expect(seen).toEqual([
      ['waiting', 0, 0],
      ['active', { step: 1 }, 0],
      ['delayed', { step: 1 }, 1],
      ['active', { step: 2 }, 1],
      ['completed', { step: 2 }, 2],
    ]);
  });

  it('shows the end of a job that failed, also one that has', async () => {
    const { queue, clock } = testQueue(options);
    const { id } = await queue.enqueue(walk, 'fails');
    await queue.process();
    const { seen, end } = follow(queue, id);
    await clock.advance(60_000);
    await end;
    expect(seen.at(-1)).toEqual(['failed', { step: 2 }, 2]);
    const after = follow(queue, id);
    await after.end;
    expect(after.seen).toEqual([['failed', { step: 2 }, 2]]);
  });

  it('ends when the signal aborts, and at once where it has', async () => {
    const { queue } = testQueue(options);
    const job = await queue.enqueue(walk, 'x', { delay: 60_000 });
    const given = new AbortController();
    const { seen, end } = follow(queue, job, { signal: given.signal });
    await settle();
    given.abort();
    expect(await end).toBe('ended');
    expect(seen).toEqual([['delayed', 0, 0]]);
    const none = follow(queue, job, { signal: given.signal });
    expect([await none.end, none.seen]).toEqual(['ended', []]);
  });

  it('ends when the job is removed before its end', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(walk, 'x', { delay: 60_000 });
    const { seen, end } = follow(queue, job);
    await settle();
    await queue.removeJob(job.id);
    await clock.advance(10_000);
    expect(await end).toBe('ended');
    expect(seen).toEqual([['delayed', 0, 0]]);
  });

  it('leaves nothing behind when its reader stops', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(walk, 'x', { delay: 60_000 });
    const before = clock.pending;
    for await (const { status } of followJob(queue, job)) {
      expect(status).toBe('delayed');
      break;
    }
    await settle();
    expect(clock.pending).toBe(before);
  });

  it('leaves nothing behind when its reader stops while it waits, as a stream does that is destroyed', async () => {
    const { queue, clock } = testQueue(options);
    const job = await queue.enqueue(walk, 'x', { delay: 60_000 });
    const before = clock.pending;
    const states = followJob(queue, job);
    await states.next();
    const next = states.next();
    await settle();
    const seen: unknown[] = [];
    states.return().then((end) => seen.push(end));
    next.then((end) => seen.push(end));
    await settle();
    expect(seen).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(clock.pending).toBe(before);
  });

  it('rejects for an unknown job, and when the queue is closed', async () => {
    const { queue, clock } = testQueue(options);
    expect(await rejectionOf(follow(queue, 'nope').end)).toMatchObject({ code: 'JOBS_NOT_FOUND' });
    const job = await queue.enqueue(walk, 'x', { delay: 60_000 });
    const { end } = follow(queue, job);
    await settle();
    await queue.close();
    await clock.advance(10_000);
    expect(await rejectionOf(end)).toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
  });
});

it('shows the result of a job that is removed as soon as it has ended, and no error of before', async () => {
  const { queue, clock } = testQueue();
  const gone = defineJob({
    name: 'gone',
    ...{ attempts: 2, backoff: { type: 'fixed', delay: 1_000 }, removeOnComplete: true },
    handler: async (_: undefined, ctx) => {
      if (ctx.attempt === 1) throw new Error('slipped');
      await ctx.updateProgress(100);
      return 'made';
    },
  });
  const job = await queue.enqueue(gone, undefined, { delay: 5_000 });
  const seen: unknown[] = [];
  const end = (async () => {
    for await (const { status, progress, result, error } of followJob(queue, job)) {
      seen.push([status, progress, result, error?.message]);
      // The reader is late: it reads no more before the job is gone.
      if (error !== undefined) await clock.advance(10_000);
    }
  })();
  await settle();
  await queue.process();
  await clock.advance(10_000);
  await end;
  expect(seen.slice(-2)).toEqual([
    ['delayed', 0, undefined, 'slipped'],
    ['completed', 100, 'made', undefined],
  ]);
});

it('shows the end also while subscribing fails, to events that never miss', async () => {
  const { queue, backend, clock } = testQueue();
  backend.faults.set('events.subscribe', () => Promise.reject(new Error('away')));
  const job = await queue.enqueue(walk, 'x');
  const { seen } = follow(queue, job);
  await settle();
  await queue.process();
  await clock.advance(60_000);
  expect(seen.at(-1)).toEqual(['completed', { step: 1 }, 1]);
});

it('refuses what is no id, and options that are none', () => {
  const { queue } = testQueue();
  for (const call of [
    () => followJob(queue, undefined as never),
    () => followJob(queue, 'a', { timeout: 5 } as never),
    () => followJob(queue, 'a', { signal: 5 as never }),
  ]) {
    expect(call).toThrow(expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }));
  }
});
