import { createQueue } from '@philjs/jobs-memory';
import { describe, expect, test } from 'vitest';
import { defineConfig, type JobsConfig } from './define-config.ts';

const first = createQueue({ name: 'first' });

describe('defineConfig', () => {
  test('keeps what it is given', () => {
    const schedules = (): void => undefined;
    expect(defineConfig({ queues: [first], schedules })).toEqual({ queues: [first], schedules });
  });

  test.each([
    ['nothing', {}],
    ['no queue', { queues: [] }],
    ['what is no queue', { queues: [{}] }],
    ['two queues of one name', { queues: [first, createQueue({ name: 'first' })] }],
    ['schedules that are no function', { queues: [first], schedules: [] }],
    ['an unknown option', { queues: [first], queue: first }],
  ])('refuses %s', (_what, config) => {
    expect(() => defineConfig(config as unknown as JobsConfig)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });
});
