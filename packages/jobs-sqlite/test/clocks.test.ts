import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defineJob } from '@philjs/jobs-core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createQueue } from '../src/index.ts';

const HOUR = 3_600_000;
/** For how long a rate or a handler holds jobs back, in milliseconds. */
const HELD_MS = 5_000;

interface Call {
  readonly tenant: string;
}

const key = ({ tenant }: Call): string => tenant;
const rated = defineJob({
  name: 'rated',
  rateLimit: { max: 1, per: HELD_MS },
  handler: (_: Call) => undefined,
});
const ratedByKey = defineJob({
  name: 'rated-by-key',
  rateLimit: { max: 1, per: HELD_MS, key },
  handler: (_: Call) => undefined,
});
const held = defineJob({ name: 'held', handler: (_: Call, ctx) => ctx.holdBack(HELD_MS) });
const heldByKey = defineJob({
  name: 'held-by-key',
  concurrency: { max: 5, key },
  handler: (_: Call, ctx) => ctx.holdBack(HELD_MS),
});
const lost = defineJob({ name: 'lost', handler: (_: Call) => undefined });
const broken = defineJob({
  name: 'broken',
  attempts: 1,
  handler: (_: boolean, ctx) => {
    if (ctx.metadata['isMended'] !== true) throw new Error('broken');
  },
});
const jobs = [rated, ratedByKey, held, heldByKey, lost, broken];

/** Opens a file while the clock of this process is an hour ahead, until it is set back, and again once it is set ahead. */
function openAhead() {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const real = Date.now;
  let ahead = HOUR;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => real() + ahead);
  onTestFinished(() => {
    spy.mockRestore();
    rmSync(folder, { recursive: true });
  });
  const open = () => {
    const queue = createQueue({ path, jobs });
    onTestFinished(() => queue.close());
    return queue;
  };
  const set = (to: number) => () => {
    ahead = to;
  };
  return { path, open, setBack: set(0), setAhead: set(HOUR) };
}

it('holds no job back for longer when the clock is set back', async () => {
  const { path, open, setBack } = openAhead();
  const queue = open();
  const payload = { tenant: 'a' };
  const other = await queue.enqueue(lost, payload);
  const file = new DatabaseSync(path);
  const take = `UPDATE philjs_jobs_jobs SET status = 'active', holder = 'gone', fencing_token = 1, lease_until = ? WHERE id = ?`;
  file.prepare(take).run(Date.now() + HELD_MS, other.id);
  file.close();
  await queue.process();
  const waiting = [other];
  for (const job of [rated, ratedByKey, held, heldByKey]) {
    const first = await queue.enqueue(job as typeof rated, payload);
    await queue.waitFor(first);
    waiting.push(await queue.enqueue(job as typeof rated, payload));
  }
  // The worker that takes this one has looked at the others.
  await queue.waitFor(await queue.enqueue(lost, payload));
  setBack();
  await open().process();
  const ended = waiting.map((job) => queue.waitFor(job, { timeout: 120_000 }));
  expect(await Promise.all(ended)).toHaveLength(5);
});

it('releases a job at once that was put back, also for another one, while the clock was ahead', async () => {
  const { open, setBack, setAhead } = openAhead();
  setBack();
  const queue = open();
  const first = await queue.enqueue(broken, false);
  const failed = await queue.enqueue(lost, { tenant: 'a' }, { dependsOn: [first] });
  await queue.process();
  await vi.waitFor(async () => expect((await queue.getStats()).failed).toBe(2), 120_000);
  await queue.stop();
  const later = await queue.enqueue(lost, { tenant: 'a' }, { delay: 1 });
  const cancelled = await queue.enqueue(lost, { tenant: 'b' }, { dependsOn: [later] });
  await queue.cancelJob(cancelled.id);
  setAhead();
  await queue.retryJob(cancelled.id);
  await queue.updateJob(first.id, { metadata: { isMended: true } });
  await queue.retryJob(first.id);
  setBack();
  expect((await queue.getStats()).blocked).toBe(2);
  await queue.process();
  const ended = [failed, cancelled].map((job) => queue.waitFor(job, { timeout: 60_000 }));
  expect(await Promise.all(ended)).toHaveLength(2);
  expect((await queue.backend.get({ id: failed.id }))?.snoozeReason).toBeUndefined();
});
