// A process for the fault tests: stores jobs through a pool of which nobody else hears until it gets SIGTERM, and notes
// each that was accepted in a file: `pooled-producer.ts <url> <notes>`.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createQueue } from '../../../src/index.ts';

const [url = '', notes = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 4 });
const queue = createQueue({ postgres: pool, unknownJobs: 'accept', backendTimeout: 2_000 });
queue.on('error', () => undefined);
let [isDone, refused] = [false, 0];
process.once('SIGTERM', () => {
  isDone = true;
});
process.stdout.write('ready\n');
while (!isDone) {
  const items = ['own', 'begun'].map((payload) => ({ job: 'work', payload }));
  const jobs = await queue.enqueueMany(items).catch(() => []);
  if (jobs.length === 0) refused += 1;
  for (const { id } of jobs) appendFileSync(notes, `accepted ${id}\n`);
  await sleep(20);
}
appendFileSync(notes, `refused ${refused}\n`);
await queue.close();
await pool.end();
