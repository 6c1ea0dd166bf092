import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer, SmallDisk, WorkerProcesses } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';
import { ask } from './support/ask.ts';

/** Has the server keep less of its log than it does by default. */
const config = { min_wal_size: '32MB', max_wal_size: '48MB', shared_buffers: '32MB' };

const WORKER = join(import.meta.dirname, 'support/noting-worker.ts');

test('refuses jobs while the disk of the server is full, and runs all accepted ones after it', async () => {
  const processes = new WorkerProcesses(WORKER);
  const disk = SmallDisk.mount(192 * 1024 * 1024);
  const server = await PostgresServer.start({ parent: disk.path, config });
  const queue = createQueue({ postgres: server.url, unknownJobs: 'accept', backendTimeout: 5_000 });
  queue.on('error', () => undefined);
  onTestFinished(async () => {
    await processes.end();
    await queue.close();
    await server.stop();
    disk.unmount();
  });
  const accepted: string[] = [];
  const codes = new Set<string>();
  const enqueue = async (): Promise<boolean> => {
    const payload = 'x'.repeat(10_000);
    const items = Array.from({ length: 20 }, () => ({ job: 'work', payload }));
    try {
      accepted.push(...(await queue.enqueueMany(items)).map(({ id }) => id));
      return true;
    } catch (error) {
      codes.add((error as { code: string }).code);
      return false;
    }
  };
  await processes.startReady(server.url, processes.notes);
  await processes.startReady(server.url, processes.notes);
  // From before there are jobs: the workers of a fast machine may be done with nearly all when the last one is stored.
  const working = processes.untilMoreEnded(40);
  for (let n = 0; n < 20; n++) await enqueue();
  await working;

  disk.fill();
  let refused = 0;
  while (refused < 10) {
    if (!(await enqueue())) refused += 1;
  }
  const isUp = await ask(server.url, 'SELECT 1').then(
    () => true,
    () => false,
  );
  await sleep(2_000);
  disk.free();
  if (!isUp) await restart(server);
  const freedAt = performance.now();
  while (!(await enqueue())) await sleep(50);
  const acceptingMs = Math.round(performance.now() - freedAt);
  await processes.untilEnded(accepted);

  const report = {
    ...{
      accepted: accepted.length,
      lost: processes.lost(accepted),
      duplicates: processes.duplicates(),
    },
    ...{ refused, serverStayedUp: isUp, acceptingMs },
  };
  process.stdout.write(`disk of the server full: ${JSON.stringify(report)}\n`);
  expect([...codes]).toEqual(['JOBS_BACKEND_UNAVAILABLE']);
});

/** A server whose log does not fit on the disk ends itself, and has to be started again. */
async function restart(server: PostgresServer): Promise<void> {
  await server.kill();
  await server.run();
}
