import type { BackendEvent } from '../contract/events.ts';
import type { Codec } from '../job/codec.ts';
import { keyIn } from './key-scope.ts';
import type { AnyQueueEvent, QueueEventMap } from './queue-events.ts';
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
    case 'failed':
    case 'cancelled': {
      const { endsWorkflow: _, ...rest } = event;
      return { ...rest, queueName, at };
    }
    case 'deduplicated':
      return { ...event, queueName, at, key: keyIn(event.key) };
    default:
      return { ...event, queueName, at };
  }
}

/** Makes the event of a workflow from that of its last job; `undefined` if a job is not the last of one. */
export function toWorkflowEvent(
  event: AnyQueueEvent,
  endsWorkflow: boolean,
): QueueEventMap['workflow-completed' | 'workflow-failed'] | undefined {
  if (!endsWorkflow) return undefined;
  if (event.type === 'completed') return { ...event, type: 'workflow-completed' };
  const isFailed = event.type === 'failed' || event.type === 'cancelled';
  return isFailed ? { ...event, type: 'workflow-failed' } : undefined;
}
