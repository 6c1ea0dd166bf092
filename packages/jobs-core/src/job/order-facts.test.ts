import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf } from '../../test/code-of.ts';
import { JobPreparer } from '../queue/prepare-job.ts';
import { defineJob } from './define-job.ts';
import type { JobDefinition } from './job-definition.ts';

const clock = { now: () => 0, setTimeout: () => undefined, clearTimeout: () => undefined };
const options = {
  name: 'q',
  clock,
  codec: undefined,
  maxPayloadBytes: 1000,
  defaultJobOptions: {},
};
const preparer = new JobPreparer(options);
const handler = (): void => undefined;
const invalid = (field: string) => ({ code: 'JOBS_INVALID_ARGUMENT', field });

const sync = defineJob({
  name: 'sync',
  fairKey: ({ tenant }) => tenant,
  weight: ({ tenant }) => (tenant === 'big' ? 4 : 1),
  deadline: ({ by }) => new Date(by),
  handler: (_: { tenant: string; by: string }) => undefined,
});

describe('the order of a job that is enqueued', () => {
  it('is worked out from its payload', () => {
    const payload = { tenant: 'big', by: '2026-01-01T00:00:00Z' };
    expect(preparer.prepare(sync, payload)).toMatchObject({
      order: { fairKey: 'big', weight: 4, deadlineAt: Date.UTC(2026, 0, 1) },
    });
  });

  it('is worked out from what the handler will get', () => {
    const schema = z.object({ tenant: z.string().toLowerCase() });
    const job = defineJob({ name: 'a', schema, fairKey: ({ tenant }) => tenant, handler });
    expect(preparer.prepare(job, { tenant: 'ACME' })).toMatchObject({ order: { fairKey: 'acme' } });
  });

  it('is what the call says, field by field', () => {
    const payload = { tenant: 'a', by: '2026-01-01T00:00:00Z' };
    const given = { weight: 2, deadline: 77.5 };
    expect(preparer.prepare(sync, payload, given)).toMatchObject({
      order: { fairKey: 'a', weight: 2, deadlineAt: 78 },
    });
    const plain = defineJob({ name: 'plain', weight: 3, handler });
    expect(preparer.prepare(plain, undefined)).toMatchObject({ order: { weight: 3 } });
    const all = { fairKey: 'k', weight: 1, deadline: new Date(5) };
    expect(preparer.prepare(plain, undefined, all)).toMatchObject({
      order: { fairKey: 'k', deadlineAt: 5 },
    });
  });

  it('is absent from a job that has none', () => {
    const plain = defineJob({ name: 'plain', handler });
    expect(preparer.prepare(plain, undefined)).not.toHaveProperty('order');
    const placed = defineJob({
      name: 'placed',
      handler: (_: { tenant?: string; share?: number; by?: string }) => undefined,
      fairKey: ({ tenant }) => tenant,
      weight: ({ share }) => share,
      deadline: ({ by }) => (by === undefined ? undefined : new Date(by)),
    });
    expect(preparer.prepare(placed, {})).not.toHaveProperty('order');
    expect(preparer.prepare(placed, { share: 2 })).toHaveProperty('order', { weight: 2 });
  });

  it.each([
    [{ fairKey: 'tenant' }, 'fairKey'],
    [{ weight: 0 }, 'weight'],
    [{ weight: '2' }, 'weight'],
    [{ deadline: new Date(5) }, 'deadline'],
  ])('refuses a definition with %j', (spec, field) => {
    const define = (): unknown => defineJob({ name: 'a', handler, ...spec } as never);
    expect(refusalOf(define)).toEqual(invalid(field));
  });

  it.each([
    [{ fairKey: '' }, 'fairKey'],
    [{ fairKey: 'ü'.repeat(129) }, 'fairKey'],
    [{ weight: 1001 }, 'weight'],
    [{ weight: Number.NaN }, 'weight'],
    [{ deadline: new Date('never') }, 'deadline'],
    [{ deadline: '2026-01-01' }, 'deadline'],
  ])('refuses a call with %j', (given, field) => {
    const plain = defineJob({ name: 'plain', handler });
    const call = (): unknown => preparer.prepare(plain, undefined, given as never);
    expect(refusalOf(call)).toEqual(invalid(field));
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no tenant');
      },
    ],
    ['returns a promise', () => Promise.resolve('a')],
    ['returns a rejected promise', () => Promise.reject(new Error('no'))],
    ['returns no text', () => 5],
  ])('is refused when its function %s', (_, fairKey) => {
    const job = defineJob({ name: 'a', handler, fairKey } as never) as JobDefinition;
    expect(refusalOf(() => preparer.prepare(job, undefined))).toMatchObject(invalid('fairKey'));
  });

  it('moves no job by more than 30 days in an ageing queue', () => {
    const order = { policy: 'ageing', agePerPriority: 3_600_000 } as const;
    const ageing = new JobPreparer({ ...options, order });
    const plain = defineJob({ name: 'plain', handler });
    const call = (): unknown => ageing.prepare(plain, undefined, { priority: -721 });
    expect(refusalOf(call)).toEqual(invalid('priority'));
    expect(ageing.prepare(plain, undefined, { priority: 720 })).toMatchObject({ priority: 720 });
  });
});
