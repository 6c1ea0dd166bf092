import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueue } from '@philjs/jobs-core';

const LOOK_EVERY_MS = 100;

/** The options for ending a drain early. */
export interface DrainOptions {
  /** Ends the drain before all jobs are done: no new job starts. */
  readonly signal: AbortSignal;
  /** How long active jobs may then continue, in milliseconds. */
  readonly grace: number;
}

/** Runs the ready jobs of some queues; stops when none is waiting or active any more, the signal aborts, or an operator ended the workers. */
export async function drainQueues(
  queues: readonly IQueue[],
  { signal, grace }: DrainOptions,
): Promise<void> {
  await Promise.all(
    queues.map(async (queue) => {
      let isEnded = false;
      // An operator may end the worker; then what is waiting stays so.
      await queue.process({ onEnded: () => (isEnded = true) });
      while (!signal.aborted && !isEnded) {
        const { waiting, active } = await queue.getStats();
        if (waiting + active === 0) break;
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
      await queue.stop({ timeout: grace });
    }),
  );
}
