import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { EnqueueMiddleware } from './enqueue-middleware.ts';

const greet = defineJob({ name: 'greet', handler: (payload: { name: string }) => payload.name });

const addTenant: EnqueueMiddleware = (_payload, ctx, next) => {
  ctx.options = { ...ctx.options, metadata: { ...ctx.options.metadata, tenant: 'acme' } };
  return next();
};
const shout: EnqueueMiddleware = (payload, ctx, next) => {
  ctx.payload = { name: (payload as { name: string }).name.toUpperCase() };
  return next();
};

describe('enqueue middleware', () => {
  it.each([
    ['enqueue', 1],
    ['enqueueMany', 2],
  ])('stores with %s what it made of options and payload', async (_call, count) => {
    const { queue } = testQueue({ jobs: [greet], enqueueMiddleware: [addTenant, shout] });
    const options = { metadata: { trace: '7' } };
    const item = { job: greet, payload: { name: 'Ada' }, options };
    const jobs =
      count === 1
        ? [await queue.enqueue(greet, { name: 'Ada' }, options)]
        : await queue.enqueueMany([item, item]);
    expect(jobs).toHaveLength(count);
    for (const { id } of jobs) {
      expect(await queue.getJob(id)).toMatchObject({
        payload: { name: 'ADA' },
        metadata: { trace: '7', tenant: 'acme' },
      });
    }
    await queue.close();
  });

  it('shows each middleware what the one before it made', async () => {
    const seen: unknown[] = [];
    const look: EnqueueMiddleware = (payload, ctx, next) => {
      seen.push(payload, ctx.options.metadata);
      return next();
    };
    const { queue } = testQueue({ jobs: [greet], enqueueMiddleware: [addTenant, shout, look] });
    await queue.enqueue(greet, { name: 'Ada' });
    expect(seen).toEqual([{ name: 'ADA' }, { tenant: 'acme' }]);
    await queue.close();
  });

  it.each([
    ['one', 1, undefined],
    ['many', 2, undefined],
    ['one, for null', 1, null],
  ])('results in the job that was stored, whatever it returns: %s', async (_, count, answer) => {
    const forgetful: EnqueueMiddleware = async (_payload, _ctx, next) => {
      await next();
      return answer as never;
    };
    const seen: unknown[] = [];
    const outer: EnqueueMiddleware = async (_payload, _ctx, next) => {
      const job = await next();
      seen.push(job.payload);
      return job;
    };
    const { queue } = testQueue({ jobs: [greet], enqueueMiddleware: [outer, forgetful] });
    const payload = { name: 'Ada' };
    const item = { job: greet, payload };
    const jobs =
      count === 1
        ? [await queue.enqueue(greet, payload)]
        : await queue.enqueueMany([item, { ...item }]);
    expect(jobs.map((job) => job.payload)).toEqual(Array.from({ length: count }, () => payload));
    expect(seen).toHaveLength(count);
    await queue.close();
  });

  it.each([
    ['one', 1],
    ['many', 2],
  ])('is refused where it neither stores nor answers with a job: %s', async (_, count) => {
    const silent: EnqueueMiddleware = () => undefined as never;
    const { queue } = testQueue({ jobs: [greet], enqueueMiddleware: silent });
    const item = { job: greet, payload: { name: 'Ada' } };
    const stored: Promise<unknown> =
      count === 1 ? queue.enqueue(greet, item.payload) : queue.enqueueMany([item, { ...item }]);
    expect(await rejectionOf(stored)).toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'enqueueMiddleware',
    });
    expect((await queue.getStats()).total).toBe(0);
    await queue.close();
  });

  it('checks what it made as it checks what came', async () => {
    const { queue } = testQueue({
      jobs: [greet],
      enqueueMiddleware: (_payload, ctx, next) => {
        ctx.payload = { name: 10n };
        return next();
      },
    });
    await expect(queue.enqueue(greet, { name: 'Ada' })).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE',
    });
    expect((await queue.getStats()).total).toBe(0);
    await queue.close();
  });
});
