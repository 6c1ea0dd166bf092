import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf } from '../../test/code-of.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { JobPreparer } from './prepare-job.ts';

const preparer = new JobPreparer({
  name: 'q',
  clock: { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined },
  codec: undefined,
  maxPayloadBytes: 1000,
  defaultJobOptions: {},
});
const handler = (): void => undefined;
const prepare = (job: JobDefinition, payload?: unknown): ReturnType<typeof preparer.prepare> =>
  preparer.prepare(job, payload);

describe('the keys of a job that is enqueued', () => {
  it('are worked out from its payload, each for its limit', () => {
    const job = defineJob({
      name: 'sync',
      concurrency: [20, { max: 1, key: ({ user }) => user }],
      rateLimit: { max: 5, per: 1000, key: ({ tenant }) => tenant },
      handler: (_: { user: string; tenant: string }) => undefined,
    });
    expect(prepare(job, { user: 'u', tenant: 't' })).toMatchObject({
      concurrencyKey: 'u',
      rateKey: 't',
    });
  });

  it('are worked out from what the handler will get', async () => {
    const schema = z.object({ at: z.coerce.date() });
    const job = defineJob({
      name: 'sync',
      schema,
      concurrency: { max: 1, key: ({ at }) => at.toISOString() },
      handler,
    });
    expect(await prepare(job, { at: '2026-01-01' })).toMatchObject({
      concurrencyKey: '2026-01-01T00:00:00.000Z',
    });
    const codec = { encode: () => ({ packed: true }), decode: () => 'unpacked' };
    const packed = defineJob({
      name: 'packed',
      codec,
      rateLimit: { max: 1, per: 1, key: (payload) => payload },
      handler: (_: string) => undefined,
    });
    expect(prepare(packed, 'x')).toMatchObject({ rateKey: 'unpacked' });
  });

  it('are absent where limits have no key', () => {
    const job = defineJob({ name: 'a', concurrency: 1, rateLimit: { max: 1, per: 1 }, handler });
    const prepared = prepare(job);
    expect(Object.keys(prepared)).not.toContain('concurrencyKey');
    expect(Object.keys(prepared)).not.toContain('rateKey');
  });

  it('cannot change what is stored', () => {
    const job = defineJob({
      name: 'a',
      concurrency: {
        max: 1,
        key: (payload) => {
          payload.tenants.push('more');
          return 'k';
        },
      },
      handler: (_: { tenants: string[] }) => undefined,
    });
    expect(prepare(job, { tenants: ['t'] })).toMatchObject({ payload: { tenants: ['t'] } });
  });

  const bad: [what: string, key: () => unknown][] = [
    ['throws', () => JSON.parse('{')],
    ['answers by a promise', () => Promise.reject(new Error('late'))],
    ['answers nothing', () => undefined],
    ['answers a number', () => 7],
    ['answers an empty text', () => ''],
    ['answers 257 bytes', () => 'k'.repeat(257)],
    ['answers 129 characters of two bytes', () => 'ü'.repeat(129)],
  ];
  it.each(bad)('are refused when their function %s', (_what, key) => {
    const byKey = { max: 1, key: key as () => string };
    const limited = defineJob({ name: 'a', concurrency: byKey, handler });
    const rated = defineJob({ name: 'b', rateLimit: { ...byKey, per: 1 }, handler });
    const code = 'JOBS_INVALID_ARGUMENT';
    expect(refusalOf(() => prepare(limited))).toEqual({ code, field: 'concurrency.key' });
    expect(refusalOf(() => prepare(rated))).toEqual({ code, field: 'rateLimit.key' });
  });

  it('may have 256 bytes of anything', () => {
    for (const key of ['k'.repeat(256), 'ü'.repeat(128), '\u0000', ' ']) {
      const job = defineJob({ name: 'a', concurrency: { max: 1, key: () => key }, handler });
      expect(prepare(job)).toMatchObject({ concurrencyKey: key });
    }
  });
});
