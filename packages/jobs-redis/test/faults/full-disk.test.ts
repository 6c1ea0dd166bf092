import { SmallDisk } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

test('refuses jobs while the disk of the append-only file is full, and runs all accepted ones after it', async () => {
  const disk = SmallDisk.mount(24 * 1024 * 1024);
  const config = { dir: disk.path, appendonly: 'yes', appendfsync: 'everysec' };
  const bench = await FaultBench.start({ config });
  onTestFinished(async () => {
    await bench.end();
    disk.unmount();
  });
  const queue = bench.queue();
  const accepted: string[] = [];
  const codes = new Set<string>();
  const enqueue = async (): Promise<boolean> => {
    try {
      accepted.push((await queue.enqueue('work', { padding: 'x'.repeat(5_000) } as never)).id);
      return true;
    } catch (error) {
      codes.add((error as { code: string }).code);
      return false;
    }
  };
  // Longer than the fault lasts, so that no job is taken for stalled.
  await bench.fleet({ lockDuration: 60_000, jobMs: 20 }).start(2);
  for (let n = 0; n < 200; n++) await enqueue();

  disk.fill();
  // The server notices when it next writes the file, once a second.
  await waitFor('it refuses', async () => !(await enqueue()));
  for (let refused = 0; refused < 10; ) if (!(await enqueue())) refused += 1;
  disk.free();
  const freedAt = performance.now();
  await waitFor('it takes jobs again', enqueue);
  const acceptingMs = Math.round(performance.now() - freedAt);
  await waitFor(
    'all are done',
    async () => (await queue.getStats()).completed === accepted.length,
    60_000,
  );

  const report = countRuns(accepted, bench.oracle.lines(), []);
  printReport('disk of the append-only file full', report, { acceptingMs });
  expect([...codes]).toEqual(['JOBS_BACKEND_UNAVAILABLE']);
  expect(report).toMatchObject({ lost: 0, duplicates: 0 });
});
