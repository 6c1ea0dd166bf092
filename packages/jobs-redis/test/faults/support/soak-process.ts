import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '../../../src/redis-queue.ts';
import { heapInUse } from './collect-garbage.ts';

// Puts very many jobs through, in a process that does nothing else, and prints how much memory it held on the way.
const [jobs = 0, batch = 0] = process.argv.slice(2).map(Number);
const nothing = defineJob({ name: 'nothing', handler: async () => ({ ok: true }) });
const queue = createQueue({ name: 'soak', jobs: [nothing], concurrency: 100 });
const heapMb: number[] = [];
const rssMb: number[] = [];
await queue.process();
for (let done = 0; done < jobs; done += batch) {
  const items = Array.from({ length: batch }, (_, i) => ({
    job: nothing,
    payload: { i } as never,
  }));
  await queue.enqueueMany(items);
  for (let left = 1; left > 0; ) {
    await sleep(20);
    const { waiting, active } = await queue.getStats();
    left = waiting + active;
  }
  heapMb.push(heapInUse() / 2 ** 20);
  rssMb.push(process.memoryUsage().rss / 2 ** 20);
}
process.stdout.write(JSON.stringify({ heapMb, rssMb }));
await queue.close();
