import { createQueue, createQueues, declareJob, defineJob, type Queue } from '@philjs/jobs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestClock,
  drain,
  expectEnqueued,
  expectNotEnqueued,
  type TestClock,
} from '../src/index.ts';
import { memoryBackend } from './support/memory.ts';

const HOUR = 3_600_000;

const greet = defineJob({ name: 'greet', handler: ({ to }: { to: string; n?: number }) => to });
const fails = defineJob({
  name: 'fails',
  attempts: 2,
  backoff: { type: 'fixed', delay: HOUR },
  handler: (): void => {
    throw new Error('no');
  },
});

let clock: TestClock;
let queue: Queue;

beforeEach(() => {
  clock = createTestClock();
  queue = createQueue({ backend: memoryBackend(), clock, jobs: [greet, fails] });
});

afterEach(() => queue.close());

describe('drain', () => {
  it('runs what is ready and leaves what is delayed', async () => {
    await queue.enqueue(greet, { to: 'ada' });
    await queue.enqueue(greet, { to: 'bob' }, { delay: HOUR });
    await queue.enqueue(fails, undefined);
    const before = clock.now();
    expect(await drain(queue)).toMatchObject({ waiting: 0, active: 0, completed: 1, delayed: 2 });
    expect(clock.now()).toBe(before);
  });

  it('turns the clock as far as delayed jobs and retries need, on request', async () => {
    await queue.enqueue(greet, { to: 'bob' }, { delay: 12 * HOUR });
    await queue.enqueue(fails, undefined);
    expect(await drain(queue, { delayed: true })).toMatchObject({
      completed: 1,
      failed: 1,
      total: 2,
    });
  });

  it('waits for handlers, whether they wait for the clock or for real', async () => {
    const waits = defineJob({
      name: 'waits',
      handler: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await new Promise<void>((resolve) => clock.setTimeout(resolve, HOUR));
      },
    });
    await queue.enqueue(waits, undefined);
    expect(await drain(queue)).toMatchObject({ completed: 1, active: 0 });
  });

  it('works on the system’s clock', async () => {
    const real = createQueue({ name: 'real', backend: memoryBackend() });
    await real.enqueue(greet, { to: 'ada' });
    expect(await drain(real)).toMatchObject({ completed: 1 });
    await expect(drain(real, { delayed: true })).rejects.toThrow(/createTestClock/);
    await real.close();
  });

  it('says so when a queue cannot be drained', async () => {
    const stuck = defineJob({ name: 'stuck', handler: () => new Promise<void>(() => undefined) });
    await queue.enqueue(stuck, undefined);
    await expect(drain(queue, { timeout: 50 })).rejects.toThrow(
      /1 job is left.*\n- job `stuck` .* is active/,
    );
    await queue.pause();
    await expect(drain(queue)).rejects.toThrow(/paused/);
    await clock.advance(0);
    await queue.close({ timeout: 0 });
  });
});

describe('drain of a job without a handler', () => {
  const known = declareJob<string>({ name: 'declared' });

  it('fails, names the job, and does not turn the clock for it', async () => {
    await queue.enqueue(known, 'ada');
    const before = clock.now();
    for (const delayed of [false, true]) {
      await expect(drain(queue, { delayed })).rejects.toThrow(/`declared` .*no handler/);
    }
    expect(clock.now()).toBe(before);
  });
});

describe('expectEnqueued', () => {
  it('returns the first job whose payload contains what is asked for, in any state', async () => {
    await queue.enqueue(greet, { to: 'ada', n: 1 }, { priority: 5 });
    const second = await queue.enqueue(greet, { to: 'ada', n: 2 });
    expect((await expectEnqueued(queue, greet, { to: 'ada' })).priority).toBe(5);
    await drain(queue);
    expect((await expectEnqueued(queue, greet, { n: 2 })).id).toBe(second.id);
    expect((await expectEnqueued(queue, 'greet')).name).toBe('greet');
  });

  it('fails when there is none', async () => {
    await expect(expectEnqueued(queue, greet)).rejects.toThrow(/greet/);
    await queue.enqueue(greet, { to: 'ada' });
    await expect(expectEnqueued(queue, greet, { to: 'bob' })).rejects.toThrow(
      /greet.*bob.*found 1.*ada/,
    );
    await expect(expectEnqueued(queue, fails)).rejects.toThrow(/fails/);
  });

  it('looks through more than one page', async () => {
    const items = Array.from({ length: 1_500 }, (_, n) => ({
      job: greet,
      payload: { to: 'x', n },
    }));
    await queue.enqueueMany(items);
    expect((await expectEnqueued(queue, greet, { n: 1_499 })).payload.n).toBe(1_499);
  });
});

describe('expectNotEnqueued', () => {
  it('fails when there is one', async () => {
    await expectNotEnqueued(queue, greet);
    await queue.enqueue(greet, { to: 'ada' });
    await expectNotEnqueued(queue, greet, { to: 'bob' });
    await expectNotEnqueued(queue, 'fails');
    await expect(expectNotEnqueued(queue, greet)).rejects.toThrow(/greet/);
  });
});

describe('over many queues', () => {
  const mail = defineJob({ name: 'mail', queue: 'mails', handler: (to: string) => to });
  const report = defineJob({
    name: 'report',
    queue: 'reports',
    handler: async (to: string, ctx) => {
      await ctx.queues.enqueue(mail, to, { delay: HOUR });
    },
  });
  const make = () => {
    const shared = { backend: memoryBackend(), clock, jobs: [mail, report] };
    return createQueues({ mails: {}, reports: {} }, shared);
  };

  it('finds a job in its queue', async () => {
    const queues = make();
    await queues.enqueue(report, 'ada');
    expect((await expectEnqueued(queues, report, 'ada')).name).toBe('report');
    await expectNotEnqueued(queues, mail);
    await queues.close();
  });

  it('drains all, also of what their jobs enqueue to each other', async () => {
    const queues = make();
    await queues.enqueue(report, 'ada');
    expect(await drain(queues)).toMatchObject({
      reports: { completed: 1 },
      mails: { delayed: 1 },
    });
    const { mails } = await drain(queues, { delayed: true });
    expect(mails).toMatchObject({ completed: 1, delayed: 0 });
    await queues.close();
  });

  it('refuses to drain while one of them is paused', async () => {
    const queues = make();
    await queues.get('mails').pause();
    await expect(drain(queues)).rejects.toThrow('paused');
    await queues.close();
  });
});
