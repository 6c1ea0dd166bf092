import type { BackendEvent } from '../contract/events.ts';
import type { Codec } from '../job/codec.ts';
import type { AnyQueueEvent } from './queue-events.ts';
import { decode } from './to-job.ts';

/** Turns a backend's event into a listener's argument: times as `Date`, results decoded. */
export function toQueueEvent(
  event: BackendEvent,
  queueName: string,
  codec: Codec | undefined,
): AnyQueueEvent {
  const at = new Date(event.at);
  switch (event.type) {
    case 'delayed':
    case 'retrying':
      return { ...event, queueName, at, runAt: new Date(event.runAt) };
    case 'completed': {
      const { type, jobId, name } = event;
      const result = decode(codec, event.result);
      if (name === undefined) return { type, jobId, queueName, at, result };
      return { type, jobId, name, queueName, at, result };
    }
    default:
      return { ...event, queueName, at };
  }
}
