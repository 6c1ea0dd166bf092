import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../src/index.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const work = defineJob({ name: 'work', handler: (_: number) => undefined });

test.each([0, 60])(
  'a worker fails what waits for a job that was deleted by hand, after %i quiet minutes',
  async (quietMinutes) => {
    const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
    const path = join(folder, 'jobs.sqlite');
    const clock = createTestClock();
    const told: string[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (text: string) => told.push(text) };
    const queue = createQueue({ path, clock, logger, jobs: [work] });
    onTestFinished(async () => {
      await queue.close();
      rmSync(folder, { recursive: true });
    });
    await queue.enqueue(work, 1, { jobId: 'gone', delay: DAY });
    await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['gone'] });
    await queue.process();
    await clock.advance(quietMinutes * MINUTE);
    const database = new DatabaseSync(path);
    database.exec(`DELETE FROM philjs_jobs_jobs WHERE id = 'gone'`);
    database.close();
    await clock.advance(2 * MINUTE);
    const job = await queue.getJob('b');
    expect(job).toMatchObject({ status: 'failed', error: { code: 'JOBS_DEPENDENCY_FAILED' } });
    expect(told).toEqual([expect.stringContaining('put back, or fail for it: 1')]);
  },
);
