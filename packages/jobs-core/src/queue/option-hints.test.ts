import { describe, expect, it } from 'vitest';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueue } from './create-queue.ts';
import { refuseBackend } from './refuse-backend.ts';

const greet = defineJob({ name: 'greet', handler: () => 1 });

describe('an option of another queue library, or of another place', () => {
  it.each([
    ['backoff', 'defineJob({ backoff })'],
    ['rateLimit', 'defineJob({ rateLimit })'],
    ['repeat', 'schedule'],
    ['cron', 'schedule'],
    ['lifo', '`priority`'],
    ['parent', '`dependsOn`'],
    ['retryDelay', 'backoff'],
    ['expireInSeconds', '`timeout`'],
  ])('`%s` of `enqueue` is refused with what to use', async (name, meant) => {
    const { queue } = testQueue();
    await expect(queue.enqueue(greet, undefined, { [name]: 1 })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: `options.${name}` },
      message: expect.stringContaining(meant),
    });
  });

  it.each([
    [async () => 1, '`defineJob`'],
    [5, '`{ concurrency: 5 }`'],
    ['greet', '`jobs`'],
  ])('%s for `process` is refused with where it belongs', async (given, meant) => {
    const { queue } = testQueue();
    await expect(queue.process(given as never)).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: 'process' },
      message: expect.stringContaining(meant),
    });
  });

  it.each([
    ['connection', '`redis`'],
    ['limiter', '`rateLimit`'],
    ['attempts', 'defaultJobOptions: { attempts }'],
    ['backoff', 'defaultJobOptions: { backoff }'],
    ['timeout', 'defaultJobOptions: { timeout }'],
    ['handler', 'jobs: [defineJob('],
  ])('`%s` of `createQueue` is refused with what to use', (name, meant) => {
    const options = { [name]: 1 };
    for (const call of [
      () => createQueue({ ...options } as never),
      () => refuseBackend(options, { own: ['store'] }),
    ]) {
      expect(call).toThrow(
        expect.objectContaining({
          code: 'JOBS_INVALID_ARGUMENT',
          message: expect.stringContaining(meant),
        }),
      );
    }
  });
});
