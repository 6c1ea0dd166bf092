import { Worker } from 'bullmq';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

// BullMQ 6.0.7 to 6.2.0 did this after an outage.
test('begins anew with a worker whose loop has stopped asking for jobs', async () => {
  const loop = Worker.prototype as unknown as { _getNextJob(): Promise<unknown> };
  const stuck = vi.spyOn(loop, '_getNextJob').mockReturnValue(new Promise(() => undefined));
  const queue = bench.queue();
  const codes: unknown[] = [];
  queue.on('error', ({ error }) => codes.push((error as { code?: string }).code));
  await queue.process();
  await waitFor('the loop is stuck', () => stuck.mock.calls.length > 0);
  stuck.mockRestore();
  const { id } = await queue.enqueue('work', {});
  const tookMs = await waitFor(
    'the job is done all the same',
    async () => (await queue.getJob(id))?.status === 'completed',
    60_000,
    100,
  );
  const stopMs = Date.now();
  await queue.close({ timeout: 500 });
  printReport(
    'a loop that stopped asking',
    {},
    { tookMs: Math.round(tookMs), closeMs: Date.now() - stopMs },
  );
  expect(tookMs).toBeLessThan(35_000);
  expect(codes).toContain('JOBS_BACKEND_UNAVAILABLE');
  expect(Date.now() - stopMs).toBeLessThan(1500);
});
