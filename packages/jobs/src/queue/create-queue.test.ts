import { defineJob } from '@philjs/jobs-core';
import { describe, expect, test, vi } from 'vitest';
import { createQueue } from './create-queue.ts';

const job = defineJob({ name: 'greet', handler: (who: string) => `Hello, ${who}` });

function quietLogger(): {
  lines: string[];
  logger: NonNullable<Parameters<typeof createQueue>[0]>['logger'];
} {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
  };
  return { lines, logger: { debug: write, info: write, warn: write, error: write } };
}

describe('createQueue', () => {
  test('keeps jobs in memory when nothing says where Redis is, and says so', async () => {
    vi.stubEnv('REDIS_URL', undefined);
    const { lines, logger } = quietLogger();
    const queue = createQueue({ name: 'auto', jobs: [job], logger });
    expect(queue.backend.name).toBe('memory');
    expect(lines.join()).toContain('memory');
    await queue.process();
    expect(await queue.waitFor(await queue.enqueue('greet', 'Ada'))).toBe('Hello, Ada');
    await queue.close();
  });

  test.each([
    ['REDIS_URL', 'redis://:s3cret-word@127.0.0.1:1', undefined],
    ['`redis`', undefined, 'redis://:s3cret-word@127.0.0.1:1'],
  ])('uses Redis when %s says where it is, without telling where', async (why, url, redis) => {
    vi.stubEnv('REDIS_URL', url);
    const { lines, logger } = quietLogger();
    const queue = createQueue({ jobs: [job], redis, logger });
    expect(queue.backend.name).toBe('redis');
    expect(lines.join()).toContain(why);
    expect(lines.join()).not.toContain('s3cret-word');
    await queue.close({ timeout: 0 });
  });

  test('refuses an option it does not know', () => {
    expect(() => createQueue({ concurency: 2 } as object)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });
});
