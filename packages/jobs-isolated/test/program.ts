// A program that runs an isolated handler: `program.ts <thread|process> <stop|exit>`. Prints the id of the handler's process.
import { createQueue } from '@philjs/jobs-memory';
import { acting, quiet } from './acting.ts';

const [, , place, end] = process.argv;
const job = acting({ in: place as 'thread' | 'process', idle: 600_000 });
const queue = createQueue({ jobs: [job], logger: quiet });
await queue.process();
const where = await queue.waitFor(await queue.enqueue(job, { do: 'where' }));
process.stdout.write(`${(where as { pid: number }).pid}\n`);
if (end === 'exit') {
  const { id } = await queue.enqueue(job, { do: 'logAndLoop' });
  while ((await queue.getLogs(id)).lines.length === 0) await new Promise((r) => setTimeout(r, 20));
  process.exit(0);
}
await queue.stop();
