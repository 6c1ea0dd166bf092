import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueue } from '@philjs/jobs-core';

const LOOK_EVERY_MS = 100;

/** Says when draining ends early, and how. */
export interface DrainOptions {
  /** Ends it before all is done: no new job starts. */
  readonly signal: AbortSignal;
  /** How long active jobs may then go on, in milliseconds. */
  readonly grace: number;
}

/** Runs what is ready on some queues, and stops when nothing waits or runs there any more, or it is told to. */
export async function drainQueues(
  queues: readonly IQueue[],
  { signal, grace }: DrainOptions,
): Promise<void> {
  await Promise.all(
    queues.map(async (queue) => {
      await queue.process();
      while (!signal.aborted) {
        const { waiting, active } = await queue.getStats();
        if (waiting + active === 0) break;
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
      await queue.stop({ timeout: grace });
    }),
  );
}
