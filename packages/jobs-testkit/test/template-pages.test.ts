import { createQueue, defineJob } from '@philjs/jobs-core';
import { expect, it, vi } from 'vitest';
import { MemoryRows } from '../../../templates/backend/src/engine-table.ts';
import { myBackend } from '../../../templates/backend/src/index.ts';
import { createTestClock } from '../src/index.ts';

it('asks the engine of the template for no more rows than a page at a time', async () => {
  const pages = vi.spyOn(MemoryRows.prototype, 'page');
  const job = defineJob({ name: 'job', handler: () => new Promise<void>(() => undefined) });
  const clock = createTestClock();
  const backend = myBackend();
  const queue = createQueue({ name: 'pages', jobs: [job], backend, clock });
  await queue.enqueueMany(Array.from({ length: 2500 }, () => ({ job, payload: undefined })));
  await queue.process();
  await clock.settle();
  expect(await queue.clear()).toBe(2499);
  for (const [{ limit }] of pages.mock.calls) expect(limit).toBeLessThanOrEqual(1000);
  expect(pages.mock.calls.length).toBeGreaterThan(3);
  await queue.close({ timeout: 0 });
});
