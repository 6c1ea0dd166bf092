import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobContext } from '../job/job-context.ts';
import type { JobHooks, JobOptions } from '../job/job-options.ts';

const HOOKS = ['onBefore', 'onComplete', 'onFail', 'onRetry', 'onProgress', 'onFinally'] as const;

async function run(handler: () => unknown, options: JobOptions<unknown, unknown> = {}) {
  const test = testQueue();
  const job = defineJob({
    name: 'work',
    attempts: 1,
    handler: async (_payload: undefined, ctx) => {
      await ctx.updateProgress(50);
      return handler();
    },
    ...options,
  });
  const { id } = await test.queue.enqueue(job);
  await test.queue.process();
  await settle();
  return { ...test, id, stored: async () => (await test.queue.getJob(id))! };
}

/** Makes hooks that note their name. */
function noting(seen: string[]): JobHooks<unknown, unknown> {
  return Object.fromEntries(
    HOOKS.map((name) => [
      name,
      async () => {
        await Promise.resolve();
        seen.push(name);
      },
    ]),
  );
}

describe('hooks', () => {
  it('of a success: before, progress, complete, finally', async () => {
    const seen: string[] = [];
    await run(() => 'ok', noting(seen));
    expect(seen).toEqual(['onBefore', 'onProgress', 'onComplete', 'onFinally']);
  });

  it('of a retry and a final failure', async () => {
    const seen: string[] = [];
    const failing = () => Promise.reject(new Error('x'));
    const { clock } = await run(failing, { ...noting(seen), attempts: 2, backoff: () => 10 });
    await clock.advance(50);
    expect(seen).toEqual([
      ...['onBefore', 'onProgress', 'onRetry', 'onFinally'],
      ...['onBefore', 'onProgress', 'onFail', 'onFinally'],
    ]);
  });

  it('get payload, result, error and progress as the handler gave them', async () => {
    const seen: unknown[] = [];
    const result = { made: new Date(0) };
    await run(() => result, {
      onComplete: (value) => void seen.push(value),
      onProgress: (progress, ctx) => void seen.push(progress, ctx.name),
    });
    expect(seen[0]).toBe(50);
    expect(seen[1]).toBe('work');
    expect(seen[2]).toBe(result);
    const error = new Error('x');
    await run(() => Promise.reject(error), { onFail: (thrown) => void seen.push(thrown) });
    expect(seen[3]).toBe(error);
  });

  it('a throw in onBefore fails the attempt, and the handler does not run', async () => {
    let ran = false;
    const { stored } = await run(() => (ran = true), {
      onBefore: () => Promise.reject(new Error('not today')),
    });
    expect(await stored()).toMatchObject({ status: 'failed', error: { message: 'not today' } });
    expect(ran).toBe(false);
  });

  it.each(['onComplete', 'onProgress', 'onFinally'] as const)(
    'a throw in %s is reported and changes nothing',
    async (hook) => {
      for (const fail of [
        () => Promise.reject(new Error('hook')),
        () => {
          throw new Error('hook');
        },
      ]) {
        const { stored, errors } = await run(() => 'ok', { [hook]: fail });
        expect(await stored()).toMatchObject({ status: 'completed', result: 'ok' });
        expect(errors.map(({ message }) => message)).toEqual(['hook']);
      }
    },
  );

  it.each(['onFail', 'onRetry'] as const)(
    'a throw in %s is reported and changes nothing',
    async (hook) => {
      const attempts = hook === 'onRetry' ? 2 : 1;
      const { stored, errors } = await run(() => Promise.reject(new Error('handler')), {
        attempts,
        [hook]: () => Promise.reject(new Error('hook')),
      });
      expect((await stored()).error?.message).toBe('handler');
      expect(errors.map(({ message }) => message)).toEqual(['hook']);
    },
  );

  it('that never ends holds up its slot for half a minute and no longer, and no outcome', async () => {
    const { stored, clock, errors, queue, id } = await run(() => 'ok', {
      onComplete: () => new Promise(() => undefined),
    });
    expect((await stored()).status).toBe('completed');
    const next = await queue.enqueue((await queue.getJob(id))!.name as never);
    await clock.advance(29_999);
    expect((await queue.getJob(next.id))?.status).toBe('waiting');
    await clock.advance(1);
    expect((await queue.getJob(next.id))?.status).toBe('completed');
    expect(errors).toMatchObject([{ code: 'JOBS_TIMEOUT' }]);
  });

  it('after a snooze only onFinally is called', async () => {
    const seen: string[] = [];
    const test = testQueue();
    const job = defineJob({
      name: 'later',
      handler: (_payload: undefined, ctx) => ctx.snooze(1000),
      onComplete: () => void seen.push('complete'),
      onFail: () => void seen.push('fail'),
      onRetry: () => void seen.push('retry'),
      onFinally: () => void seen.push('finally'),
    });
    await test.queue.enqueue(job);
    await test.queue.process();
    await settle();
    expect(seen).toEqual(['finally']);
  });
});

it('cancels a job that had not started outside of the async context of the caller', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const job = defineJob({
    name: 'order',
    handler: () => 1,
    onCancel: async () => {
      seen.push(storage.getStore());
      await Promise.resolve();
      seen.push(storage.getStore());
    },
  });
  const { queue } = testQueue();
  const { id } = await queue.enqueue(job, undefined, { delay: 1000 });
  await storage.run('request of a user', () => queue.cancelJob(id));
  expect(seen).toEqual([undefined, undefined]);
});

it('refuses to decide in a hook how a run ends that has ended', async () => {
  const seen: unknown[] = [];
  const note = async (call: () => unknown): Promise<void> => {
    try {
      seen.push(await call());
    } catch (error) {
      seen.push((error as { code?: string }).code);
    }
  };
  const limit = { key: 'api', max: 1, per: 1000 };
  const hook = async (_result: unknown, ctx: JobContext): Promise<void> => {
    await note(() => ctx.snooze(5));
    await note(() => ctx.fail(new Error('no')));
    await note(() => ctx.takeRateLimit(limit));
  };
  const refused = ['JOBS_LEASE_LOST', 'JOBS_LEASE_LOST', 'JOBS_LEASE_LOST'];
  const job = defineJob({ name: 'late', handler: () => 1, onComplete: hook, onCancel: hook });
  const { queue } = testQueue({ jobs: [job] });
  const { id } = await queue.enqueue(job, undefined, { delay: 1000 });
  await queue.cancelJob(id);
  expect(seen.splice(0)).toEqual(refused);
  const done = await queue.enqueue(job);
  await queue.process();
  await settle();
  expect(seen).toEqual(refused);
  expect((await queue.getJob(done.id))?.status).toBe('completed');
});

it('refuses to log and to sleep once the hooks of a run have ended, and not before', async () => {
  const contexts: JobContext[] = [];
  const onEnd = async (_end: unknown, ctx: JobContext): Promise<void> => {
    contexts.push(ctx);
    ctx.log('begins');
    await ctx.sleep(5);
    ctx.log('ends');
  };
  const hooked = defineJob({
    name: 'hooked',
    handler: () => 1,
    onComplete: onEnd,
    onCancel: onEnd,
  });
  const plain = defineJob({ name: 'plain', handler: (_, ctx) => void contexts.push(ctx) });
  const { queue, clock, errors } = testQueue({ jobs: [hooked, plain] });
  const jobs = [await queue.enqueue(hooked), await queue.enqueue(plain)];
  const cancelled = await queue.enqueue(hooked, undefined, { delay: 1000 });
  await queue.process();
  const cancelling = queue.cancelJob(cancelled.id);
  await clock.advance(5);
  await cancelling;
  await settle();
  const linesOf = async (id: string): Promise<unknown[]> =>
    (await queue.getLogs(id)).lines.map(({ message }) => message);
  const lines = [['begins', 'ends'], [], ['begins', 'ends']];
  const ids = [...jobs, cancelled].map(({ id }) => id);
  expect(await Promise.all(ids.map(linesOf))).toEqual(lines);
  expect(errors).toEqual([]);
  expect(contexts).toHaveLength(3);
  for (const ctx of contexts) {
    ctx.log('late');
    await expect(ctx.sleep(5)).rejects.toMatchObject({ code: 'JOBS_LEASE_LOST' });
  }
  expect(errors).toMatchObject(contexts.map(() => ({ code: 'JOBS_LEASE_LOST' })));
  expect(await Promise.all(ids.map(linesOf))).toEqual(lines);
});
