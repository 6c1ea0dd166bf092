import { expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { defineJob } from './define-job.ts';
import { migratePayload } from './migrate-payload.ts';

const job = defineJob({
  name: 'greet',
  version: 4,
  migrate: {
    1: (old: { name: string }) => ({ first: old.name }),
    2: (old: { first: string }) => ({ ...old, locale: 'en' }),
    3: (old: { first: string; locale: string }) => {
      if (old.first === 'bad') throw new TypeError('no');
      return { who: old.first, locale: old.locale };
    },
  },
  handler: (_payload: { who: string; locale: string }) => undefined,
});

it('brings a payload step by step to the version its definition knows', () => {
  expect(migratePayload(job, { name: 'Ada' }, 1)).toEqual({ who: 'Ada', locale: 'en' });
  expect(migratePayload(job, { first: 'Ada', locale: 'de' }, 3)).toEqual({
    who: 'Ada',
    locale: 'de',
  });
});

it('leaves one of this version, or of a newer one, as it is', () => {
  const payload = { who: 'Ada', locale: 'en' };
  expect(migratePayload(job, payload, 4)).toBe(payload);
  expect(migratePayload(job, payload, 5)).toBe(payload);
});

it('fails with one code when a step throws or is missing', () => {
  const gap = defineJob({
    name: 'gap',
    version: 3,
    migrate: { 2: (old) => old },
    handler: () => 1,
  });
  const failed = { code: 'JOBS_MIGRATION_FAILED', field: undefined };
  expect(refusalOf(() => migratePayload(job, { name: 'bad' }, 1))).toEqual(failed);
  expect(refusalOf(() => migratePayload(gap, {}, 1))).toEqual(failed);
});
