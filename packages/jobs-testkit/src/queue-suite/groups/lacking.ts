import { defineJob } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { expectCode } from '../../suite/expect-code.ts';
import type { QueueGroup } from '../queue-group.ts';

const echo = defineJob({ name: 'echo', handler: (payload: unknown) => payload });

/** A part that a backend lacks is an error with a code, never a silent substitute. */
export const lacking: QueueGroup = {
  title: 'lacking an optional part',
  tests: (test) => {
    test(
      'refuses to listen without events, but for errors of this process',
      async (trial) => {
        const queue = await trial.queue();
        await expectCode(() => queue.on('completed', () => undefined), 'JOBS_NOT_SUPPORTED');
        await expectCode(() => queue.once('failed', () => undefined), 'JOBS_NOT_SUPPORTED');
        await expectCode(() => queue.events(), 'JOBS_NOT_SUPPORTED');
        queue.on('error', () => undefined)();
      },
      { lacks: 'events' },
    );

    test(
      'looks at no key without keys, and frees none',
      async (trial) => {
        const queue = await trial.queue();
        await expectCode(queue.findByKey('k'), 'JOBS_NOT_SUPPORTED');
        await expectCode(queue.freeKey('k'), 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'keys' },
    );

    test(
      'stores nothing with a transaction it cannot join, and begins none',
      async (trial) => {
        const queue = await trial.queue({ jobs: [echo] });
        const transaction = { query: () => undefined };
        await expectCode(queue.enqueue(echo, 1, { transaction }), 'JOBS_NOT_SUPPORTED');
        const items = [{ job: echo, payload: 1 }];
        await expectCode(queue.enqueueMany(items, { transaction }), 'JOBS_NOT_SUPPORTED');
        const work = (): never => expect.unreachable();
        await expectCode(queue.transaction(work), 'JOBS_NOT_SUPPORTED');
        expect(await queue.getStats()).toMatchObject({ total: 0 });
      },
      { lacks: 'transactions' },
    );

    test(
      'refuses to run jobs with a rate limit without rate limits',
      async (trial) => {
        const limited = defineJob({
          name: 'limited',
          rateLimit: { max: 1, per: 1_000 },
          handler: () => 1,
        });
        const queue = await trial.queue({ jobs: [limited] });
        await expectCode(queue.process(), 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'rateLimits' },
    );

    test(
      'refuses to run jobs that share a limit, and to change one, without shared limits',
      async (trial) => {
        const limited = defineJob({
          name: 'limited',
          concurrency: { max: 1, scope: 'queue', name: 'api' },
          handler: () => 1,
        });
        const queue = await trial.queue({ jobs: [limited] });
        await expectCode(queue.process(), 'JOBS_NOT_SUPPORTED');
        const setting = queue.setLimits({ limit: 'api' }, { concurrency: 1 });
        await expectCode(setting, 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'sharedLimits' },
    );

    test(
      'refuses to run jobs with a strict key without strict order',
      async (trial) => {
        const ordered = defineJob({
          name: 'ordered',
          concurrency: { max: 1, strict: true, key: () => 'k' },
          handler: () => 1,
        });
        const queue = await trial.queue({ jobs: [ordered] });
        await expectCode(queue.process(), 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'strictOrder' },
    );

    test(
      'fails a job at once whose handler asks for a rate limit without rate limits',
      async (trial) => {
        const asks = defineJob({
          name: 'asks',
          handler: (_payload: undefined, ctx) =>
            ctx.takeRateLimit({ key: 'a', max: 1, per: 1_000 }),
        });
        const queue = await trial.worker({ jobs: [asks] });
        const job = await trial.reaches(queue, await queue.enqueue(asks, undefined), 'failed');
        expect(job).toMatchObject({ attemptsMade: 1, error: { code: 'JOBS_NOT_SUPPORTED' } });
      },
      { lacks: 'rateLimits' },
    );

    test(
      'refuses to run jobs with a concurrency of their own without concurrency limits',
      async (trial) => {
        const limited = defineJob({ name: 'limited', concurrency: 1, handler: () => 1 });
        const queue = await trial.queue({ jobs: [limited] });
        await expectCode(queue.process(), 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'concurrencyLimits' },
    );

    test(
      'refuses an order without orders, except first in, first out',
      async (trial) => {
        await expectCode(trial.queue({ order: 'fair' }), 'JOBS_NOT_SUPPORTED');
        const queue = await trial.queue({ jobs: [echo], order: 'fifo' });
        await expectCode(queue.setOrder('deadline'), 'JOBS_NOT_SUPPORTED');
        await expectCode(queue.enqueue(echo, 1, { fairKey: 'a' }), 'JOBS_NOT_SUPPORTED');
        const keyed = defineJob({ name: 'keyed', fairKey: String, handler: () => 1 });
        expect(await queue.enqueue(keyed, 'a')).toMatchObject({ status: 'waiting' });
        expect(await queue.getOrder()).toEqual({ policy: 'fifo' });
      },
      { lacks: 'orders' },
    );

    test(
      'refuses to enqueue with a key without deduplication',
      async (trial) => {
        const queue = await trial.queue();
        await expectCode(queue.enqueue(echo, 1, { deduplicate: 'key' }), 'JOBS_NOT_SUPPORTED');
        expect((await queue.getStats()).total).toBe(0);
      },
      { lacks: 'deduplication' },
    );

    test(
      'refuses to read logs without logs, and reports what a handler logs',
      async (trial) => {
        const talkative = defineJob({
          name: 'talkative',
          handler: (_payload: undefined, ctx) => {
            ctx.log('hello');
            return 'went on';
          },
        });
        const queue = await trial.worker({ jobs: [talkative] });
        const codes: unknown[] = [];
        queue.on('error', ({ error }) => void codes.push((error as { code?: unknown }).code));
        const job = await queue.enqueue(talkative, undefined);
        expect(await trial.result(queue, job)).toBe('went on');
        expect(codes).toEqual(['JOBS_NOT_SUPPORTED']);
        await expectCode(queue.getLogs(job.id), 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'logs' },
    );

    test(
      'refuses to list workers without a list of workers',
      async (trial) => {
        const queue = await trial.queue();
        await expectCode(queue.getWorkers(), 'JOBS_NOT_SUPPORTED');
      },
      { lacks: 'workers' },
    );

    test(
      'fails a job at once whose handler asks for results of others without workflows',
      async (trial) => {
        const asks = defineJob({
          name: 'asks',
          handler: async (_payload: undefined, ctx) => void (await ctx.childResults()),
        });
        const queue = await trial.worker({ jobs: [asks] });
        const job = await trial.reaches(queue, await queue.enqueue(asks, undefined), 'failed');
        expect(job).toMatchObject({ attemptsMade: 1, error: { code: 'JOBS_NOT_SUPPORTED' } });
      },
      { lacks: 'workflows' },
    );

    test(
      'refuses a job that depends on others without workflows, and stores nothing',
      async (trial) => {
        const plain = defineJob({ name: 'plain', handler: (_payload: undefined) => undefined });
        const queue = await trial.queue({ jobs: [plain] });
        const options = { dependsOn: ['a'] };
        await expectCode(queue.enqueue(plain, undefined, options), 'JOBS_NOT_SUPPORTED');
        const items = [{ job: plain, payload: undefined, options }];
        await expectCode(queue.enqueueMany(items), 'JOBS_NOT_SUPPORTED');
        expect(await queue.getStats()).toMatchObject({ total: 0 });
      },
      { lacks: 'workflows' },
    );
  },
};
