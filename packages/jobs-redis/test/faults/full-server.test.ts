import { createFaultProxy, type FaultProxy } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

let bench: FaultBench;
let proxy: FaultProxy | undefined;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(async () => {
  await bench.end();
  await proxy?.close();
  proxy = undefined;
});

test('refuses jobs with a code when the memory is full, and loses none it had accepted', async () => {
  const admin = openClient(bench.server);
  await admin.config('SET', 'maxmemory-policy', 'noeviction');
  const queue = bench.queue();
  await queue.enqueue('work', {});
  const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
  await admin.config('SET', 'maxmemory', String(used + 4 * 2 ** 20));
  const accepted: string[] = [];
  let refusal: unknown;
  while (refusal === undefined && accepted.length < 50_000) {
    await queue.enqueue('work', { ms: 1, padding: 'x'.repeat(2000) } as never).then(
      ({ id }) => accepted.push(id),
      (error) => {
        refusal = error;
      },
    );
  }
  const [worker] = await bench
    .fleet({ lockDuration: 2000 })
    .start(1)
    .catch(() => []);
  await sleep(1000);
  await admin.config('SET', 'maxmemory', '0');
  if (worker === undefined) await bench.fleet({ lockDuration: 2000 }).start(1);
  await waitFor(
    'all are done',
    async () => {
      const { waiting, active, delayed } = await queue.getStats();
      return waiting + active + delayed === 0;
    },
    60_000,
  );
  const { failed } = await queue.getStats();
  const report = countRuns(accepted, bench.oracle.lines(), []);
  printReport('maxmemory reached', report, { failed });
  await admin.quit();
  expect(refusal).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  expect(report).toMatchObject({ lost: 0 });
  expect(failed).toBe(0);
});

test.each(['new', 'new, with limits', 'idle'] as const)(
  'is drained while it is full by a worker that is %s',
  async (kind) => {
    const admin = openClient(bench.server);
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    const queue = bench.queue();
    const workLimit = kind === 'new, with limits' ? 5 : undefined;
    const fleet = bench.fleet({ lockDuration: 2000, jobMs: 1, workLimit });
    if (kind === 'idle') {
      await fleet.start(1);
    }
    await queue.pause();
    const accepted: string[] = [];
    const enqueue = async (): Promise<boolean> => {
      const payload = { padding: 'x'.repeat(2000) } as never;
      return queue.enqueue('work', payload).then(
        ({ id }) => accepted.push(id) > 0,
        () => false,
      );
    };
    for (let i = 0; i < 500; i++) await enqueue();
    const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
    // Less than is used: nothing that needs memory is permitted.
    await admin.config('SET', 'maxmemory', String(used - 2 ** 20));
    expect(await enqueue()).toBe(false);
    await queue.resume();
    const startedAt = performance.now();
    if (kind !== 'idle') await fleet.start(1);
    await waitFor('all are done', () => ends() === accepted.length);
    const tookMs = Math.round(performance.now() - startedAt);
    await admin.config('SET', 'maxmemory', '0');
    await waitFor('all is recorded', async () => (await queue.getStats()).active === 0);
    const { failed, completed } = await queue.getStats();
    await admin.quit();
    const report = countRuns(accepted, bench.oracle.lines(), []);
    printReport(`drained while full, ${kind} worker`, report, { tookMs, completed, failed });
    expect(report).toMatchObject({ lost: 0, duplicates: 0 });
    expect({ completed, failed }).toEqual({ completed: accepted.length, failed: 0 });
  },
);

test('warns at start of a policy that may drop jobs', async () => {
  const admin = openClient(bench.server);
  await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await admin.quit();
  const warnings: string[] = [];
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    error: () => undefined,
    warn: (text: string) => warnings.push(text),
  };
  await bench.queue({ logger }).enqueue('work', {});
  printReport('eviction policy allkeys-lru', {}, { warnings });
  expect(warnings.join()).toContain('allkeys-lru');
});

test.each([
  "READONLY You can't write against a read only replica.",
  "OOM command not allowed when used memory > 'maxmemory'.",
  'reset',
])('repeats an outcome that met with %s, and calls no handler a failure for it', async (fault) => {
  proxy = await createFaultProxy({ target: { port: bench.server.port }, protocol: 'resp' });
  const queue = bench.queue({ redis: `redis://127.0.0.1:${proxy.port}`, lockDuration: 10_000 });
  await queue.process();
  const first = await queue.enqueue('work', {});
  await waitFor(
    'the script is loaded',
    async () => (await queue.getJob(first.id))?.status === 'completed',
  );
  const { id } = await queue.enqueue('work', { ms: 2000 });
  await waitFor('it runs', () => bench.oracle.lines().some((line) => line.jobId === id));
  const isReset = fault === 'reset';
  let met = 0;
  proxy.intercept({
    command: (words) => {
      const reports =
        /^evalsha$/i.test(words[0] ?? '') && words.includes(id) && words.includes('complete');
      if (reports) met += 1;
      return reports;
    },
    answer: isReset ? 'reset' : { error: fault },
    executed: isReset,
    times: isReset ? 1 : 2,
  });
  await waitFor(
    'it completes',
    async () => (await queue.getJob(id))?.status === 'completed',
    20_000,
  );
  const after = await queue.enqueue('work', {});
  await waitFor(
    'the next one runs',
    async () => (await queue.getJob(after.id))?.status === 'completed',
    20_000,
  );
  expect(met, 'times the outcome met with the fault').toBe(isReset ? 1 : 2);
  const job = await queue.getJob(id);
  printReport(
    `outcome refused: ${fault.slice(0, 20)}`,
    countRuns(
      [id],
      bench.oracle.lines().filter(({ jobId }) => jobId === id),
      [],
    ),
  );
  expect(job).toMatchObject({ status: 'completed', attemptsMade: 1, fencingToken: 1 });
  expect(job?.error).toBeUndefined();
});

test('finds out what became of an outcome whose answer never came', async () => {
  proxy = await createFaultProxy({ target: { port: bench.server.port } });
  const queue = bench.queue({ redis: `redis://127.0.0.1:${proxy.port}`, lockDuration: 10_000 });
  await queue.process();
  const reader = bench.queue();
  const jobs = await reader.enqueueMany([
    { job: 'work', payload: { ms: 300 } },
    { job: 'work', payload: {} },
  ]);
  await waitFor('it runs', () => bench.oracle.lines().length > 0);
  proxy.mute();
  await waitFor(
    'it is done, and the worker does not hear of it',
    async () => (await reader.getStats()).completed > 0,
  );
  await sleep(3000);
  proxy.heal();
  await waitFor('both are done', async () => (await reader.getStats()).completed === 2);
  const report = countRuns(
    jobs.map(({ id }) => id),
    bench.oracle.lines(),
    [],
  );
  printReport('answers lost for 3 s', report);
  expect(report).toMatchObject({ runs: 2, lost: 0, duplicates: 0 });
  for (const { id } of jobs) {
    expect(await reader.getJob(id)).toMatchObject({ fencingToken: 1, stalledCount: 0 });
  }
});

const ends = (): number => bench.oracle.lines().filter(({ what }) => what === 'end').length;
