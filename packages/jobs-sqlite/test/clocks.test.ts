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
const jobs = [rated, ratedByKey, held, heldByKey, lost];

/** Opens a file while the clock of this process is an hour ahead, until it is set back. */
function openAhead() {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
  const path = join(folder, 'jobs.sqlite');
  const real = Date.now;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => real() + HOUR);
  onTestFinished(() => {
    spy.mockRestore();
    rmSync(folder, { recursive: true });
  });
  const open = () => {
    const queue = createQueue({ path, jobs });
    onTestFinished(() => queue.close());
    return queue;
  };
  return { path, open, setBack: () => spy.mockRestore() };
}

it('holds no job back for longer when the clock is set back', async () => {
  const { path, open, setBack } = openAhead();
  const queue = open();
  const payload = { tenant: 'a' };
  const other = await queue.enqueue(lost, payload);
  const file = new DatabaseSync(path);
  const take = `UPDATE jobs SET status = 'active', holder = 'gone', fencing_token = 1, lease_until = ? WHERE id = ?`;
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
