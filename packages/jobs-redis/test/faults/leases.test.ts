import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

const LEASE_MS = 1000;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start({ config: { appendonly: 'yes' } });
});
afterEach(() => bench.end());

const starts = (id: string): number =>
  bench.oracle.lines().filter(({ what, jobId }) => what === 'start' && jobId === id).length;

test('lets a frozen worker that wakes alone go on with its own job', async () => {
  const [worker] = await bench.fleet({ lockDuration: LEASE_MS }).start(1);
  const queue = bench.queue();
  const { id } = await queue.enqueue('work', { ms: 3000 });
  await waitFor('it starts', () => starts(id) === 1);
  worker?.signal('SIGSTOP');
  await sleep(3.5 * LEASE_MS);
  worker?.signal('SIGCONT');
  await waitFor('it completes', async () => (await queue.getJob(id))?.status === 'completed');
  const report = countRuns([id], bench.oracle.lines(), []);
  printReport('worker frozen for 3.5 leases, alone', report);
  expect(report).toMatchObject({ runs: 1, lost: 0, duplicates: 0 });
});

test('runs no job twice on a busy worker that is frozen for longer than its calls wait', async () => {
  const [worker] = await bench.fleet({ lockDuration: LEASE_MS, concurrency: 20 }).start(1);
  const queue = bench.queue({ enqueueTimeout: 60_000 });
  const accepted = await queue.enqueueMany(
    Array.from({ length: 900 }, (_, i) => ({
      job: 'work',
      payload: { ms: i % 90 === 0 ? 9000 : 5 },
    })),
  );
  await waitFor('some have ended', () => bench.oracle.lines().length > 200);
  // Calls are under way when it freezes, a renewal among them; their answers wait for it.
  bench.server.freeze();
  await sleep(LEASE_MS / 2);
  worker?.signal('SIGSTOP');
  bench.server.thaw();
  await sleep(6500);
  worker?.signal('SIGCONT');
  await waitFor('all complete', async () => (await queue.getStats()).completed === 900, 60_000);
  const report = countRuns(
    accepted.map(({ id }) => id),
    bench.oracle.lines(),
    [],
  );
  printReport('busy worker frozen for longer than its calls wait', report);
  expect(report).toMatchObject({ runs: 900, lost: 0, duplicates: 0 });
});

test.each([1, 2])(
  'runs a job again whose lease an outage outlived, though its handler goes on: %i workers',
  async (workers) => {
    // So long that a process which stands still does not lose the job to the other: a busy machine keeps one waiting.
    const lockDuration = 4 * LEASE_MS;
    await bench.fleet({ lockDuration }).start(workers);
    const queue = bench.queue();
    const { id } = await queue.enqueue('work', { ms: 100_000 });
    await waitFor('it starts', () => starts(id) === 1);
    // A renewal later.
    await sleep(lockDuration / 2);
    bench.server.freeze();
    await sleep(2 * lockDuration);
    bench.server.thaw();
    const healedMs = await waitFor('it starts again', () => starts(id) === 2);
    expect(bench.oracle.lines().filter(({ what }) => what === 'end')).toEqual([]);
    const job = await queue.getJob(id);
    printReport('outage longer than a lease', {}, { workers, healedMs: Math.round(healedMs) });
    // A call that the outage kept for longer than a lease may have taken it under a name given up since: once more then.
    const { fencingToken = 0, stalledCount } = job ?? {};
    expect(fencingToken).toBeGreaterThanOrEqual(2);
    expect(stalledCount).toBe(fencingToken - 1);
  },
);

test('loses nothing while scripts are flushed and connections killed', async () => {
  const jobs = 3000;
  const admin = openClient(bench.server);
  await bench.fleet({ lockDuration: 5000, jobMs: 2 }).start(2);
  const queue = bench.queue({ enqueueTimeout: 60_000 });
  const accepted = await queue.enqueueMany(
    Array.from({ length: jobs }, () => ({ job: 'work', payload: {} })),
  );
  let faults = 0;
  while (bench.oracle.lines().filter(({ what }) => what === 'end').length < jobs) {
    faults += 1;
    if (faults > 300) break;
    await admin.script('FLUSH');
    // As servers evict scripts that clients sent as text.
    for (let i = 0; i < 20; i++) await admin.eval(`return ${faults * 100 + i}`, 0);
    if (faults % 3 === 0) await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await sleep(50);
  }
  // A slow machine may have run only some by then: the others run undisturbed.
  await waitFor('all are done', async () => {
    const { waiting, delayed, active } = await queue.getStats();
    return waiting + delayed + active === 0;
  });
  admin.disconnect();
  const report = countRuns(
    accepted.map(({ id }) => id),
    bench.oracle.lines(),
    [],
  );
  printReport('scripts flushed, connections killed', report, { faults });
  expect(report).toMatchObject({ accepted: jobs, lost: 0, duplicates: 0 });
});

test('delays no job for long when a worker dies between waking and claiming', async () => {
  const dying = openClient(bench.server);
  const queue = bench.queue();
  // Waits ahead of the worker, so that the marker comes to it, with which it dies.
  const marker = dying.bzpopmin('{philjs}:faults:marker', 0);
  await bench.fleet({ lockDuration: 120_000 }).start(1);
  const { id } = await queue.enqueue('work', {});
  await marker;
  dying.disconnect();
  const waitedMs = await waitFor('it starts all the same', () => starts(id) === 1);
  printReport('marker lost', {}, { waitedMs: Math.round(waitedMs) });
  // A worker looks every eight seconds; half a lease would be sixty.
  expect(waitedMs).toBeLessThan(50_000);
});
