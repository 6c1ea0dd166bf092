import type { Clock, IQueue, IQueues, QueueStats } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
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
 * Runs a queue, or all of a `createQueues`, until no job is waiting or active. Starts the workers if need be, and leaves
 * them running. Advances a virtual clock when a handler is waiting for it.
 *
 * @returns the counts of the queue; of many queues, those of each by its name
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for what is no queue; Error when a queue is paused, or jobs are left after
 * the timeout
 */
export async function drain(queue: IQueue, options?: DrainOptions): Promise<QueueStats>;
export async function drain<TName extends string>(
  queues: IQueues<TName>,
  options?: DrainOptions,
): Promise<{ readonly [K in TName]: QueueStats }>;
export async function drain(queue: IQueue | IQueues, options: DrainOptions = {}): Promise<unknown> {
  const { delayed = false, timeout = 5_000 } = options;
  const all = queuesOf(queue);
  const virtual = all.map(({ clock }) => clock).find(isTestClock);
  if (delayed && virtual === undefined) {
    throw new Error(
      '`drain(queue, { delayed: true })` needs a queue on a clock of `createTestClock()`',
    );
  }
  const paused = await Promise.all(all.map((one) => one.isPaused()));
  if (paused.includes(true)) throw new Error('A paused queue cannot be drained; resume it');
  await queue.process();
  const deadline = performance.now() + timeout;
  for (let turn = 0; ; turn++) {
    await virtual?.settle();
    const { byName, left, active } = await readTwice(all, delayed);
    if (left === 0) return 'all' in queue ? byName : byName[queue.name];
    if (performance.now() > deadline) throw new Error(`${left} jobs are left after ${timeout} ms`);
    const mayWaitForClock = active === 0 || turn % REAL_TURNS === REAL_TURNS - 1;
    await goOn(mayWaitForClock ? virtual : undefined);
  }
}

function queuesOf(queue: IQueue | IQueues): readonly IQueue[] {
  if (typeof (queue as Partial<IQueue> | null | undefined)?.process === 'function') {
    return 'all' in queue ? queue.all : [queue];
  }
  const expected = 'a queue, or the queues of a `createQueues`';
  throw invalidArgument('queue', expected, queue, 'Make one with `createQueue`.');
}

/**
 * Reads again when nothing is left of many queues, which are read one after the other: a job may have gone to one that
 * was read before.
 */
async function readTwice(all: readonly IQueue[], withDelayed: boolean): ReturnType<typeof read> {
  const first = await read(all, withDelayed);
  return first.left === 0 && all.length > 1 ? read(all, withDelayed) : first;
}

/** Counts the jobs of each queue, those of all that are still to run, and those that are active. */
async function read(all: readonly IQueue[], withDelayed: boolean) {
  const stats = await Promise.all(all.map((one) => one.getStats()));
  const byName = Object.fromEntries(stats.map((one, index) => [all[index]?.name, one]));
  const active = stats.reduce((sum, one) => sum + one.active, 0);
  const others = stats.map(({ waiting, delayed }) => waiting + (withDelayed ? delayed : 0));
  return { byName, active, left: others.reduce((sum, count) => sum + count, active) };
}

/** Advances the clock to its next timer or, without one, lets a moment pass. */
async function goOn(clock: TestClock | undefined): Promise<void> {
  if (clock === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  else await clock.advanceToNext();
}

function isTestClock(clock: Clock): clock is TestClock {
  return 'advanceToNext' in clock && 'settle' in clock;
}
