import { defineJob, systemClock } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createQueue } from '../src/index.ts';
import { deleteOn } from './conformance/delete-on.ts';

const MINUTE = 60_000;
const work = defineJob({ name: 'work', handler: (_: number) => undefined });

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

/** A clock on which a minute takes a tenth of a second. */
const hasty: typeof systemClock = {
  ...systemClock,
  setTimeout: (callback, delayMs, options) =>
    systemClock.setTimeout(callback, delayMs === MINUTE ? 100 : delayMs, options),
};

test.each([true, false])(
  'a worker fails what waits for a job that was deleted by hand, where it listens: %s',
  async (listen) => {
    const told: string[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (text: string) => told.push(text) };
    const queue = createQueue({
      ...{ name: `unplaced-${listen}`, postgres: server.url, listen, clock: hasty, logger },
      jobs: [work],
    });
    onTestFinished(() => queue.close());
    await queue.enqueue(work, 1, { jobId: 'gone', delay: 1_000_000 });
    await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['gone'] });
    await queue.process();
    await deleteOn(server.url)('job', { queueName: queue.name, id: 'gone' });
    await vi.waitUntil(async () => (await queue.getJob('b'))?.status === 'failed', MINUTE);
    const job = await queue.getJob('b');
    expect(job).toMatchObject({ error: { code: 'JOBS_DEPENDENCY_FAILED' } });
    expect(told).toEqual([expect.stringContaining('put back, or fail for it: 1')]);
  },
);
