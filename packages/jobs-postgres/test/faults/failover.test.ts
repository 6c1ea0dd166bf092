import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer, WorkerProcesses } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';
import { ask } from './support/ask.ts';

const WORKER = join(import.meta.dirname, 'support/noting-worker.ts');

test('works on the standby after a failover, with all that was accepted', async () => {
  const processes = new WorkerProcesses(WORKER);
  const primary = await PostgresServer.start();
  const standby = await primary.startStandby();
  const hosts = `127.0.0.1:${primary.port},127.0.0.1:${standby.port}`;
  const address = `postgres://postgres@${hosts}/postgres?target_session_attrs=read-write`;
  const queue = createQueue({ postgres: address, unknownJobs: 'accept', backendTimeout: 2_000 });
  queue.on('error', () => undefined);
  onTestFinished(async () => {
    await processes.end();
    await queue.close();
    await primary.stop();
    await standby.stop();
  });
  // From here on a commit is answered once the standby has it.
  await ask(primary.url, `ALTER SYSTEM SET synchronous_standby_names = '*'`);
  await ask(primary.url, 'SELECT pg_reload_conf()');

  const accepted = new Set<string>();
  let refused = 0;
  let enough = false;
  const producing = (async () => {
    while (!enough) {
      const items = Array.from({ length: 10 }, () => ({ job: 'work', payload: null }));
      const jobs = await queue.enqueueMany(items).catch(() => undefined);
      if (jobs === undefined) refused += 1;
      for (const { id } of jobs ?? []) accepted.add(id);
      await sleep(20);
    }
  })();
  for (let n = 0; n < 3; n++) processes.start(address, processes.notes);
  while (processes.noted('end').length < 200) await sleep(20);

  await primary.kill();
  const killedAt = performance.now();
  await sleep(500);
  const before = { ended: processes.noted('end').length, accepted: accepted.size };
  await standby.promote();
  const promotedAt = performance.now();
  while (processes.noted('end').length <= before.ended) await sleep(10);
  const workingMs = Math.round(performance.now() - promotedAt);
  while (accepted.size <= before.accepted) await sleep(10);
  const acceptingMs = Math.round(performance.now() - promotedAt);
  await sleep(500);
  enough = true;
  await producing;
  await processes.untilEnded(accepted);
  // The end of a job is noted before it is stored; only the last completed jobs are kept.
  while ((await queue.getStats()).active > 0) await sleep(50);

  const report = {
    ...{
      accepted: accepted.size,
      lost: processes.lost(accepted),
      duplicates: processes.duplicates(),
    },
    ...{ refused, promotedMs: Math.round(promotedAt - killedAt), workingMs, acceptingMs },
  };
  process.stdout.write(`failover to a synchronous standby: ${JSON.stringify(report)}\n`);
  expect(await queue.getStats()).toMatchObject({ failed: 0 });
  expect(workingMs).toBeLessThan(60_000);
  expect(acceptingMs).toBeLessThan(60_000);
});
