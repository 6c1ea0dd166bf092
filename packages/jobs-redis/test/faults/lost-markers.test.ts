import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport, quantile } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

const DEATHS = 3;
/** A worker looks every eight seconds. Half a lease would be sixty. */
const LONG_MS = 50_000;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('delays no job for long when the worker that was woken for it dies', async () => {
  const fleet = bench.fleet({ lockDuration: 120_000, jobMs: 1 });
  await fleet.start(1);
  const queue = bench.queue();
  const accepted: string[] = [];
  const isStarted = (id: string): boolean =>
    bench.oracle.lines().some(({ jobId, what }) => jobId === id && what === 'start');
  const recoveries: number[] = [];
  const admin = openClient(bench.server);
  /** Lists the connections that wait to be woken. */
  const waiting = async (): Promise<string[]> => {
    const clients = String(await admin.call('CLIENT', 'LIST')).split('\n');
    return clients.filter((line) => / flags=b /.test(line)).map((line) => line.split(' ')[0] ?? '');
  };
  while (recoveries.length < DEATHS) {
    await waitFor('one waits to be woken', async () => (await waiting()).length === 1);
    const [other = ''] = await waiting();
    const [victim] = await fleet.start(1);
    await waitFor('both wait to be woken', async () => (await waiting()).length === 2);
    // A frozen worker is woken as any other, and acts no more. The two are woken alternately.
    victim?.signal('SIGSTOP');
    let [late, isLost] = ['', false];
    for (let tries = 0; tries < 5 && !isLost; tries++) {
      late = (await queue.enqueue('work', {})).id;
      accepted.push(late);
      await waitFor('one of them is woken', async () => {
        // The other one, if it was woken, waits again only once the job has started.
        const isOtherWaiting = (await waiting()).includes(other);
        isLost = isOtherWaiting && !isStarted(late);
        return isLost || isStarted(late);
      });
    }
    expect(isLost).toBe(true);
    await victim?.kill();
    recoveries.push(await waitFor('another runs it', () => isStarted(late)));
  }
  await waitFor('all are done', async () => (await queue.getStats()).completed === accepted.length);
  await admin.quit();
  const report = countRuns(accepted, bench.oracle.lines(), recoveries);
  printReport('killed between waking and claiming', report);
  expect(report).toMatchObject({ lost: 0, duplicates: 0, runs: accepted.length });
  expect(quantile(recoveries, 1)).toBeLessThan(LONG_MS);
});
