import { type IQueue, isJobsError } from '@philjs/jobs-core';
import type { Monitor } from '../monitor/monitor.ts';
import { withPatience } from '../monitor/patience.ts';

/** Names a queue whose store is away, and when it last answered, in epoch milliseconds. */
export interface AwayRow {
  readonly queue: string;
  readonly at?: number;
}

/** Holds the answers of the queues, and the queues that did not answer. */
export interface OfEach<T> {
  readonly found: readonly (readonly [queue: IQueue, answer: T])[];
  readonly away: readonly AwayRow[];
}

/**
 * Asks all queues at the same time; a store that is away does not affect the other queues.
 *
 * @throws JobsError as a queue answers a mistake of the caller
 */
export async function ofEach<T>(
  monitor: Monitor,
  queues: readonly IQueue[],
  ask: (queue: IQueue) => Promise<T>,
): Promise<OfEach<T>> {
  const answers = await Promise.allSettled(
    queues.map((queue) => withPatience(monitor.clock, ask(queue))),
  );
  const found: (readonly [IQueue, T])[] = [];
  const away: AwayRow[] = [];
  for (const [index, answer] of answers.entries()) {
    const queue = queues[index] as IQueue;
    if (answer.status === 'fulfilled') found.push([queue, answer.value]);
    else if (isMistake(answer.reason)) throw answer.reason;
    else away.push(awayRow(monitor, queue.name));
  }
  return { found, away };
}

/** Makes the row of a queue that does not answer, with the time it last did. */
export function awayRow(monitor: Monitor, queue: string): AwayRow {
  const at = monitor.lastKnown(queue)?.at;
  return { queue, ...(at !== undefined && { at }) };
}

/** The errors of a store that answers. A conflict: the order of a queue was changed since the page before. */
const MISTAKES = ['JOBS_INVALID_ARGUMENT', 'JOBS_NOT_FOUND', 'JOBS_CONFLICT'] as const;

function isMistake(error: unknown): boolean {
  return MISTAKES.some((code) => isJobsError(error, code));
}
