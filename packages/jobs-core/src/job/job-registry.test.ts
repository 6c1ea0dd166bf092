import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import { defineJob } from './define-job.ts';
import type { JobDefinition } from './job-definition.ts';
import { JobRegistry } from './job-registry.ts';

const send = defineJob({ name: 'send-email', handler: () => 1 });
const resize = defineJob({ name: 'resize', concurrency: 2, version: 3, handler: () => 1 });

describe('JobRegistry', () => {
  it('tells workers the limits and versions of what it knows', () => {
    const registry = new JobRegistry('default');
    const { concurrencyLimits, limits, versions } = registry;
    registry.register(send);
    registry.register(resize);
    registry.register(resize);
    expect(registry.all).toEqual([send, resize]);
    expect([...concurrencyLimits]).toEqual([['resize', 2]]);
    expect([...limits]).toEqual([['resize', { concurrency: 2 }]]);
    expect(versions).toEqual({ 'send-email': 1, resize: 3 });
  });

  it('refuses a second definition of one name', () => {
    const registry = new JobRegistry('default');
    registry.register(send);
    const other = defineJob({ name: 'send-email', handler: () => 2 });
    expect(refusalOf(() => registry.register(other))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'jobs',
    });
    expect(registry.get('send-email')).toBe(send);
  });

  it.each([
    undefined,
    null,
    {},
    { handler: (): number => 1 },
    { handler: (): number => 1, options: {} },
    { name: 'x', handler: (): number => 1, options: null },
    7,
  ])('refuses %j for a definition', (job) => {
    expect(refusalOf(() => new JobRegistry('q').register(job as never))).toEqual({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'job',
    });
  });

  it('finds by name, and knows a definition once it was enqueued', () => {
    const registry = new JobRegistry('default');
    expect(registry.resolve(send)).toBe(send);
    expect(registry.resolve('send-email')).toBe(send);
  });

  it.each([undefined, null, 5, {}])('refuses %o, also as the first job', (job) => {
    const registry = new JobRegistry('default');
    expect(refusalOf(() => registry.resolve(job as never))).toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      field: 'job',
    });
  });

  it('refuses an unknown name and suggests the one that was meant', () => {
    const registry = new JobRegistry('default');
    registry.register(send);
    const messageFor = (name: string): string => {
      try {
        registry.resolve(name);
      } catch (error) {
        expect((error as JobsError).code).toBe('JOBS_UNKNOWN_JOB');
        return (error as JobsError).message;
      }
      return '';
    };
    expect(messageFor('send-mail')).toContain('`send-email`');
    expect(messageFor('x'.repeat(10_000)).length).toBeLessThan(1_000);
    expect(refusalOf(() => new JobRegistry('empty').resolve('any'))?.code).toBe('JOBS_UNKNOWN_JOB');
  });

  it('takes unknown names where that is wished, but no bad ones', () => {
    const registry = new JobRegistry('default', () => undefined);
    const job: JobDefinition = registry.resolve('elsewhere');
    expect(job).toMatchObject({ name: 'elsewhere', options: {} });
    expect(job.handler(undefined, undefined as never)).toBeUndefined();
    expect(registry.all).toEqual([]);
    expect(refusalOf(() => registry.resolve('__proto__'))).toMatchObject({ field: 'job' });
  });
});
