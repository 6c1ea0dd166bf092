import { type Codec, defineJob, RunEnded } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { beforeAll, expect, it, vi } from 'vitest';

/** The package over another copy of core than the queues have, as where two versions of core are installed. */
let other: typeof import('../src/index.ts');

beforeAll(async () => {
  vi.resetModules();
  other = await import('../src/index.ts');
  expect((await import('@philjs/jobs-core')).RunEnded).not.toBe(RunEnded);
});

const sealed: Codec = {
  encode: (value) => ({ sealed: JSON.stringify(value) }),
  decode: (json) => JSON.parse((json as { sealed: string }).sealed),
};

it('reads payloads by the codec of a queue that another copy of core made, and stops as it closes', async () => {
  const report = defineJob({ name: 'report', handler: ({ day }: { day: string }) => day });
  const queue = createQueue({ jobs: [report], codec: sealed });
  const scheduler = new other.Scheduler(queue);
  const id = await scheduler.schedule(report, { every: 60_000, payload: { day: 'today' } });
  const scheduled = await scheduler.getScheduledJob(id);
  expect(scheduled?.options.payload).toEqual({ day: 'today' });
  await scheduler.start();
  expect(scheduler.isRunning).toBe(true);
  await queue.close();
  expect(scheduler.isRunning).toBe(false);
});
