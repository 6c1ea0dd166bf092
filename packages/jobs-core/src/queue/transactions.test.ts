import { describe, expect, it } from 'vitest';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineCapabilities } from '../contract/capabilities.ts';
import type { Lease } from '../contract/consumer.ts';
import { defineJob } from '../job/define-job.ts';

const transaction = { client: 'of the caller' };
const echo = defineJob({ name: 'echo', handler: (n: number) => n });

/** Makes a queue whose backend joins transactions, and records its calls. */
function joining(complete: (result: unknown) => boolean = () => true, isAway = false) {
  const clock = new TestClock();
  const backend = testBackend({ clock });
  const seen: unknown[] = [];
  const committed = new Set<string>();
  const engine = Object.assign(Object.create(backend), {
    capabilities: defineCapabilities({ ...backend.capabilities, transactions: true }),
    add: (params: Parameters<typeof backend.add>[0]) => {
      seen.push('transaction' in params ? params.transaction : undefined);
      return backend.add(params);
    },
    completeIn: async (params: { lease: Lease; result: unknown; transaction: unknown }) => {
      seen.push(params.transaction);
      committed.add(params.lease.id);
      return complete(params.result);
    },
    get: async ({ id }: { id: string }) => {
      if (isAway) throw new Error('away');
      const stored = await backend.get({ id });
      return stored && committed.has(id) ? { ...stored, status: 'completed' } : stored;
    },
  }) as typeof backend;
  return { ...testQueue({ clock, backend: engine }), backend, clock, seen };
}

describe('enqueueing in a transaction', () => {
  it('gives it to the backend, of one job and of many, and to none of the middleware', async () => {
    const { queue, seen } = joining();
    await queue.enqueue(echo, 1, { transaction, jobId: 'a' });
    await queue.enqueueMany([{ job: echo, payload: 2 }], { transaction });
    await queue.enqueue(echo, 3);
    expect(seen).toEqual([transaction, transaction, undefined]);
    expect((await queue.getJob('a'))?.metadata).toEqual({});
  });

  it('is refused, of one job and of many, by a backend without, which stores nothing', async () => {
    const { queue } = testQueue();
    const refused = { code: 'JOBS_NOT_SUPPORTED', details: { capability: 'transactions' } };
    await expect(queue.enqueue(echo, 1, { transaction })).rejects.toMatchObject(refused);
    const items = [{ job: echo, payload: 2 }];
    await expect(queue.enqueueMany(items, { transaction })).rejects.toMatchObject(refused);
    await expect(queue.enqueueMany([], { transaction })).rejects.toMatchObject(refused);
    expect(await queue.getStats()).toMatchObject({ total: 0 });
  });

  it('is refused for one of many, and unknown options of the call are', async () => {
    const { queue } = joining();
    const invalid = { code: 'JOBS_INVALID_ARGUMENT' };
    const items = [{ job: echo, payload: 2, options: { transaction } }];
    await expect(queue.enqueueMany(items)).rejects.toMatchObject(invalid);
    await expect(queue.enqueueMany([], { tx: 1 } as never)).rejects.toMatchObject(invalid);
  });
});

describe('completing in a transaction', () => {
  const completes = defineJob({
    name: 'completes',
    handler: async (_payload: null, ctx) => {
      await ctx.completeIn(transaction, { done: true });
      return 'ignored';
    },
  });

  it('gives the encoded result to the backend, and records nothing more', async () => {
    const results: unknown[] = [];
    const { queue, seen, errors } = joining((result) => results.push(result) > 0);
    await queue.process();
    await queue.enqueue(completes, null);
    await expect.poll(() => results).toEqual([{ done: true }]);
    expect(seen.at(-1)).toBe(transaction);
    await queue.stop();
    expect(errors).toEqual([]);
    expect(await queue.getStats()).toMatchObject({ completed: 0, failed: 0 });
  });

  it('ends the attempt when the lease is not held', async () => {
    const codes: unknown[] = [];
    const { queue } = joining(() => false);
    const job = defineJob({
      name: 'lost',
      handler: (_payload: null, ctx) =>
        ctx.completeIn(transaction).catch((error) => {
          codes.push(error.code);
        }),
    });
    queue.register(job);
    await queue.process();
    await queue.enqueue(job, null);
    await expect.poll(() => codes).toEqual(['JOBS_LEASE_LOST']);
    await queue.close();
  });

  it('leaves the end to the store when that cannot be asked whether the transaction was committed', async () => {
    const { queue, backend } = joining(() => true, true);
    queue.register(completes);
    await queue.process();
    const { id } = await queue.enqueue(completes, null);
    await expect
      .poll(() => backend.get({ id }))
      .toMatchObject({ status: 'delayed', error: { code: 'JOBS_ROLLED_BACK' } });
    await queue.close();
  });

  it('runs a job later each time whose lease is lost only as its handler sees it', async () => {
    let runs = 0;
    const { queue, clock, backend } = joining(() => false);
    const job = defineJob({
      name: 'lost',
      handler: (_payload: null, ctx) => {
        runs += 1;
        return ctx.completeIn(transaction);
      },
    });
    queue.register(job);
    await queue.process();
    const { id } = await queue.enqueue(job, null);
    await expect
      .poll(() => backend.get({ id }))
      .toMatchObject({ status: 'delayed', runAt: clock.now() + 1_000, attemptsMade: 0 });
    expect(runs).toBe(2);
    await queue.close();
  });

  it('is refused by a backend without', async () => {
    const { queue } = testQueue({ jobs: [completes] });
    await queue.process();
    const job = await queue.enqueue(completes, null);
    await expect
      .poll(async () => (await queue.getJob(job.id))?.error?.code)
      .toBe('JOBS_NOT_SUPPORTED');
    await queue.close();
  });
});
