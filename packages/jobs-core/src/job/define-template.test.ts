import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { defineTemplate } from './define-template.ts';

/** Writes down when a middleware begins and ends. */
function note(seen: string[], word: string): Middleware {
  return async (_payload, _ctx, next) => {
    seen.push(`${word} in`);
    const result = await next();
    seen.push(`${word} out`);
    return result;
  };
}

/** Writes a word down a little later, as a hook that awaits something does. */
function slowly(seen: string[], word: string): () => Promise<void> {
  return async () => {
    await Promise.resolve();
    seen.push(word);
  };
}

describe('defineTemplate', () => {
  it('gives its options to the jobs it defines, whose own win unless they are undefined', async () => {
    const template = defineTemplate({
      attempts: 5,
      priority: 2,
      backoff: { type: 'fixed', delay: 100 },
    });
    const first = template.defineJob({
      name: 'first',
      attempts: 2,
      priority: undefined,
      handler: (): number => {
        throw new Error('no');
      },
    });
    const second = template.defineJob({ name: 'second', handler: (n: number) => n });
    const { queue, clock } = testQueue({ jobs: [first, second] });
    await queue.process();
    const failed = await queue.enqueue(first, undefined);
    expect(failed).toMatchObject({ maxAttempts: 2, priority: 2 });
    expect(await queue.enqueue(second, 1)).toMatchObject({ maxAttempts: 5, priority: 2 });
    await settle();
    await clock.advance(99);
    expect(await queue.getJob(failed.id)).toMatchObject({ status: 'delayed', attemptsMade: 1 });
    await clock.advance(1);
    expect(await queue.getJob(failed.id)).toMatchObject({ status: 'failed', attemptsMade: 2 });
  });

  it('runs the middleware of the queue, of the template and of the job, outermost first', async () => {
    const seen: string[] = [];
    const template = defineTemplate({ middleware: [note(seen, 't1'), note(seen, 't2')] });
    const job = template.defineJob({
      name: 'job',
      middleware: note(seen, 'own'),
      handler: () => {
        seen.push('handler');
      },
    });
    const plain = template.defineJob({ name: 'plain', handler: () => undefined });
    const { queue } = testQueue({ jobs: [job, plain], middleware: note(seen, 'queue') });
    await queue.process();
    await queue.waitFor(await queue.enqueue(job, undefined));
    expect(seen).toEqual(
      ['queue in', 't1 in', 't2 in', 'own in', 'handler'].concat(
        ['own out', 't2 out', 't1 out', 'queue out'], // as they were entered
      ),
    );
    seen.length = 0;
    await queue.waitFor(await queue.enqueue(plain, undefined));
    expect(seen.slice(0, 3)).toEqual(['queue in', 't1 in', 't2 in']);
  });

  it('runs both hooks, its own first, and waits for them in turn', async () => {
    const seen: string[] = [];
    const hooks = (word: string): Record<string, () => Promise<void>> =>
      Object.fromEntries(
        ['onBefore', 'onRetry', 'onProgress', 'onComplete', 'onFinally'].map((name) => [
          name,
          slowly(seen, `${word} ${name}`),
        ]),
      );
    const job = defineTemplate({ ...hooks('t'), backoff: { type: 'fixed', delay: 1 } }).defineJob({
      name: 'job',
      ...hooks('own'),
      handler: async (_payload: undefined, ctx) => {
        await ctx.updateProgress(1);
        await ctx.sleep(1);
        if (ctx.attempt === 1) throw new Error('again');
      },
    });
    const { queue, clock } = testQueue({ jobs: [job] });
    await queue.process();
    await queue.enqueue(job);
    await settle();
    for (let ms = 0; ms < 5; ms++) await clock.advance(1);
    const both = (name: string): string[] => [`t ${name}`, `own ${name}`];
    const attempt = (end: string): string[] =>
      ['onBefore', 'onProgress', end, 'onFinally'].flatMap(both);
    expect(seen).toEqual([...attempt('onRetry'), ...attempt('onComplete')]);
  });

  it('starts nothing of the job when its `onBefore` throws', async () => {
    const seen: string[] = [];
    const job = defineTemplate({
      attempts: 1,
      onBefore: () => {
        throw new RangeError('closed');
      },
      onFail: (error) => seen.push(String(error)),
    }).defineJob({
      name: 'job',
      onBefore: () => seen.push('onBefore'),
      onFail: (_error, ctx) => seen.push(ctx.jobId),
      handler: () => seen.push('handler'),
    });
    const { queue, errors } = testQueue({ jobs: [job] });
    await queue.process();
    const { id } = await queue.enqueue(job, undefined);
    await settle();
    expect(seen).toEqual(['RangeError: closed', id]);
    expect(errors).toEqual([]);
  });

  it('starts nothing of the job when the attempt timed out during its `onBefore`', async () => {
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const template = defineTemplate({ attempts: 1, timeout: 10, onBefore: () => held });
    const job = template.defineJob({
      name: 'job',
      onBefore: () => seen.push('onBefore'),
      handler: () => seen.push('handler'),
    });
    const { queue, clock } = testQueue({ jobs: [job] });
    await queue.process();
    const { id } = await queue.enqueue(job, undefined);
    await settle();
    await clock.advance(10);
    release();
    await settle();
    expect((await queue.getJob(id))?.error).toMatchObject({ code: 'JOBS_TIMEOUT' });
    expect(seen).toEqual([]);
  });

  it('runs the hook of the job also when its own throws, and reports each error', async () => {
    const seen: unknown[] = [];
    const failing = (word: string) => (): never => {
      seen.push(word);
      throw new Error(word);
    };
    const template = defineTemplate({
      onComplete: failing('template'),
      onFinally: failing('template'),
    });
    const job = template.defineJob({
      name: 'job',
      onComplete: (result: number) => seen.push(result),
      onFinally: failing('own'),
      handler: () => 5,
    });
    const { queue, errors } = testQueue({ jobs: [job] });
    await queue.process();
    const { id } = await queue.enqueue(job, undefined);
    await settle();
    expect(seen).toEqual(['template', 5, 'template', 'own']);
    expect((await queue.getJob(id))?.status).toBe('completed');
    const [one, two] = errors as [Error, AggregateError];
    expect(one.message).toBe('template');
    expect(two.errors.map(({ message }) => message)).toEqual(['template', 'own']);
  });

  it('declares jobs, and wraps what is added with their handlers', async () => {
    const seen: string[] = [];
    const template = defineTemplate({
      attempts: 9,
      middleware: note(seen, 't'),
      onComplete: slowly(seen, 't'),
    });
    const declared = template.declareJob<{ to: string }, string>({ name: 'job', priority: 1 });
    const handled = declared.handle(({ to }) => to, {
      middleware: note(seen, 'own'),
      onComplete: slowly(seen, 'own'),
    });
    const { queue } = testQueue({ jobs: [handled] });
    await queue.process();
    const job = await queue.enqueue(declared.with({ attempts: 3 }), { to: 'ada' });
    expect(job).toMatchObject({ maxAttempts: 3, priority: 1 });
    expect((await queue.enqueue(declared, { to: 'ada' })).maxAttempts).toBe(9);
    await settle();
    expect(seen.slice(0, 6)).toEqual(['t in', 'own in', 'own out', 't out', 't', 'own']);
  });

  it.each([
    [{ atempts: 5 }, 'defineTemplate.atempts'],
    [{ name: 'job' }, 'defineTemplate.name'],
    [{ version: 2 }, 'defineTemplate.version'],
    [{ attempts: 0 }, 'attempts'],
    [{ backoff: { type: 'linear', delay: 1 } }, 'backoff.type'],
    [{ middleware: [undefined] }, 'middleware[0]'],
    [{ onFail: 5 }, 'onFail'],
    [{ rateLimit: { max: 0, per: 1 } }, 'rateLimit.max'],
    [null, 'defineTemplate'],
  ])('refuses %j', (options, field) => {
    expect(refusalOf(() => defineTemplate(options as never))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field,
    });
  });

  it.each([
    [{ atempts: 5 }, 'defineJob.atempts'],
    [{ onFail: 5 }, 'onFail'],
    [{ middleware: [() => 1, 5] }, 'middleware[1]'],
    [{ handler: undefined }, 'handler'],
    [{ name: '' }, 'name'],
  ])('refuses of a job what `defineJob` does: %j', (options, field) => {
    const template = defineTemplate({ onFail: () => 1, middleware: () => 1 });
    const spec = { name: 'job', handler: () => 1, ...options };
    expect(refusalOf(() => template.defineJob(spec as never))?.field).toBe(field);
    if (field === 'handler') return;
    const { handler: _handler, ...rest } = spec;
    expect(refusalOf(() => template.declareJob(rest as never))?.field).toBe(field);
    expect(refusalOf(() => template.defineJob(null as never))?.field).toBe('defineJob');
  });
});
