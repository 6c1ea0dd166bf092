import type { Clock, IQueue, IQueues, QueueStats } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { realMoment, realNow } from '../clock/platform.ts';
import type { TestClock } from '../clock/test-clock.ts';
import { describeLeft, describeUnknown } from './jobs-left.ts';

/** How many real moments a drain lets pass before it advances a virtual clock while jobs are active. */
const REAL_TURNS = 5;

/** Says what {@link drain} waits for. */
export interface DrainOptions {
  /**
   * Whether to run delayed jobs too, which requires a virtual clock; it is advanced as far as needed. @default false
   */
  readonly delayed?: boolean | undefined;
  /** How long to wait at most, in real milliseconds. @default 5_000 */
  readonly timeout?: number | undefined;
  /**
   * How long a virtual clock stands still at most for the real work of one handler or hook, in real milliseconds; no longer
   * than the timeout of its attempt. @default 4_000
   */
  readonly realTimeout?: number | undefined;
}

/**
 * Runs a queue, or all of a `createQueues`, until no job is waiting or active. Starts the workers if need be, and leaves
 * them running. Advances a virtual clock when a handler is waiting for it, and not while it waits for real work.
 *
 * @returns the counts of the queue; of many queues, those of each by its name
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for what is no queue; Error, which names the jobs, when a queue is paused, its
 * worker knows no handler for a job that it took, or jobs are left after the timeout
 */
export async function drain(queue: IQueue, options?: DrainOptions): Promise<QueueStats>;
export async function drain<TName extends string>(
  queues: IQueues<TName>,
  options?: DrainOptions,
): Promise<{ readonly [K in TName]: QueueStats }>;
export async function drain(queue: IQueue | IQueues, options: DrainOptions = {}): Promise<unknown> {
  const all = queuesOf(queue);
  const virtual = all.map(({ clock }) => clock).find(isTestClock);
  if (options.delayed === true && virtual === undefined) {
    throw new Error(
      '`drain(queue, { delayed: true })` needs a queue on a clock of `createTestClock()`',
    );
  }
  const paused = await Promise.all(all.map((one) => one.isPaused()));
  if (paused.includes(true)) throw new Error('A paused queue cannot be drained; resume it');
  await queue.process();
  const byName = await runUntilDrained(all, virtual, options);
  return 'all' in queue ? byName : byName[queue.name];
}

async function runUntilDrained(
  all: readonly IQueue[],
  virtual: TestClock | undefined,
  { delayed = false, timeout = 5_000, realTimeout }: DrainOptions,
): Promise<Awaited<ReturnType<typeof read>>['byName']> {
  const deadline = realNow() + timeout;
  for (let turn = 0; ; turn++) {
    await virtual?.settle();
    const { byName, left, isIdle } = await readTwice(all, delayed);
    const unknown = isIdle ? await describeUnknown(all) : undefined;
    if (left === 0 && unknown === undefined) return byName;
    const isLate = realNow() > deadline;
    // Where time is real another worker may take the job yet.
    if (unknown !== undefined && (isLate || virtual !== undefined)) throw new Error(unknown);
    if (isLate) throw new Error(await describeLeft(all, { delayed, timeout, virtual }));
    await goOn(isIdle || turn % REAL_TURNS === REAL_TURNS - 1 ? virtual : undefined, realTimeout);
  }
}

/** Advances the clock to its next timer or, without one, lets a moment pass. */
async function goOn(clock: TestClock | undefined, realTimeout: number | undefined): Promise<void> {
  if (clock === undefined) await realMoment();
  else await clock.advanceToNext({ realTimeout });
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

/** Counts the jobs of each queue, and those of all that are still to run; tells whether none is active. */
async function read(all: readonly IQueue[], withDelayed: boolean) {
  const stats = await Promise.all(all.map((one) => one.getStats()));
  const byName = Object.fromEntries(stats.map((one, index) => [all[index]?.name, one]));
  const active = stats.reduce((sum, one) => sum + one.active, 0);
  const others = stats.map(({ waiting, delayed }) => waiting + (withDelayed ? delayed : 0));
  const left = others.reduce((sum, count) => sum + count, active);
  return { byName, left, isIdle: active === 0 };
}

function isTestClock(clock: Clock): clock is TestClock {
  return 'advanceToNext' in clock && 'settle' in clock;
}
