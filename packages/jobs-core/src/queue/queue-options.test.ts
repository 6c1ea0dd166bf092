import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import { consoleLogger } from '../logger/console-logger.ts';
import { safeLogger } from '../logger/safe-logger.ts';
import { resolveQueueOptions } from './queue-options.ts';

const backend = testBackend({ clock: new TestClock() });

describe('the options of a queue', () => {
  it('have defaults', () => {
    expect(resolveQueueOptions({ backend })).toMatchObject({
      name: 'default',
      jobs: [],
      concurrency: 1,
      middleware: [],
      enqueueMiddleware: [],
      clock: systemClock,
      logger: safeLogger(consoleLogger),
      maxPayloadBytes: 1_048_576,
      lockDuration: 30_000,
      maxStalledCount: 1,
      unknownJobs: 'refuse',
      backendTimeout: 10_000,
      backoff: { type: 'exponential', delay: 1000 },
    });
  });

  it('may be given as undefined', () => {
    const names = Object.keys(resolveQueueOptions({ backend })).filter(
      (name) => name !== 'backoff',
    );
    const unsaid = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(resolveQueueOptions({ ...unsaid, backend })).toEqual(resolveQueueOptions({ backend }));
  });

  it.each<[field: string, options: Record<string, unknown>]>([
    ['name', { name: '' }],
    ['name', { name: 7 }],
    ['name', { name: 'a\u0000' }],
    ['jobs', { jobs: {} }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 10_001 }],
    ['maxPayloadBytes', { maxPayloadBytes: 0 }],
    ['lockDuration', { lockDuration: 99 }],
    ['maxStalledCount', { maxStalledCount: -1 }],
    ['backendTimeout', { backendTimeout: 0 }],
    ['unknownJobs', { unknownJobs: true }],
    ['codec', { codec: {} }],
    ['clock', { clock: {} }],
    ['logger', { logger: { info: () => undefined } }],
    ['middleware', { middleware: 'log' }],
    ['enqueueMiddleware[0]', { enqueueMiddleware: ['log'] }],
    ['backend', { backend: undefined }],
    ['backend', { backend: 'redis' }],
    ['defaultJobOptions', { defaultJobOptions: 5 }],
    ['defaultJobOptions.attempts', { defaultJobOptions: { attempts: 0 } }],
    ['defaultJobOptions.concurrency', { defaultJobOptions: { concurrency: 5 } }],
    ['defaultJobOptions.concurrency', { defaultJobOptions: { concurrency: { max: 5 } } }],
    [
      'defaultJobOptions.concurrency.name',
      { defaultJobOptions: { concurrency: { max: 5, scope: 'queue' } } },
    ],
    ['defaultJobOptions.rateLimit', { defaultJobOptions: { rateLimit: { max: 5, per: 1 } } }],
    [
      'defaultJobOptions.rateLimit.max',
      { defaultJobOptions: { rateLimit: { max: 0, per: 1, scope: 'queue', name: 'all' } } },
    ],
    ['defaultJobOptions.timeout', { defaultJobOptions: { timeout: 0 } }],
    ['defaultJobOptions.backoff.type', { defaultJobOptions: { backoff: {} } }],
    ['defaultJobOptions.retries', { defaultJobOptions: { retries: 1 } }],
    ['createQueue.workers', { workers: 5 }],
    ['createQueue.redisUrl', { redisUrl: 'x' }],
  ])('name `%s` when it is %j', (field, options) => {
    expect(refusalOf(() => resolveQueueOptions({ backend, ...options } as never))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field,
    });
  });
});
