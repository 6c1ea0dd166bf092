import type { Job, JobStatus } from '@philjs/jobs-core';
import { type DeliveryPayload, readTries } from './delivery-job.ts';
import type { Endpoint, WebhookEventName } from './webhooks-options.ts';

/** Describes a message as it was when it was read. */
export interface Delivery {
  /** The id of its job, and the `webhook-id` that every try sends; a job that is stored again sends that of the first. */
  readonly id: string;
  /** The receiver; absent when the options of this process have none of it. */
  readonly url?: string;
  /** The event that it reports. */
  readonly event: WebhookEventName;
  /** The job. */
  readonly jobId: string;
  /** `completed` once the receiver has accepted it, `failed` once it is given up. */
  readonly status: JobStatus;
  /** The number of tries that ended. */
  readonly tries: number;
  /** Why the last try did not succeed. */
  readonly lastError?: string;
  /** When it was stored. */
  readonly createdAt: Date;
  /** The earliest time of the next try, while there is one. */
  readonly nextTryAt?: Date;
  /** When it was accepted or given up. */
  readonly endedAt?: Date;
}

/** Selects messages. */
export interface DeliveryQuery {
  /** Only those in this state, or these. @default all */
  readonly status?: JobStatus | readonly JobStatus[] | undefined;
  /** Only those to this receiver. @default all */
  readonly url?: string | undefined;
  /** The largest number that is read: with `url`, fewer may be returned. 1 to 1,000. @default 50 */
  readonly limit?: number | undefined;
  /** The cursor of the previous page. */
  readonly cursor?: string | undefined;
}

/** Holds a page of messages, newest first. */
export interface DeliveryList {
  /** The messages. */
  readonly deliveries: readonly Delivery[];
  /** The cursor of the next page; absent on the last page. */
  readonly cursor?: string;
}

/** Describes the message of a job. */
export function toDelivery(job: Job, endpoints: readonly Endpoint[]): Delivery {
  const { endpoint, event, jobId } = job.payload as DeliveryPayload;
  const url = endpoints.find(({ key }) => key === endpoint)?.url.href;
  const isOver = ['completed', 'failed', 'cancelled'].includes(job.status);
  return {
    id: job.id,
    event,
    jobId,
    status: job.status,
    tries: Math.max(job.attemptsMade, triesOf(job, isOver)),
    createdAt: job.createdAt,
    ...(url !== undefined && { url }),
    ...(job.error !== undefined && { lastError: job.error.message }),
    ...(!isOver && { nextTryAt: job.runAt }),
    ...(isOver && job.finishedAt !== undefined && { endedAt: job.finishedAt }),
  };
}

/** Counts the tries of a message in order, whose job makes all of them in one attempt. */
function triesOf({ progress, status }: Job, isOver: boolean): number {
  const { tries = 0, isOver: wasOver = false } = readTries(progress);
  if (!wasOver) return tries + (isOver ? 1 : 0);
  return status === 'failed' ? tries : 0;
}
