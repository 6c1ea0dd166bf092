import type { BackendEvent } from '../contract/events.ts';
import type { Codec } from '../job/codec.ts';
import type { AnyQueueEvent } from './queue-events.ts';
import { decode } from './to-job.ts';

/**
 * Makes what listeners get out of what a backend tells: times as `Date`, results decoded, and a
 * `cancelled` event before the `failed` one of a cancelled job.
 */
export function toQueueEvents(
  event: BackendEvent,
  queueName: string,
  codec: Codec | undefined,
): readonly AnyQueueEvent[] {
  const at = new Date(event.at);
  switch (event.type) {
    case 'delayed':
    case 'retrying':
      return [{ ...event, queueName, at, runAt: new Date(event.runAt) }];
    case 'completed':
      return [{ ...event, queueName, at, result: decode(codec, event.result) }];
    case 'failed':
      return event.error.code === 'JOBS_CANCELLED'
        ? [
            { ...event, type: 'cancelled', queueName, at },
            { ...event, queueName, at },
          ]
        : [{ ...event, queueName, at }];
    default:
      return [{ ...event, queueName, at }];
  }
}
