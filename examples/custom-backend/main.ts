// Shows a job that outlives its process: the first process enqueues it, and the next one runs it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueue, defineJob } from '@philjs/jobs-core';
import { sqliteBackend } from './src/index.ts';

const greet = defineJob({
  name: 'greet',
  handler: ({ to }: { to: string }, ctx) => {
    ctx.log(`greeting ${to}`);
    return `Hello, ${to}!`;
  },
});

const directory = mkdtempSync(join(tmpdir(), 'jobs-'));
const options = { backend: sqliteBackend({ file: join(directory, 'jobs.db') }), jobs: [greet] };

const first = createQueue(options);
const { id } = await first.enqueue(greet, { to: 'Ada' });
await first.close();
console.log(`Enqueued ${id} and closed the queue: the job is in the file.`);

const second = createQueue(options);
await second.process();
console.log(await second.waitFor(id));
console.log((await second.getLogs(id)).lines.map((line) => line.message));
await second.close();
rmSync(directory, { recursive: true });
