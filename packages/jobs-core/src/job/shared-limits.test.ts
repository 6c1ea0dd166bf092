import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { sharedKey, sharedOwner } from '../contract/limit-owner.ts';
import { JobPreparer } from '../queue/prepare-job.ts';
import { defineJob } from './define-job.ts';
import type { JobOptions } from './job-options.ts';
import { JobRegistry } from './job-registry.ts';
import { lacksLimitKeys, limitKeysOf } from './limit-keys.ts';
import { limitsOf, sharedLimitsOf, withDefaults } from './limits-of.ts';

type Options = Pick<JobOptions<{ user: string }, unknown>, 'concurrency' | 'rateLimit'>;

const handler = (_: { user: string }): void => undefined;
const key = ({ user }: { user: string }): string => user;
const api = { scope: 'queue', name: 'api' } as const;
const job = (name: string, options: Options) => defineJob({ name, handler, ...options });

const codeOf = (call: () => unknown): string | undefined => refusalOf(call)?.code;

describe('a limit that jobs share', () => {
  it('is kept by its own name, beside the limits of the name', () => {
    const options = {
      concurrency: [5, { max: 2, ...api }],
      rateLimit: { max: 1, per: 9 },
    } as const;
    expect(limitsOf(options)).toEqual({ concurrency: 5, rate: { max: 1, per: 9 } });
    expect(sharedLimitsOf(options)).toEqual([[sharedOwner('api'), { concurrencyPerKey: 2 }]]);
    const rated = { rateLimit: { max: 1, per: 9, ...api } };
    expect(limitsOf(rated)).toEqual({});
    expect(sharedLimitsOf(rated)).toEqual([[sharedOwner('api'), { rate: { max: 1, per: 9 } }]]);
  });

  it('gives its jobs keys that begin with its name', () => {
    const both = job('a', {
      concurrency: { max: 1, key, ...api },
      rateLimit: { max: 1, per: 1, scope: 'queue', name: 'rate' },
    });
    expect(limitKeysOf('a', both.options, { user: 'ada' })).toEqual({
      concurrencyKey: sharedKey('api', 'ada'),
      rateKey: sharedKey('rate'),
    });
  });

  it('is asked for again for a job that was stored with the key of another limit', () => {
    const own = job('a', { concurrency: { max: 1, key } });
    const shared = job('a', { concurrency: { max: 1, key, ...api } });
    expect(lacksLimitKeys('a', shared.options, {})).toBe(true);
    expect(lacksLimitKeys('a', shared.options, { concurrencyKey: 'ada' })).toBe(true);
    expect(lacksLimitKeys('a', shared.options, { concurrencyKey: sharedKey('old', 'ada') })).toBe(
      true,
    );
    expect(lacksLimitKeys('a', shared.options, { concurrencyKey: sharedKey('api', 'ada') })).toBe(
      false,
    );
    expect(lacksLimitKeys('a', own.options, { concurrencyKey: sharedKey('api', 'ada') })).toBe(
      true,
    );
    expect(lacksLimitKeys('a', own.options, { concurrencyKey: 'ada' })).toBe(false);
  });

  it('is asked for again for a job that was stored before its key was strict', () => {
    const strict = job('a', { concurrency: { max: 1, key, strict: true } });
    const hold = job('a', {
      concurrency: { max: 1, key, strict: true, onFailure: 'hold', ...api },
    });
    expect(limitKeysOf('a', strict.options, { user: 'ada' })).toEqual({
      concurrencyKey: 'ada\u0002',
    });
    expect(lacksLimitKeys('a', strict.options, { concurrencyKey: 'ada' })).toBe(true);
    expect(lacksLimitKeys('a', strict.options, { concurrencyKey: 'ada\u0002' })).toBe(false);
    const held = `${sharedKey('api', 'ada')}\u0003`;
    expect(limitKeysOf('a', hold.options, { user: 'ada' })).toEqual({ concurrencyKey: held });
    expect(codeOf(() => limitKeysOf('a', strict.options, { user: 'ada\u0002' }))).toBe(
      'JOBS_INVALID_ARGUMENT',
    );
  });

  it('refuses a key that is too long beside its name, and one that begins as shared ones do', () => {
    const shared = job('a', { concurrency: { max: 1, key, ...api } });
    expect(limitKeysOf('a', shared.options, { user: 'u'.repeat(251) })).toBeDefined();
    const refused = [{ user: 'u'.repeat(252) }, { user: '\u0001api' }];
    for (const payload of refused) {
      expect(codeOf(() => limitKeysOf('a', shared.options, payload))).toBe('JOBS_INVALID_ARGUMENT');
    }
    const own = job('b', { rateLimit: { max: 1, per: 1, key } });
    expect(codeOf(() => limitKeysOf('a', own.options, { user: '\u0001api' }))).toBe(
      'JOBS_INVALID_ARGUMENT',
    );
  });
});

describe('definitions that share a limit', () => {
  const first = job('first', { concurrency: { max: 2, ...api } });

  it.each<[string, Options]>([
    ['the same number', { concurrency: [9, { max: 2, key, ...api }] }],
    ['another limit', { concurrency: { max: 3, scope: 'queue', name: 'other' } }],
    ['a number of their own', { concurrency: 3 }],
  ])('may be together with one that has %s', (_, options) => {
    const registry = new JobRegistry('q');
    registry.register(first);
    registry.register(job('second', options));
    expect(registry.limits.get(sharedOwner('api'))).toEqual({ concurrencyPerKey: 2 });
  });

  it.each<[string, Options]>([
    ['another number', { concurrency: { max: 3, ...api } }],
    ['a limit of another kind', { rateLimit: { max: 2, per: 1, ...api } }],
  ])('are refused when one of them gives it %s', (_, options) => {
    const registry = new JobRegistry('q');
    registry.register(first);
    expect(codeOf(() => registry.register(job('second', options)))).toBe('JOBS_CONFLICT');
  });

  it('are refused when one definition gives one name two limits', () => {
    const both = job('both', {
      concurrency: { max: 2, ...api },
      rateLimit: { max: 2, per: 1, ...api },
    });
    expect(codeOf(() => new JobRegistry('q').register(both))).toBe('JOBS_CONFLICT');
  });
});

describe('limits that all jobs of a queue share', () => {
  const defaults = {
    concurrency: { max: 9, ...api },
    rateLimit: { max: 5, per: 1, scope: 'queue', name: 'rate' },
  } as const;

  it.each<[string, Options, Options]>([
    ['no limits', {}, defaults],
    ['a number', { concurrency: 2 }, { ...defaults, concurrency: [2, defaults.concurrency] }],
    [
      'a limit by key and a rate',
      { concurrency: { max: 1, key }, rateLimit: { max: 1, per: 1 } },
      { concurrency: { max: 1, key }, rateLimit: { max: 1, per: 1 } },
    ],
  ])('hold for a definition with %s as it says', (_, options, limits) => {
    expect(withDefaults(options, defaults)).toEqual(limits);
  });

  it('are refused when a definition gives one of them another number', () => {
    const registry = new JobRegistry('q', undefined, undefined, defaults);
    registry.register(job('free', {}));
    expect(registry.limits.get('free')).toEqual({});
    expect(registry.limits.get(sharedOwner('api'))).toEqual({ concurrencyPerKey: 9 });
    const other = job('other', { concurrency: { max: 8, ...api } });
    expect(codeOf(() => registry.register(other))).toBe('JOBS_CONFLICT');
  });

  it('give their keys to jobs without reading their payloads', () => {
    const preparer = new JobPreparer({
      name: 'q',
      clock: { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined },
      codec: { encode: (value) => value as string, decode: () => expect.unreachable() },
      maxPayloadBytes: 1000,
      defaultJobOptions: defaults,
    });
    expect(preparer.prepare(job('a', {}), { user: 'ada' })).toMatchObject({
      concurrencyKey: sharedKey('api'),
      rateKey: sharedKey('rate'),
    });
  });
});
