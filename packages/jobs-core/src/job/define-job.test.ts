import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf } from '../../test/code-of.ts';
import { defineJob } from './define-job.ts';

const handler = (): void => undefined;
const define = (spec: unknown): unknown => defineJob(spec as never);
const codec = { encode: () => null, decode: () => undefined };

describe('defineJob', () => {
  it('returns a frozen definition', () => {
    const job = defineJob({ name: 'send', handler, attempts: 5, timeout: 100 });
    expect(job).toMatchObject({ name: 'send', options: { attempts: 5, timeout: 100 } });
    expect(Object.isFrozen(job) && Object.isFrozen(job.options)).toBe(true);
  });

  it('takes every option, at its limits', () => {
    const hook = (): void => undefined;
    const full = {
      name: 'n'.repeat(200),
      handler,
      schema: z.string(),
      codec,
      attempts: 1000,
      backoff: { type: 'exponential', delay: 0, jitter: 1, maxDelay: 0 },
      retryIf: () => true,
      priority: -1_000_000,
      delay: 2 ** 31 - 1,
      timeout: 2 ** 31 - 1,
      concurrency: [1, { max: 100_000, key: () => 'k', scope: 'queue', name: 'n'.repeat(64) }],
      removeOnComplete: { age: 0, count: 0 },
      removeOnFail: 0,
      rateLimit: { max: 1, per: 1, key: () => 'k' },
      deduplicate: () => 'key',
      expiresIn: 1,
      version: 2,
      migrate: { 1: (old: unknown) => old },
      middleware: [],
      onBefore: hook,
      onComplete: hook,
      onFail: hook,
      onProgress: hook,
      onFinally: hook,
      onRetry: hook,
    };
    expect(refusalOf(() => define(full))).toBeUndefined();
    const unsaid = Object.fromEntries(Object.keys(full).map((name) => [name, undefined]));
    expect(refusalOf(() => define({ ...unsaid, name: 'unsaid', handler }))).toBeUndefined();
  });

  it.each([undefined, null, 'name', 7, [], handler])('refuses %s for a specification', (spec) => {
    expect(refusalOf(() => define(spec))).toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'defineJob',
    });
  });

  it.each<[field: string, options: Record<string, unknown>]>([
    ['name', { name: undefined }],
    ['name', { name: '' }],
    ['name', { name: '  ' }],
    ['name', { name: 7 }],
    ['name', { name: 'n'.repeat(201) }],
    ['name', { name: 'a\u0000b' }],
    ['name', { name: 'line\nbreak' }],
    ['name', { name: 'half \ud800' }],
    ['name', { name: '__proto__' }],
    ['name', { name: 'constructor' }],
    ['name', { name: 'prototype' }],
    ['handler', { handler: undefined }],
    ['handler', { handler: {} }],
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', 1001].map(
      (attempts): [string, Record<string, unknown>] => ['attempts', { attempts }],
    ),
    ...['timeout'].flatMap((field) =>
      [0, -1, Number.NaN, 2 ** 31, '5s'].map((value): [string, Record<string, unknown>] => [
        field,
        { [field]: value },
      ]),
    ),
    ['backoff', { backoff: 'exponential' }],
    ['backoff', { backoff: null }],
    ['backoff.type', { backoff: { type: 'linear', delay: 1 } }],
    ['backoff.type', { backoff: { delay: 1 } }],
    ['backoff.delay', { backoff: { type: 'fixed' } }],
    ['backoff.delay', { backoff: { type: 'fixed', delay: -1 } }],
    ['backoff.jitter', { backoff: { type: 'fixed', delay: 1, jitter: 1.1 } }],
    ['backoff.jitter', { backoff: { type: 'fixed', delay: 1, jitter: -0.1 } }],
    ['backoff.jitter', { backoff: { type: 'fixed', delay: 1, jitter: Number.NaN } }],
    ['backoff.maxDelay', { backoff: { type: 'fixed', delay: 1, maxDelay: '1' } }],
    ['backoff.factor', { backoff: { type: 'fixed', delay: 1, factor: 2 } }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['concurrency', { concurrency: '5' }],
    ['concurrency', { concurrency: null }],
    ['concurrency', { concurrency: [] }],
    ['concurrency', { concurrency: [5] }],
    ['concurrency', { concurrency: [5, { max: 1, key: handler }, 3] }],
    ['concurrency[0]', { concurrency: [0, { max: 1, key: handler }] }],
    ['concurrency[0]', { concurrency: [{ max: 1, key: handler }, 5] }],
    ['concurrency[1]', { concurrency: [5, 1] }],
    ['concurrency[1].max', { concurrency: [5, { max: 0, key: handler }] }],
    ['concurrency[1].key', { concurrency: [5, { max: 1 }] }],
    ['concurrency.max', { concurrency: { key: handler } }],
    ['concurrency.key', { concurrency: { max: 1 } }],
    ['concurrency.key', { concurrency: { max: 1, key: 'tenant' } }],
    ['concurrency.scope', { concurrency: { max: 1, key: handler, scope: 'all' } }],
    ['concurrency.name', { concurrency: { max: 1, key: handler, name: 'api' } }],
    ['concurrency.name', { concurrency: { max: 1, scope: 'queue' } }],
    ['concurrency.name', { concurrency: { max: 1, scope: 'queue', name: 'n'.repeat(65) } }],
    ['concurrency.key', { concurrency: { max: 1, scope: 'queue', name: 'api', key: 'tenant' } }],
    ['concurrency[1].name', { concurrency: [5, { max: 1, scope: 'queue', name: 'a\u0001b' }] }],
    ['concurrency.max', { concurrency: { max: 2, key: handler, strict: true } }],
    ['concurrency.strict', { concurrency: { max: 1, key: handler, strict: 1 } }],
    ['concurrency.onFailure', { concurrency: { max: 1, key: handler, onFailure: 'hold' } }],
    [
      'concurrency.onFailure',
      { concurrency: { max: 1, key: handler, strict: true, onFailure: 'stop' } },
    ],
    ['concurrency.key', { concurrency: { max: 1, strict: true, scope: 'queue', name: 'api' } }],
    ['rateLimit.name', { rateLimit: { max: 1, per: 1, scope: 'queue' } }],
    ['rateLimit.name', { rateLimit: { max: 1, per: 1, name: 'api' } }],
    ['rateLimit.scope', { rateLimit: { max: 1, per: 1, scope: 'name ' } }],
    ['concurrency.limit', { concurrency: { limit: 1, key: handler } }],
    ['priority', { priority: 0.5 }],
    ['priority', { priority: 1_000_001 }],
    ['expiresIn', { expiresIn: 0 }],
    ['removeOnComplete', { removeOnComplete: -1 }],
    ['removeOnComplete', { removeOnComplete: 'all' }],
    ['removeOnComplete.count', { removeOnComplete: { count: 1.5 } }],
    ['removeOnFail.age', { removeOnFail: { age: -1 } }],
    ['removeOnFail.ages', { removeOnFail: { ages: 1 } }],
    ['removeOnFail', { removeOnFail: null }],
    ['rateLimit', { rateLimit: 5 }],
    ['rateLimit.max', { rateLimit: { max: 0, per: 1 } }],
    ['rateLimit.per', { rateLimit: { max: 1, per: 0 } }],
    ['rateLimit.key', { rateLimit: { max: 1, per: 1, key: 'tenant' } }],
    ['rateLimit.duration', { rateLimit: { max: 1, duration: 1 } }],
    ['deduplicate', { deduplicate: 'key' }],
    ['retryIf', { retryIf: true }],
    ['version', { version: 0 }],
    ['version', { version: 1.5 }],
    ['migrate', { version: 2, migrate: 'all' }],
    ['migrate', { version: 2, migrate: { 2: (old: unknown) => old } }],
    ['migrate', { version: 4, migrate: { 1: (old: unknown) => old, 3: (old: unknown) => old } }],
    ['migrate', { version: 3, migrate: { 1: (old: unknown) => old } }],
    ['migrate', { version: 2, migrate: { one: (old: unknown) => old } }],
    ['migrate[1]', { version: 2, migrate: { 1: 'rename' } }],
    ['middleware', { middleware: 'log' }],
    ['middleware[1]', { middleware: [handler, {}] }],
    ['schema', { schema: {} }],
    ['schema', { schema: null }],
    ['codec', { codec: { encode: handler } }],
    ['codec', { codec: null }],
    ...['onBefore', 'onComplete', 'onFail', 'onProgress', 'onFinally', 'onRetry'].map(
      (hook): [string, Record<string, unknown>] => [hook, { [hook]: 'log' }],
    ),
    ['defineJob.retries', { retries: 3 }],
    ['defineJob.colour', { colour: 'red' }],
  ])('names `%s` when it is %j', (field, options) => {
    expect(refusalOf(() => define({ name: 'job', handler, ...options }))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field,
    });
  });

  it.each<[option: string, value: unknown, field: string, meant: string]>([
    ['concurrency', { limit: 1, key: handler }, 'concurrency.limit', 'max'],
    ['concurrency', { max: 1, groupBy: handler }, 'concurrency.groupBy', 'key'],
    ['concurrency', [2, { max: 1, keys: handler }], 'concurrency[1].keys', 'key'],
    ['rateLimit', { max: 1, duration: 5 }, 'rateLimit.duration', 'per'],
    ['rateLimit', { maxx: 1, per: 5 }, 'rateLimit.maxx', 'max'],
  ])('suggests in `%s` %j for `%s` the name `%s`', (option, value, field, meant) => {
    expect(() => define({ name: 'job', handler, [option]: value })).toThrowError(
      expect.objectContaining({ details: { field, suggestion: meant } }) as Error,
    );
  });

  it.each([
    ['retries', 'attempts'],
    ['perform', 'handler'],
    ['onError', 'onFail'],
    ['limiter', 'rateLimit'],
    ['concurency', 'concurrency'],
  ])('suggests for `%s` the option `%s`', (written, meant) => {
    expect(() => define({ name: 'job', handler, [written]: 1 })).toThrowError(
      expect.objectContaining({
        details: { field: `defineJob.${written}`, suggestion: meant },
      }) as Error,
    );
  });
});
