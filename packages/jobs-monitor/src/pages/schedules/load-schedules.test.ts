import { createRedactor } from '@philjs/jobs-core/redact';
import { createQueue } from '@philjs/jobs-memory';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Monitor } from '../../monitor/monitor.ts';
import { loadSchedules } from './load-schedules.ts';

test('masks only the descriptions of schedules that it shows, or in which a word was found', async () => {
  const queue = createQueue({ name: 'emails' });
  onTestFinished(() => queue.close());
  const monitor = new Monitor(queue, {
    getAllScheduledJobs: () =>
      Array.from({ length: 1000 }, (_, place) => ({
        id: `s-${place}`,
        jobName: 'report',
        description: place === 7 ? 'for Ada, token=abcdef123456' : 'for all',
      })),
    getJobHistory: () => [],
  });
  const redactor = createRedactor();
  const about = vi.spyOn(redactor, 'about');
  const found = async (q: string): Promise<number> => {
    about.mockClear();
    return (await loadSchedules({ monitor, redactor } as never, new Map([['q', q]]))).total;
  };
  expect(await found('')).toBe(1000);
  expect(about.mock.calls.length).toBeLessThanOrEqual(100);
  expect(await found('ada report')).toBe(1);
  expect(about.mock.calls.length).toBeLessThanOrEqual(2);
  expect(await found('abcdef')).toBe(0);
});
