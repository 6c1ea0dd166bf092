import { defineJob } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

/** The time a busy machine takes at most for what would else never come. */
const SOON_MS = 15_000;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test.each([1, 2])(
  'fails a job that ends its process after %i redeliveries, while others run',
  async (maxStalledCount) => {
    const queue = bench.queue();
    const poison = await queue.enqueue('poison', undefined);
    const fleet = bench.fleet({ maxStalledCount, concurrency: 1 });
    const keeping = keepRunning(fleet, 2);
    const others = await queue.enqueueMany(
      Array.from({ length: 50 }, () => ({ job: 'work', payload: {} })),
    );
    await waitFor(
      'the job fails',
      async () => (await queue.getJob(poison.id))?.status === 'failed',
      40_000,
    );
    await waitFor(
      'the others are done',
      async () => (await queue.getStats()).completed === 50,
      40_000,
    );
    keeping.stop();
    const lines = bench.oracle.lines();
    const starts = lines.filter(
      ({ what, jobId }) => what === 'start' && jobId === poison.id,
    ).length;
    const job = await queue.getJob(poison.id);
    printReport(
      `poison, maxStalledCount ${maxStalledCount}`,
      countRuns(
        others.map(({ id }) => id),
        lines,
        [],
      ),
      { starts },
    );
    expect(starts).toBe(maxStalledCount + 1);
    expect(job).toMatchObject({
      error: { code: 'JOBS_STALLED' },
      attemptsMade: 0,
      stalledCount: maxStalledCount + 1,
    });
  },
);

test('survives a handler that blocks the event loop for three leases', async () => {
  const maxStalledCount = 1;
  const queue = bench.queue();
  const { id } = await queue.enqueue('spin', undefined, { attempts: 1 });
  const fleet = bench.fleet({ maxStalledCount, concurrency: 1 });
  await fleet.start(2);
  await waitFor(
    'it ends',
    async () => /completed|failed/.test((await queue.getJob(id))?.status ?? ''),
    60_000,
  );
  const job = await queue.getJob(id);
  const report = countRuns([id], bench.oracle.lines(), []);
  printReport('event loop blocked for 3 leases', report, {
    status: job?.status,
    code: job?.error?.code,
  });
  expect(report.runs).toBeLessThanOrEqual(maxStalledCount + 1);
  await waitFor('it is warned of', () =>
    fleet.all.some(({ output }) => output.includes('event loop was blocked')),
  );
});

test('records whatever a handler throws as one ordinary failure', async () => {
  const thrown: Record<string, () => unknown> = {
    undefined: () => undefined,
    null: () => null,
    x: () => 'x',
    zero: () => 0,
    object: () => ({}),
    frozen: () => Object.freeze(new Error('frozen')),
    getter: () =>
      Object.defineProperty(new Error(), 'message', {
        get: () => {
          throw new Error('no');
        },
      }),
    aggregate: () => new AggregateError([new Error('a'), new Error('b')], 'many'),
    circular: () => {
      const error = new Error('round');
      error.cause = error;
      return error;
    },
    delayed: () => Object.assign(new Error('no'), { name: 'DelayedError' }),
    waiting: () => Object.assign(new Error('no'), { name: 'WaitingError' }),
    children: () => Object.assign(new Error('no'), { name: 'WaitingChildrenError' }),
    unrecoverable: () => Object.assign(new Error('no'), { name: 'UnrecoverableError' }),
    limited: () => new Error('bullmq:rateLimitExceeded'),
    emptyMessage: () => new Error(''),
  };
  const runs: string[] = [];
  const job = defineJob({
    name: 'throws',
    attempts: 2,
    backoff: { type: 'fixed', delay: 1 },
    handler: async (kind: string) => {
      runs.push(kind);
      throw thrown[kind]?.();
    },
  });
  const queue = bench.queue({ concurrency: 5 });
  queue.register(job);
  await queue.process();
  const kinds = Object.keys(thrown);
  await queue.enqueueMany(kinds.map((kind) => ({ job, payload: kind, options: { jobId: kind } })));
  await waitFor('all have failed', async () => (await queue.getStats()).failed === kinds.length);
  printReport('thrown values', {}, { kinds: kinds.length, runs: runs.length });
  for (const kind of kinds) {
    const failed = await queue.getJob(kind);
    expect(
      runs.filter((run) => run === kind),
      kind,
    ).toHaveLength(2);
    expect(failed, kind).toMatchObject({ status: 'failed', attemptsMade: 2 });
    expect(failed?.error?.name, kind).toMatch(/./);
    expect(typeof failed?.error?.message, kind).toBe('string');
  }
  expect((await queue.getJob('undefined'))?.error?.message).toContain('undefined');
});

test('frees the slot of a handler that never settles, and stops in time', async () => {
  const timeout = 300;
  let starts = 0;
  const aborted: unknown[] = [];
  const stuck = defineJob({
    name: 'stuck',
    timeout,
    attempts: 1,
    handler: (_payload: undefined, ctx) => {
      starts += 1;
      ctx.signal.addEventListener('abort', () => aborted.push(ctx.signal.reason));
      return new Promise<void>(() => undefined);
    },
  });
  const queue = bench.queue({ concurrency: 1 });
  queue.register(stuck);
  await queue.process();
  const { id } = await queue.enqueue(stuck);
  const next = await queue.enqueue('work', {});
  await waitFor('it fails', async () => (await queue.getJob(id))?.status === 'failed');
  const failed = await queue.getJob(id);
  const tookMs = Number(failed?.finishedAt) - Number(failed?.processedAt);
  await waitFor(
    'the next one is done',
    async () => (await queue.getJob(next.id))?.status === 'completed',
  );
  await queue.enqueue(stuck);
  await waitFor('it starts again', async () => starts === 2);
  const startedAt = Date.now();
  await queue.stop({ timeout: 100 });
  const stopMs = Date.now() - startedAt;
  printReport('a handler that never settles', {}, { timeout, tookMs, stopMs });
  expect(failed?.error?.code).toBe('JOBS_TIMEOUT');
  expect(tookMs).toBeLessThan(timeout + SOON_MS);
  expect(aborted).toHaveLength(2);
  expect(stopMs).toBeLessThan(100 + SOON_MS);
});

/** Keeps a number of worker processes alive, starting a new one for each that ends. */
function keepRunning(fleet: ReturnType<FaultBench['fleet']>, count: number): { stop(): void } {
  let running = true;
  const keep = async (): Promise<void> => {
    while (running) {
      // One that is given the poison at once ends before it is ready.
      const [worker] = await fleet.start(1).catch(() => []);
      await worker?.ended();
    }
  };
  for (let i = 0; i < count; i++) void keep();
  return {
    stop: () => {
      running = false;
    },
  };
}
