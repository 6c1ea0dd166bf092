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

/**
 * Runs the ready jobs of some queues; stops when none is active any more and none may start, the signal aborts, or an
 * operator ended the workers.
 */
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
        if (active === 0 && (waiting === 0 || !(await hasStartable(queue)))) break;
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
      await queue.stop({ timeout: grace });
    }),
  );
}

/** Returns whether a job waits that no pause holds, of the queue or of its name. */
async function hasStartable(queue: IQueue): Promise<boolean> {
  if (await queue.isPaused()) return false;
  if (queue.backend.limits === undefined) return true;
  const names = queue.getDefinitions().map(({ name }) => name);
  const limits = await Promise.all(names.map((name) => queue.getLimits(name)));
  const isPaused = limits.map(({ paused }) => paused);
  if (!isPaused.includes(true)) return true;
  const name = names.filter((_, index) => !isPaused[index]);
  if (name.length === 0) return false;
  return (await queue.getJobs({ status: 'waiting', name, limit: 1 })).jobs.length > 0;
}
