import { defineJob, defineTemplate, isJobsError, Queue } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { describe, expect, it } from 'vitest';
import { createMemoryStore, createQueue, createQueues, InMemoryQueue } from './index.ts';

const greet = defineJob({
  name: 'greet',
  handler: async (payload: { name: string }) => `Hello ${payload.name}`,
});

describe('createQueue', () => {
  it('makes the Queue of every backend, and its class does the same', async () => {
    for (const queue of [createQueue(), new InMemoryQueue()]) {
      expect(queue).toBeInstanceOf(Queue);
      expect(queue).toBeInstanceOf(InMemoryQueue);
      expect([queue.name, queue.backend.name]).toEqual(['default', 'memory']);
      await queue.close();
    }
  });

  it('runs a job and gives its result to a caller that waits on another queue of the name', async () => {
    const clock = createTestClock(0);
    const producer = createQueue({ name: 'q', clock });
    const worker = createQueue({ name: 'q', clock, jobs: [greet] });
    await worker.process();
    const job = await producer.enqueue(greet, { name: 'Ada' }, { delay: 3_600_000 });
    const result = producer.waitFor(job);
    await clock.advance(3_600_000);
    expect(await result).toBe('Hello Ada');
    await Promise.all([producer.close(), worker.close()]);
  });

  it('runs variants of a job of a template before it, by what each was enqueued with', async () => {
    const ran: string[] = [];
    const template = defineTemplate({
      attempts: 2,
      priority: 1,
      backoff: { type: 'fixed', delay: 10 },
      onRetry: (_error, ctx) => ran.push(`retry ${ctx.attempt}`),
      onFail: (_error, ctx) => ran.push(`failed ${ctx.attempt}`),
    });
    const visit = template.defineJob({
      name: 'visit',
      handler: (page: string) => {
        ran.push(page);
        if (page === 'broken') throw new Error('no such page');
      },
    });
    const clock = createTestClock(0);
    const queue = createQueue({ clock, jobs: [visit] });
    await queue.enqueue(visit.with({ priority: -1 }), 'last');
    await queue.enqueue(visit, 'first of template');
    await queue.enqueue('visit', 'second of template');
    await queue.enqueue(visit.with({ priority: 5, attempts: 3 }), 'broken');
    await queue.process();
    await clock.advance(100);
    const [, ...rest] = ran;
    expect(ran[0]).toBe('broken');
    expect(rest.filter((line) => !/broken|retry|failed/.test(line))).toEqual([
      'first of template',
      'second of template',
      'last',
    ]);
    expect(rest.filter((line) => /retry|failed/.test(line))).toEqual([
      'retry 1',
      'retry 2',
      'failed 3',
    ]);
    await queue.close();
  });

  it('keeps jobs in a given store while no queue is open', async () => {
    const store = createMemoryStore();
    const before = createQueue({ store });
    await before.enqueue(greet, { name: 'Ada' }, { jobId: '7' });
    await before.close();
    const after = createQueue({ store, jobs: [greet] });
    await after.process();
    expect(await after.waitFor('7')).toBe('Hello Ada');
    await after.close();
  });

  it.each([
    ['store', { store: {} }],
    ['backend', { backend: () => undefined }],
    ['concurrency', { concurrency: 0 }],
    ['createQueue.stores', { stores: 1 }],
  ])('refuses a bad `%s`, naming it', (field, options) => {
    let thrown: unknown;
    try {
      createQueue(options as never);
    } catch (error) {
      thrown = error;
    }
    expect(isJobsError(thrown, 'JOBS_INVALID_ARGUMENT') && thrown.details).toMatchObject({ field });
  });

  it.each([
    ['createQueue', (options: object) => createQueue(options as never)],
    ['options', (options: object) => createQueues({ a: {} }, options as never)],
  ])('suggests its own option for a near miss in `%s`', (field, make) => {
    expect(() => make({ stores: createMemoryStore() })).toThrow(
      expect.objectContaining({ details: { field: `${field}.stores`, suggestion: 'store' } }),
    );
  });

  it('leaves nothing behind when it was refused', async () => {
    const clock = createTestClock(0);
    const twice = { name: 'q', clock, jobs: [greet, { ...greet }] };
    expect(() => createQueue(twice)).toThrow();
    const queue = createQueue({ name: 'q', clock });
    await queue.enqueue(greet, { name: 'Ada' });
    await queue.close();
    const next = createQueue({ name: 'q', clock });
    expect((await next.getStats()).total).toBe(0);
    await next.close();
  });
});

describe('closing', () => {
  const recorder = () => {
    const warnings: string[] = [];
    const silent = () => undefined;
    const warn = (line: string) => void warnings.push(line);
    return { warnings, logger: { debug: silent, info: silent, error: silent, warn } };
  };

  it('says how many waiting jobs end with the last queue of a name', async () => {
    const { warnings, logger } = recorder();
    const [first, last] = [1, 2].map(() => createQueue({ name: 'lost', logger }));
    await first!.enqueue(greet, { name: 'Ada' });
    await last!.enqueueMany([
      { job: greet, payload: { name: 'Ada' } },
      { job: greet, payload: { name: 'Bob' }, options: { delay: 60_000 } },
    ]);
    await first!.close();
    expect(warnings).toEqual([]);
    await last!.close();
    expect(warnings).toEqual([expect.stringContaining('2 waiting, 1 delayed, 0 blocked')]);
  });

  it('says nothing where none waits, or a store keeps them', async () => {
    const { warnings, logger } = recorder();
    const idle = createQueue({ name: 'idle', logger, jobs: [greet] });
    await idle.process();
    await idle.waitFor(await idle.enqueue(greet, { name: 'Ada' }));
    await idle.close();
    const kept = createQueue({ name: 'kept', logger, store: createMemoryStore() });
    await kept.enqueue(greet, { name: 'Ada' });
    await kept.close();
    expect(warnings).toEqual([]);
  });

  it('refuses options that are none', () => {
    for (const options of [null, 5, 'x']) {
      expect(() => createQueue(options as never)).toThrow(
        expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
      );
    }
  });
});
