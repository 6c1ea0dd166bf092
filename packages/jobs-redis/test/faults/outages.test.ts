import { createFaultProxy, type FaultProxy } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { heapInUse } from './support/collect-garbage.ts';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

let bench: FaultBench;
let proxy: FaultProxy | undefined;
beforeEach(async () => {
  bench = await FaultBench.start({ config: { appendonly: 'yes', appendfsync: 'everysec' } });
});
afterEach(async () => {
  await bench.end();
  await proxy?.close();
  proxy = undefined;
});

test.each([3, 10, 30])(
  'consumes again unaided after the server was away for %i s',
  async (seconds) => {
    const fleet = bench.fleet();
    const [worker] = await fleet.start(1);
    const queue = bench.queue();
    await queue.enqueue('work', {});
    await waitFor('the first job is done', () => ended().length === 1);
    await bench.server.kill();
    await sleep(seconds * 1000);
    await bench.server.run();
    const backAt = Date.now();
    const accepted = await waitAndEnqueue();
    const firstMs = await waitFor('a job is done', () => ended().includes(accepted));
    const recovery = Date.now() - backAt;
    printReport(
      `server away for ${seconds} s`,
      {},
      { recoveryMs: recovery, afterEnqueueMs: Math.round(firstMs) },
    );
    expect(recovery).toBeLessThan(60_000);
    expect(worker?.output).not.toContain('unhandled');
  },
);

test('loses at most the last two seconds when a server with AOF is killed', async () => {
  const queue = bench.queue();
  const accepted: { id: string; at: number }[] = [];
  let running = true;
  const producing = (async () => {
    while (running) {
      const at = Date.now();
      const jobs = await queue
        .enqueueMany(Array.from({ length: 20 }, () => ({ job: 'work', payload: {} })))
        .catch(() => []);
      const acceptedAt = Date.now();
      accepted.push(...jobs.map((job) => ({ id: job.id, at: acceptedAt })));
      await sleep(Math.max(0, 100 - (Date.now() - at)));
    }
  })();
  await sleep(5000);
  await waitFor('a slow machine has stored some', () => accepted.length > 500);
  const killedAt = Date.now();
  await bench.server.kill();
  running = false;
  await producing;
  await bench.server.run();
  const reader = bench.queue();
  const reach = (): Promise<boolean> =>
    reader.getStats().then(
      () => true,
      () => false,
    );
  await waitFor('the server is reached', reach);
  const missing: number[] = [];
  for (const { id, at } of accepted) {
    if ((await reader.getJob(id)) === undefined) missing.push(killedAt - at);
  }
  const report = { accepted: accepted.length, lost: missing.length };
  printReport('AOF everysec, SIGKILL', report, { oldestLostMs: Math.max(0, ...missing) });
  expect(accepted.length).toBeGreaterThan(500);
  expect(missing.every((ageMs) => ageMs <= 2000)).toBe(true);
});

test('rejects within the time given while the server is away, without growing', async () => {
  await bench.server.kill();
  const before = bench.queue();
  const firstMs = await rejection(() => before.enqueue('work', {}, { jobId: 'a' }));
  await bench.server.run();
  await waitAndEnqueue();

  const queue = bench.queue();
  await queue.enqueue('work', {}, { jobId: 'b' });
  await bench.server.kill();
  const slowest: number[] = [];
  for (let batch = 0; batch < 10; batch++) {
    const calls = Array.from({ length: 1000 }, (_, i) =>
      rejection(() => queue.enqueue('work', {}, { jobId: `c-${batch}-${i}` })),
    );
    slowest.push(Math.max(...(await Promise.all(calls))));
  }
  const heapBefore = heapInUse();
  for (let batch = 0; batch < 10; batch++) {
    await Promise.all(
      Array.from({ length: 1000 }, () => rejection(() => queue.enqueue('work', {}))),
    );
  }
  const grownMb = (heapInUse() - heapBefore) / 2 ** 20;
  await bench.server.run();
  const again = await waitFor('it is back', async () =>
    queue.enqueue('work', {}, { jobId: 'b' }).then(
      () => true,
      () => false,
    ),
  );
  const { duplicate } = await queue.enqueue('work', {}, { jobId: 'b' });
  printReport(
    'enqueue with the server away',
    {},
    {
      firstMs: Math.round(firstMs),
      slowestMs: Math.round(Math.max(...slowest)),
      grownMb: Math.round(grownMb * 10) / 10,
      backMs: Math.round(again),
    },
  );
  // Two seconds, and what a busy machine adds for a thousand calls.
  expect(Math.max(firstMs, ...slowest)).toBeLessThan(60_000);
  expect(grownMb).toBeLessThan(2);
  expect(duplicate).toBe(true);
});

test('takes a job from a worker that is cut off, and refuses what that one reports', async () => {
  // So long that neither loses the job because its process, on a busy machine, stands still.
  const lockDuration = 4000;
  proxy = await createFaultProxy({ target: { port: bench.server.port } });
  const cutOff = bench.queue({ redis: `redis://127.0.0.1:${proxy.port}`, lockDuration });
  const codes: string[] = [];
  cutOff.on('error', ({ error }) => codes.push((error as { code?: string }).code ?? error.name));
  await cutOff.process();
  const queue = bench.queue();
  // Takes longer than another process takes to start, and then four leases.
  const { id } = await queue.enqueue('work', { ms: 45_000 });
  await waitFor('it starts', () => bench.oracle.lines().some(({ what }) => what === 'start'));
  await bench.fleet({ lockDuration }).start(1);
  proxy.blackhole();
  const cutAt = Date.now();
  await waitFor('another worker runs it', () => starts(id).length === 2);
  const takenMs = Date.now() - cutAt;
  await sleep(3 * lockDuration - takenMs);
  proxy.heal();
  await waitFor('both have ended', () => ended().length === 2);
  await waitFor('the lease is known to be lost', () => codes.includes('JOBS_LEASE_LOST'));
  const aborts = bench.oracle
    .lines()
    .filter(({ what, pid }) => what === 'abort' && pid === process.pid);
  await waitFor('it completes', async () => (await queue.getJob(id))?.status === 'completed');
  const job = await queue.getJob(id);
  printReport('worker cut off for 3 leases', countRuns([id], bench.oracle.lines(), [takenMs]));
  expect(aborts).toHaveLength(1);
  expect({
    fencingToken: job?.fencingToken,
    attemptsMade: job?.attemptsMade,
    stalledCount: job?.stalledCount,
  }).toEqual({ fencingToken: 2, attemptsMade: 1, stalledCount: 1 });
  expect(takenMs).toBeGreaterThan(lockDuration / 2);
});

test('loses nothing while connections are reset every second', async () => {
  proxy = await createFaultProxy({ target: { port: bench.server.port } });
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', note);
  const url = `redis://127.0.0.1:${proxy.port}`;
  const fleet = bench.fleet({ url, lockDuration: 2000 });
  await fleet.start(2);
  const producer = bench.queue({ redis: url });
  const accepted: string[] = [];
  const refused: unknown[] = [];
  const until = Date.now() + 30_000;
  const resetting = (async () => {
    while (Date.now() < until) {
      await sleep(1000);
      proxy?.reset();
    }
  })();
  while (Date.now() < until) {
    await Promise.all(
      Array.from({ length: 10 }, () =>
        producer.enqueue('work', {}).then(
          (job) => accepted.push(job.id),
          (error) => refused.push(error),
        ),
      ),
    );
    await sleep(20);
  }
  await resetting;
  const reader = bench.queue();
  await waitFor(
    'all are done',
    async () => {
      const { waiting, active, delayed } = await reader.getStats();
      return waiting + active + delayed === 0;
    },
    60_000,
  );
  process.off('unhandledRejection', note);
  const report = countRuns(accepted, bench.oracle.lines(), []);
  const stats = await reader.getStats();
  printReport('connections reset each second for 30 s', report, {
    refused: refused.length,
    failed: stats.failed,
    unhandled: unhandled.length,
  });
  expect(report.lost).toBe(0);
  expect(unhandled).toEqual([]);
  expect(stats.failed).toBe(0);
  expect(fleet.all.every((worker) => !worker.output.includes('unhandled'))).toBe(true);
});

function ended(): string[] {
  return bench.oracle
    .lines()
    .filter(({ what }) => what === 'end')
    .map(({ jobId }) => jobId);
}

function starts(id: string): number[] {
  return bench.oracle
    .lines()
    .filter(({ what, jobId }) => what === 'start' && jobId === id)
    .map(({ at }) => at);
}

async function waitAndEnqueue(): Promise<string> {
  const queue = bench.queue();
  let id = '';
  await waitFor('a job is accepted', () =>
    queue.enqueue('work', {}).then(
      (job) => {
        id = job.id;
        return true;
      },
      () => false,
    ),
  );
  return id;
}

/** How long a call took to reject for want of a server, in milliseconds. Vitest would keep what `expect` saw. */
async function rejection(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  const code = await call().then(
    () => 'accepted',
    (error: { readonly code?: string }) => error.code,
  );
  if (code !== 'JOBS_BACKEND_UNAVAILABLE') throw new Error(`Expected a rejection, got ${code}`);
  return performance.now() - startedAt;
}
