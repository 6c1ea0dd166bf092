import type { JobCounts } from '@philjs/jobs-core';
import { UsageError } from '../usage-error.ts';
import { copyBlocked } from './copy-blocked.ts';
import { type CopiedQueue, copyJobs } from './copy-jobs.ts';
import { newTally, type Tally } from './tally.ts';

/** Reports the result for one queue. */
export interface QueueReport {
  readonly queue: string;
  readonly delayed: Tally;
  readonly waiting: Tally;
  readonly blocked: Tally;
  readonly schedules: Tally;
  /** The jobs that run in the old store, and stay there. */
  readonly active: number;
}

/** Counts the jobs to copy. */
export function countToCopy({ waiting, delayed, blocked }: JobCounts): number {
  return waiting + delayed + blocked;
}

/**
 * Copies what is to run from one store to another. Both queues are paused first and stay so: no job runs in both, and
 * none ends in the new store, and is forgotten there, before all are copied. So it may be killed and called again.
 */
export async function copyQueues(
  queues: readonly CopiedQueue[],
  onJob: () => void,
): Promise<readonly QueueReport[]> {
  const reports = new Map<CopiedQueue, Omit<QueueReport, 'active'>>();
  for (const queue of queues) {
    await refuseSame(queue);
    await queue.from.setPaused({ paused: true });
    const report = {
      queue: queue.name,
      ...{ delayed: newTally(), waiting: newTally() },
      ...{ blocked: newTally(), schedules: newTally() },
    };
    reports.set(queue, report);
    await copyOrder(queue);
    // Delayed jobs first: one that is due meanwhile waits afterwards, and is read then.
    await copyJobs(queue, 'delayed', report.delayed, onJob);
    await copyJobs(queue, 'waiting', report.waiting, onJob);
    await copySchedules(queue, report.schedules);
  }
  const tallyOf = (queue: CopiedQueue): Tally => reports.get(queue)?.blocked ?? newTally();
  await copyBlocked(queues, tallyOf, onJob);
  return Promise.all(
    [...reports].map(async ([{ from }, report]) => ({
      ...report,
      active: (await from.counts()).active,
    })),
  );
}

/**
 * Pauses the queue in the new store. Where that pauses the one in the old store, they are the same, by other addresses:
 * the pause is taken back.
 *
 * @throws UsageError
 */
async function refuseSame({ name, from, to }: CopiedQueue): Promise<void> {
  const wasPaused = await from.isPaused();
  await to.setPaused({ paused: true });
  if (wasPaused || !(await from.isPaused())) return;
  await to.setPaused({ paused: false });
  throw new UsageError(`--from and --to lead to the same store: queue \`${name}\` is in both.`);
}

/** Returns whether everything was copied. */
export function isComplete(reports: readonly QueueReport[]): boolean {
  return reports.every(({ active, blocked }) => active === 0 && blocked.left === 0);
}

/** Copies the order of a queue; where the other store has one for it, that stays. */
async function copyOrder({ from, to }: CopiedQueue): Promise<void> {
  const order = await from.orders?.read();
  if (order !== undefined) await to.orders?.adopt({ order });
}

/** Copies the schedules of a queue with their state; one that is known in the other store stays as it is there. */
async function copySchedules({ from, to }: CopiedQueue, tally: Tally): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await from.schedules?.list({
      limit: 200,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { revision: _, ...schedule } of page?.schedules ?? []) {
      const put = await to.schedules?.put({ schedule, expectedRevision: 0 });
      tally[put === undefined ? 'known' : 'copied'] += 1;
    }
    cursor = page?.cursor;
  } while (cursor !== undefined);
}
