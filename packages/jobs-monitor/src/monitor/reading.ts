import type { IQueue } from '@philjs/jobs-core';
import { type QueueReading, readQueue } from '../metrics/queue-metrics.ts';
import { withPatience } from './patience.ts';

/** Describes a queue that did not answer, and why. */
export interface AwayQueue {
  /** The queue's name. */
  readonly queue: string;
  /** The error of the call. */
  readonly error: unknown;
}

/** Holds one reading of all queues. */
export interface Reading {
  /** The queues that answered, in their order. */
  readonly readings: readonly QueueReading[];
  /** The queues that did not answer. */
  readonly away: readonly AwayQueue[];
}

/** Reads all queues at the same time. Never rejects: a store that is away does not affect the other queues. */
export async function readAll(queues: readonly IQueue[], from: number): Promise<Reading> {
  const results = await Promise.allSettled(
    queues.map((queue) => withPatience(queue.clock, readQueue(queue, from))),
  );
  const readings: QueueReading[] = [];
  const away: AwayQueue[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') readings.push(result.value);
    else away.push({ queue: queues[index]?.name ?? '', error: result.reason });
  }
  return { readings, away };
}
