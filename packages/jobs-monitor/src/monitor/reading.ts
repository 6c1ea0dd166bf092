import type { IQueue } from '@philjs/jobs-core';
import { type QueueReading, readQueue } from '../metrics/queue-metrics.ts';
import { withPatience } from './patience.ts';

/** Names a queue that could not be asked, and says why. */
export interface AwayQueue {
  /** The queue's name. */
  readonly queue: string;
  /** What the call ended with. */
  readonly error: unknown;
}

/** What one look at all queues brings. */
export interface Reading {
  /** The queues that answered, in their order. */
  readonly readings: readonly QueueReading[];
  /** Those that did not. */
  readonly away: readonly AwayQueue[];
}

/** Looks at all queues at once. Never rejects: one whose store is away hides no other. */
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
