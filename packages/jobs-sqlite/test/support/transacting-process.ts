// A process for the tests: stores orders with their jobs, and ships them with the end of those, each in a transaction:
// `transacting-process.ts <file> <orders>`. Prints how many were stored, and the errors; ends on SIGTERM.
import { defineJob } from '@philjs/jobs-core';
import { createQueue, type SqliteDatabase } from '../../src/index.ts';

const PRODUCERS = 4;
const [path = '', orders = '1'] = process.argv.slice(2);

const ship = defineJob({
  name: 'ship',
  attempts: 1,
  handler: ({ order }: { order: string }, ctx) =>
    ctx.queue.transaction(async (tx: SqliteDatabase) => {
      tx.prepare('UPDATE orders SET shipped = shipped + 1 WHERE id = ?').run(order);
      await ctx.completeIn(tx);
    }),
});
const queue = createQueue({ path, jobs: [ship], concurrency: 4 });
await queue.process();
process.stdout.write('ready\n');

const errors: string[] = [];
let stored = 0;

async function produce(producer: number): Promise<void> {
  for (let n = 0; n < Number(orders); n++) {
    const order = `${process.pid}-${producer}-${n}`;
    try {
      await queue.transaction(async (tx) => {
        tx.prepare('INSERT INTO orders (id) VALUES (?)').run(order);
        await queue.enqueue(ship, { order }, { transaction: tx });
      });
      stored += 1;
    } catch (error) {
      errors.push(String(error));
    }
  }
}

await Promise.all(Array.from({ length: PRODUCERS }, (_, producer) => produce(producer)));
process.stdout.write(`${JSON.stringify({ stored, errors })}\n`);
process.once('SIGTERM', () => void queue.close());
