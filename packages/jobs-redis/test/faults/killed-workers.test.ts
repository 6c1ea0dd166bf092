import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';
import type { WorkerProcess } from './support/worker-fleet.ts';

const JOBS = 10_000;
const KILLS = 20;
/** Longer than a busy machine keeps a process from renewing: what is not killed loses no job. */
const LEASE_MS = 5000;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('loses no job when workers are killed, and repeats only what they held', async () => {
  const accepted = await enqueue(JOBS);
  const onlooker = bench.queue();
  const fleet = bench.fleet({ lockDuration: LEASE_MS });
  const workers = await fleet.start(3);
  const kills: { pid: number; at: number; active: string[] }[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(250);
    const index = Math.floor(Math.random() * workers.length);
    const victim = workers[index] as WorkerProcess;
    await victim.kill();
    const active = await heldBy(victim.pid, onlooker);
    kills.push({ pid: victim.pid, at: Date.now(), active });
    workers[index] = (await fleet.start(1))[0] as WorkerProcess;
  }
  await untilDone(accepted);

  const lines = bench.oracle.lines();
  const recoveries = kills.flatMap(({ active, at }) =>
    active.map(
      (id) =>
        (lines.find((line) => line.jobId === id && line.what === 'start' && line.at > at)?.at ??
          at) - at,
    ),
  );
  const report = countRuns(accepted, lines, recoveries);
  const held = kills.reduce((sum, { active }) => sum + active.length, 0);
  printReport('killed 20 times with SIGKILL', report, { held });
  expect(report).toMatchObject({ accepted: JOBS, lost: 0 });
  expect(report.duplicates).toBeLessThanOrEqual(held);
  expect(report.runs - report.accepted).toBeLessThanOrEqual(held);
});

test('loses and repeats nothing in a rolling deploy of jobs shorter than the grace', async () => {
  const accepted = await enqueue(JOBS);
  const fleet = bench.fleet({ lockDuration: LEASE_MS });
  const workers = await fleet.start(3);
  const stops: number[] = [];
  for (let stop = 0; stop < KILLS; stop++) {
    await sleep(150);
    const index = stop % workers.length;
    const old = workers[index] as WorkerProcess;
    const startedAt = Date.now();
    old.signal('SIGTERM');
    expect(await old.ended()).toBe(0);
    stops.push(Date.now() - startedAt);
    expect(old.output).not.toContain('unhandled');
    workers[index] = (await fleet.start(1))[0] as WorkerProcess;
  }
  await untilDone(accepted);

  const report = countRuns(accepted, bench.oracle.lines(), stops);
  const { jobs } = await bench.queue().getJobs({ status: 'completed', limit: 1000 });
  printReport('stopped 20 times with SIGTERM', report);
  expect(report).toMatchObject({ accepted: JOBS, lost: 0, duplicates: 0, runs: JOBS });
  expect(jobs.every((job) => job.attemptsMade === 1 && job.stalledCount === 0)).toBe(true);
});

async function enqueue(count: number): Promise<string[]> {
  const queue = bench.queue({ enqueueTimeout: 60_000 });
  const items = Array.from({ length: count }, () => ({ job: 'work', payload: {} }));
  return (await queue.enqueueMany(items)).map((job) => job.id);
}

async function untilDone(accepted: readonly string[]): Promise<void> {
  const queue = bench.queue();
  await waitFor(
    `${accepted.length} jobs are done`,
    async () => {
      const { waiting, active, delayed } = await queue.getStats();
      return waiting + active + delayed === 0;
    },
    120_000,
    100,
  );
}

/**
 * The jobs a process that is gone still holds in the store: begun by it, or ended there without the
 * store having heard of it.
 */
async function heldBy(pid: number, queue: RedisQueue): Promise<string[]> {
  const { jobs } = await queue.getJobs({ status: 'active', limit: 1000 });
  const startedBy = new Map<string, number>();
  for (const { what, jobId, pid: by } of bench.oracle.lines()) {
    if (what === 'start') startedBy.set(jobId, by);
  }
  return jobs.map(({ id }) => id).filter((id) => startedBy.get(id) === pid);
}
