import { describe, expect, it } from 'vitest';
import { testQueue } from '../../test/test-queue.ts';
import type { Backend } from '../contract/backend.ts';
import { defineJob } from '../job/define-job.ts';
import { LimitAdmin } from './limit-admin.ts';

const greet = defineJob({
  name: 'greet',
  rateLimit: { max: 5, per: 1000, key: ({ to }) => to },
  handler: async ({ to }: { to: string }) => `Hello, ${to}`,
});

describe('a job that waits', () => {
  it('takes another payload with its keys, priority, time, attempts and metadata', async () => {
    const { queue, clock } = testQueue({ jobs: [greet] });
    const { id } = await queue.enqueue('greet', { to: 'Ada' });
    const payload = { to: 'Bob' };
    await queue.updateJob(id, { payload, priority: 7, attempts: 9, metadata: { of: 'shop' } });
    await queue.updateJob(id, { delay: 5000 });
    const job = await queue.getJob(id);
    expect(job).toMatchObject({ payload, priority: 7, maxAttempts: 9, metadata: { of: 'shop' } });
    expect(job?.status).toBe('delayed');
    expect(job?.runAt.getTime()).toBe(clock.now() + 5000);
    const record = await queue.backend.get({ id });
    expect(record).toMatchObject({ rateKey: 'Bob' });
    await expect(queue.updateJob(id, { prioriy: 1 } as never)).rejects.toThrow('prioriy');
    await expect(queue.updateJob('gone', {})).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
  });

  it('keeps what it is given as `undefined`, its payload as well', async () => {
    const { queue } = testQueue({ jobs: [greet] });
    const plain = defineJob({ name: 'plain', handler: (text?: string | null) => text });
    const { id } = await queue.enqueue(plain, 'kept', { priority: 3 });
    await queue.updateJob(id, { payload: undefined, priority: undefined, attempts: 9 });
    expect(await queue.getJob(id)).toMatchObject({ payload: 'kept', priority: 3, maxAttempts: 9 });
    await queue.updateJob(id, { payload: null });
    expect((await queue.getJob(id))?.payload).toBeNull();
  });

  it('keeps the metadata that belongs to PhilJS Jobs when it takes other metadata', async () => {
    const { queue } = testQueue({ jobs: [greet] });
    const metadata = { 'philjs.owner': 'shop', note: 1 };
    const { id } = await queue.enqueue('greet', { to: 'Ada' }, { metadata });
    await queue.updateJob(id, { metadata: { 'philjs.owner': 'other', of: 2 } });
    expect((await queue.getJob(id))?.metadata).toEqual({ 'philjs.owner': 'shop', of: 2 });
  });

  it('cannot be changed once it has ended; then it can be run again, as a copy', async () => {
    const { queue } = testQueue({ jobs: [greet] });
    const options = { priority: 4, tags: ['shop'], timeout: 5000, metadata: { of: 'shop' } };
    const job = await queue.enqueue('greet', { to: 'Ada' }, options);
    const early = queue.rerunJob(job.id);
    await expect(early).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
    await queue.process();
    await queue.waitFor(job);
    const late = queue.updateJob(job.id, { priority: 1 });
    await expect(late).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
    await expect(late).rejects.toThrow('`queue.enqueue(job, payload)`');
    const again = await queue.rerunJob(job.id);
    expect(again).toMatchObject({ payload: { to: 'Ada' }, priority: 4, tags: ['shop'] });
    expect(again.metadata).toEqual({ of: 'shop', rerunOf: job.id });
    expect(await queue.waitFor(again.id)).toBe('Hello, Ada');
  });

  it('cannot be changed on a backend without that part', async () => {
    const { queue } = testQueue({ jobs: [greet], parts: false });
    const plain = defineJob({ name: 'plain', handler: async () => 1 });
    queue.register(plain);
    const { id } = await queue.enqueue(plain, undefined as never);
    const refused = queue.updateJob(id, { priority: 1 });
    await expect(refused).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
  });
});

describe('the limits of a name', () => {
  it('are passed to the store as it knows them, and checked before', async () => {
    const calls: unknown[] = [];
    const limits = {
      set: async (params: unknown) => void calls.push(params),
      read: async () => ({ limits: {}, revision: 0, paused: false }),
      setPaused: async (params: unknown) => void calls.push(params),
    };
    const admin = new LimitAdmin({ name: 'test', limits } as unknown as Backend);
    await admin.set('greet', { concurrency: 3, rateLimit: { max: 2, per: 1000 } });
    await admin.set('greet', { concurrencyPerKey: null, rateLimit: null });
    await admin.set('greet', null);
    await admin.setPaused('greet', true);
    expect(calls).toEqual([
      { name: 'greet', limits: { concurrency: 3, rate: { max: 2, per: 1000 } } },
      { name: 'greet', limits: { concurrencyPerKey: null, rate: null } },
      { name: 'greet', limits: undefined },
      { name: 'greet', paused: true },
    ]);
    expect(await admin.read('greet')).toMatchObject({ revision: 0 });
    for (const wrong of [{ concurrency: 0 }, { rateLimit: { max: 1 } }, { max: 3 }]) {
      const refused = admin.set('greet', wrong as never);
      await expect(refused).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    }
    const without = new LimitAdmin({ name: 'plain' } as Backend);
    await expect(without.read('greet')).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
  });
});
