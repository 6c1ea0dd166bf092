import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { EnqueueMiddleware } from './enqueue-middleware.ts';
import type { Job } from './job.ts';

const work = defineJob({ name: 'work', handler: (_payload: unknown) => 'done' });

describe('enqueueMiddleware', () => {
  const tenant: EnqueueMiddleware = (_payload, ctx, next) => {
    ctx.options = { ...ctx.options, metadata: { ...ctx.options.metadata, tenant: 't' } };
    return next();
  };

  it('wraps each enqueue, the first outermost, and may change payload and options', async () => {
    const seen: string[] = [];
    const note =
      (name: string): EnqueueMiddleware =>
      async (payload, ctx, next) => {
        seen.push(`${name} ${ctx.queueName}/${ctx.name} ${payload}`);
        ctx.payload = `${payload}+${name}`;
        return next();
      };
    const { queue } = testQueue({ enqueueMiddleware: [note('a'), note('b'), tenant] });
    const job = await queue.enqueue(work, 'p', { priority: 1 });
    expect(seen).toEqual(['a default/work p', 'b default/work p+a']);
    expect(job).toMatchObject({ payload: 'p+a+b', metadata: { tenant: 't' }, priority: 1 });
  });

  it('wraps each job of a batch, which is still stored in one call, in its order', async () => {
    const { queue, backend, clock } = testQueue({
      enqueueMiddleware: async (payload, ctx, next) => {
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 100 - Number(payload)));
        ctx.payload = Number(payload) * 2;
        return next();
      },
    });
    const enqueued = queue.enqueueMany([10, 20, 30].map((payload) => ({ job: work, payload })));
    await clock.advance(100);
    expect((await enqueued).map(({ payload }) => payload)).toEqual([20, 40, 60]);
    expect([...backend.store.jobs.values()].map(({ job }) => job.payload)).toEqual([20, 40, 60]);
    expect(backend.calls.filter((call) => call === 'add')).toHaveLength(1);
  });

  it('may answer with another job, which is then not stored', async () => {
    const known: Job[] = [];
    const { queue, backend } = testQueue({
      enqueueMiddleware: async (payload, _ctx, next) => (payload === 'known' ? known[0]! : next()),
    });
    known.push(await queue.enqueue(work, 'x', { jobId: 'there' }));
    const jobs = await queue.enqueueMany(
      ['known', 'new'].map((payload) => ({ job: work, payload })),
    );
    expect(jobs.map(({ payload }) => payload)).toEqual(['x', 'new']);
    expect((await queue.enqueue(work, 'known')).id).toBe('there');
    expect(backend.store.jobs.size).toBe(2);
  });

  it('that throws refuses the job; in a batch its index is named and nothing stored', async () => {
    const late: unknown[] = [];
    const { queue, backend, clock } = testQueue({
      enqueueMiddleware: async (payload, _ctx, next) => {
        if (payload === 'bad') throw new RangeError('not this');
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 50));
        return next().catch((error) => {
          late.push(error);
          throw error;
        });
      },
    });
    await expect(queue.enqueue(work, 'bad')).rejects.toThrow(RangeError);
    const batch = queue.enqueueMany(
      ['good', 'bad', 'good'].map((payload) => ({ job: work, payload })),
    );
    const refused = expect(batch).rejects.toThrow(RangeError);
    await clock.advance(50);
    await refused;
    expect([backend.store.jobs.size, late.length]).toEqual([0, 2]);
  });

  it('is refused a second next(), and an item it makes bad is named', async () => {
    const { queue } = testQueue({
      enqueueMiddleware: async (payload, ctx, next) => {
        if (payload === 'bad') ctx.payload = 1n;
        await next();
        return next();
      },
    });
    expect((await rejectionOf(queue.enqueue(work, 1)))?.code).toBe('JOBS_MIDDLEWARE_NEXT_TWICE');
    const batch = queue.enqueueMany([
      { job: work, payload: 'ok' },
      { job: work, payload: 'bad' },
    ]);
    await expect(batch).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE',
      details: { index: 1 },
    });
  });

  it('hears of a backend that fails', async () => {
    const heard: string[] = [];
    const { queue, backend } = testQueue({
      enqueueMiddleware: (_payload, _ctx, next) =>
        next().catch((error) => {
          heard.push(error.code);
          throw error;
        }),
    });
    backend.faults.set('add', () => Promise.reject(new Error('away')));
    await rejectionOf(queue.enqueue(work, 1));
    const items = [1, 2].map((payload) => ({ job: work, payload }));
    expect((await rejectionOf(queue.enqueueMany(items)))?.code).toBe('JOBS_BACKEND_UNAVAILABLE');
    expect(heard).toEqual(Array(3).fill('JOBS_BACKEND_UNAVAILABLE'));
    await settle();
  });
});
