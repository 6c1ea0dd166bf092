import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueue } from '@philjs/jobs-core';

const LOOK_EVERY_MS = 100;

/** Runs what is ready on some queues, and stops when nothing waits or runs there any more. */
export async function drainQueues(queues: readonly IQueue[]): Promise<void> {
  await Promise.all(
    queues.map(async (queue) => {
      await queue.process();
      for (;;) {
        const { waiting, active } = await queue.getStats();
        if (waiting + active === 0) break;
        await sleep(LOOK_EVERY_MS);
      }
      await queue.stop();
    }),
  );
}
