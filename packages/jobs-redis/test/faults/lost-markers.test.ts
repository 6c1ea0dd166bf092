import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport, quantile } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

const DEATHS = 3;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('delays no job for more than ten seconds when the worker that was woken for it dies', async () => {
  const fleet = bench.fleet({ lockDuration: 30_000, jobMs: 1 });
  await fleet.start(1);
  const queue = bench.queue();
  const accepted: string[] = [];
  const isStarted = (id: string): boolean =>
    bench.oracle.lines().some(({ jobId, what }) => jobId === id && what === 'start');
  const recoveries: number[] = [];
  const admin = openClient(bench.server);
  const blocked = async (): Promise<number> =>
    Number(/blocked_clients:(\d+)/.exec(await admin.info('clients'))?.[1]);
  while (recoveries.length < DEATHS) {
    const [victim] = await fleet.start(1);
    await waitFor('both wait to be woken', async () => (await blocked()) === 2);
    // A frozen worker is woken as any other, and acts no more. The two are woken alternately.
    victim?.signal('SIGSTOP');
    let late = '';
    for (let tries = 0; tries < 5 && (late === '' || isStarted(late)); tries++) {
      late = (await queue.enqueue('work', {})).id;
      accepted.push(late);
      await sleep(500);
    }
    expect(isStarted(late)).toBe(false);
    await victim?.kill();
    recoveries.push(await waitFor('another runs it', () => isStarted(late)));
  }
  await waitFor('all are done', async () => (await queue.getStats()).completed === accepted.length);
  await admin.quit();
  const report = countRuns(accepted, bench.oracle.lines(), recoveries);
  printReport('killed between waking and claiming', report);
  expect(report).toMatchObject({ lost: 0, duplicates: 0, runs: accepted.length });
  expect(quantile(recoveries, 1)).toBeLessThan(10_000);
});
