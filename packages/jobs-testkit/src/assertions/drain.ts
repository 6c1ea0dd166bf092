import { type Clock, type IQueue, invalidArgument } from '@philjs/jobs-core';
import type { QueueStats } from '@philjs/jobs-core/backend';
import type { TestClock } from '../clock/test-clock.ts';

/** How long a drain waits for real work of handlers before it advances a virtual clock. */
const REAL_TURNS = 5;

/** Says what {@link drain} waits for. */
export interface DrainOptions {
  /**
   * Whether to run delayed jobs too, which requires a virtual clock; it is advanced as far as needed. @default false
   */
  readonly delayed?: boolean | undefined;
  /** How long to wait at most, in real milliseconds. @default 5_000 */
  readonly timeout?: number | undefined;
}

/**
 * Runs a queue until no job is waiting or active. Starts its worker if need be, and leaves it running. Advances a
 * virtual clock when a handler is waiting for it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for what is no queue; Error when the queue is paused, or jobs are left after
 * the timeout
 */
export async function drain(queue: IQueue, options: DrainOptions = {}): Promise<QueueStats> {
  const { delayed = false, timeout = 5_000 } = options;
  if (typeof (queue as Partial<IQueue> | null | undefined)?.process !== 'function') {
    throw invalidArgument('queue', 'a queue', queue, 'Make one with `createQueue`.');
  }
  const { clock } = queue;
  const virtual = isTestClock(clock) ? clock : undefined;
  if (delayed && virtual === undefined) {
    throw new Error(
      '`drain(queue, { delayed: true })` needs a queue on a clock of `createTestClock()`',
    );
  }
  if (await queue.isPaused()) throw new Error('A paused queue cannot be drained; resume it');
  await queue.process();
  const deadline = performance.now() + timeout;
  for (let turn = 0; ; turn++) {
    await virtual?.settle();
    const stats = await queue.getStats();
    const left = stats.waiting + stats.active + (delayed ? stats.delayed : 0);
    if (left === 0) return stats;
    if (performance.now() > deadline) throw new Error(`${left} jobs are left after ${timeout} ms`);
    const mayWaitForClock = stats.active === 0 || turn % REAL_TURNS === REAL_TURNS - 1;
    await goOn(mayWaitForClock ? virtual : undefined);
  }
}

/** Advances the clock to its next timer or, without one, lets a moment pass. */
async function goOn(clock: TestClock | undefined): Promise<void> {
  if (clock === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  else await clock.advanceToNext();
}

function isTestClock(clock: Clock): clock is TestClock {
  return 'advanceToNext' in clock && 'settle' in clock;
}
