import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';
import type { WorkerProcess } from './support/worker-fleet.ts';

/** The time a busy machine takes at most for what is done at once: a call or a lease takes longer to wait for. */
const SOON_MS = 4500;
/** The same where it is a job that would take longer. */
const SOONER_THAN_A_JOB_MS = 15_000;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('aborts and gives back a job longer than the grace, and ends in time', async () => {
  const grace = 1000;
  const queue = bench.queue();
  const job = await queue.enqueue('until-aborted', undefined);
  const [worker] = (await bench.fleet({ grace }).start(1)) as [WorkerProcess];
  await waitFor('the job starts', () => bench.oracle.lines().some(({ what }) => what === 'start'));
  const signalledAt = Date.now();
  worker.signal('SIGTERM');
  const code = await worker.ended();
  const exitMs = Date.now() - signalledAt;
  const after = await queue.getJob(job.id);
  const aborts = bench.oracle.lines().filter(({ what }) => what === 'abort').length;
  printReport('SIGTERM with a job longer than the grace', {}, { grace, exitMs, aborts });
  expect({ code, aborts, status: after?.status, attemptsMade: after?.attemptsMade }).toEqual({
    code: 0,
    aborts: 1,
    status: 'waiting',
    attemptsMade: 0,
  });
  expect(exitMs).toBeGreaterThanOrEqual(grace);
  expect(exitMs).toBeLessThan(grace + SOONER_THAN_A_JOB_MS);
});

test('ends at once with a second signal, and leaves the job to its lease', async () => {
  const queue = bench.queue();
  const job = await queue.enqueue('work', { ms: 20_000 });
  const [worker] = (await bench.fleet({ grace: 20_000 }).start(1)) as [WorkerProcess];
  await waitFor('the job starts', () => bench.oracle.lines().some(({ what }) => what === 'start'));
  worker.signal('SIGTERM');
  await waitFor('the worker drains', () => worker.output.includes('takes no new job'));
  const signalledAt = Date.now();
  worker.signal('SIGINT');
  expect(await worker.ended()).toBe(130);
  printReport('a second signal', {}, { exitMs: Date.now() - signalledAt });
  expect(Date.now() - signalledAt).toBeLessThan(SOONER_THAN_A_JOB_MS);
  expect((await queue.getJob(job.id))?.status).toBe('active');
});

test.each(['gone', 'frozen'] as const)(
  'stops and closes in time while the server is %s',
  async (how) => {
    const queue = bench.queue({ concurrency: 5 });
    await queue.process();
    await queue.enqueue('work', { ms: 60_000 });
    await waitFor('the job starts', () =>
      bench.oracle.lines().some(({ what }) => what === 'start'),
    );
    if (how === 'gone') await bench.server.kill();
    else bench.server.freeze();
    const stopMs = await timed(() => queue.stop({ timeout: 500 }));
    const [closeMs] = await Promise.all([
      timed(() => queue.close({ timeout: 500 })),
      queue.close({ timeout: 500 }),
    ]);
    if (how === 'frozen') bench.server.thaw();
    printReport(`stop and close with the server ${how}`, {}, { stopMs, closeMs });
    expect(stopMs).toBeLessThan(500 + SOON_MS);
    expect(closeMs).toBeLessThan(500 + SOON_MS);
  },
);

test('closes idle workers in time when the server is gone again, soon after it was', async () => {
  const workers = Array.from({ length: 16 }, (_, at) => bench.queue({ name: `idle-${at}` }));
  await Promise.all(workers.map((queue) => queue.process()));
  await bench.server.kill();
  await sleep(2000);
  await bench.server.run();
  await Promise.all(
    workers.map(async (queue) => queue.waitFor(await queue.enqueue('work', { ms: 1 }))),
  );
  await sleep(300);
  await bench.server.kill();
  const closeMs = await Promise.all(workers.map((queue) => timed(() => queue.close())));
  printReport('close of idle workers after an outage', {}, { closeMs });
  expect(Math.max(...closeMs)).toBeLessThan(2000 + SOON_MS);
});

test('closes five paused workers, and a queue that is connecting', async () => {
  const workers = Array.from({ length: 5 }, () => bench.queue());
  await Promise.all(workers.map((queue) => queue.process()));
  await workers[0]?.pause();
  const closeMs = await timed(() => Promise.all(workers.map((queue) => queue.close())));
  const connecting = bench.queue();
  const starting = connecting.process().catch(() => undefined);
  const connectingMs = await timed(() => connecting.close());
  await starting;
  printReport('close of paused and connecting workers', {}, { closeMs, connectingMs });
  expect(Math.max(closeMs, connectingMs)).toBeLessThan(SOON_MS);
});

test('lets the process end by itself, also with the server gone', async () => {
  const program = fileURLToPath(new URL('support/closing-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, REDIS_URL: bench.server.url, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await waitFor('it works', () => output.includes('working'));
  await bench.server.kill();
  await sleep(500);
  await waitFor('it closes', () => output.includes('closed'));
  const closedAt = Date.now();
  expect(await ended).toBe(0);
  printReport('exit after close', {}, { exitMs: Date.now() - closedAt });
  expect(Date.now() - closedAt).toBeLessThan(SOON_MS);
  expect(output).not.toContain('unhandled');
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round(performance.now() - startedAt);
}
