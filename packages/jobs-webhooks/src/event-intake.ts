import { defineJob, type IQueue, isJobsError, type JobDefinition } from '@philjs/jobs-core';
import { DELIVERY_JOBS, type DeliveryPayload, OWN_OPTIONS } from './delivery-job.ts';
import {
  asJson,
  bodyOf,
  type EventKey,
  eventId,
  eventOf,
  messageId,
  type WebhookEvent,
  withoutContent,
} from './webhook-event.ts';
import type { Endpoint, Settings, WebhookEventName } from './webhooks-options.ts';

/** The name of the jobs that keep an event until it is known whether its job has ended so. */
export const PENDING_JOB = 'webhook-event';

/** How long such a job waits: usually the end of the run is known at once, and removes it. */
const PENDING_MS = 60_000;
/** How soon it looks again while the job is still active. */
const LOOK_AGAIN_MS = 5000;
/** Names what of an event the job's own code made, as it is in memory. */
const CONTENT = ['result', 'payload'] as const;

/** The services the intake needs. */
export interface IntakeParts {
  readonly settings: Settings;
  /** The queues whose events are sent. */
  readonly sources: readonly IQueue[];
  /** The queue that sends messages. */
  readonly target: IQueue;
  readonly isDisabled: (key: string) => boolean;
}

/** Turns ends of jobs into messages. Whatever it does may be done again: all ids are derived. */
export class EventIntake {
  readonly #parts: IntakeParts;
  readonly #pending: JobDefinition;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#pending = defineJob({
      ...OWN_OPTIONS,
      name: PENDING_JOB,
      attempts: 1000,
      backoff: { type: 'fixed', delay: LOOK_AGAIN_MS },
      removeOnComplete: { age: 3_600_000, count: 10_000 },
      handler: (event: WebhookEvent, ctx) => this.#confirm(event, ctx),
    });
  }

  /** The definition of the jobs that keep events. */
  get job(): JobDefinition {
    return this.#pending;
  }

  /** Returns whether a receiver asked for such an end of a job. */
  wants(type: WebhookEventName, name: string): boolean {
    return this.#receivers(type, name).length > 0;
  }

  /** Stores an event before its job has ended so, in case this process dies between that and {@link publish}. */
  async keep(event: WebhookEvent): Promise<void> {
    const { target } = this.#parts;
    const options = { jobId: eventId(event), delay: PENDING_MS };
    const whole = { ...event, result: asJson(event.result), payload: asJson(event.payload) };
    const lacks = CONTENT.some((what) => event[what] !== undefined && whole[what] === undefined);
    const stored = lacks ? withoutContent(event) : whole;
    await target.enqueue(this.#pending, stored, options).catch((error: unknown) => {
      if (!isJobsError(error, 'JOBS_PAYLOAD_TOO_LARGE')) throw error;
      return target.enqueue(this.#pending, withoutContent(event), options);
    });
  }

  /** Forgets an event that was kept: its job has not ended so, or its messages are stored. */
  async forget(event: EventKey): Promise<void> {
    await this.#parts.target.removeJob(eventId(event));
  }

  /** Stores the messages of an event, for all its receivers at once. */
  async publish(event: WebhookEvent): Promise<void> {
    const { isDisabled } = this.#parts;
    const receivers = this.#receivers(event.type, event.name).filter(({ key }) => !isDisabled(key));
    if (receivers.length > 0) await this.#store(event, receivers, receivers);
  }

  /** Stores the messages of an event, with its content where the queue does not refuse them as too large. */
  async #store(
    event: WebhookEvent,
    receivers: readonly Endpoint[],
    whole: readonly Endpoint[],
  ): Promise<void> {
    const bare = withoutContent(event);
    const messages = receivers.map((one) => this.#message(whole.includes(one) ? event : bare, one));
    await this.#parts.target.enqueueMany(messages).catch((error: unknown) => {
      if (!isJobsError(error, 'JOBS_PAYLOAD_TOO_LARGE') || whole.length === 0) throw error;
      const refused = receivers[Number(error.details?.['index'])];
      const rest = refused === undefined ? [] : whole.filter((one) => one !== refused);
      if (rest.length === whole.length) throw error;
      return this.#store(event, receivers, rest);
    });
  }

  /** Makes the message of an event for a receiver. */
  #message(event: WebhookEvent, endpoint: Endpoint) {
    const { maxBodyBytes } = this.#parts.settings;
    const id = messageId(eventId(event), endpoint.key);
    return {
      job: endpoint.ordered ? DELIVERY_JOBS.ordered : DELIVERY_JOBS.free,
      payload: {
        id,
        endpoint: endpoint.key,
        event: event.type,
        jobId: event.jobId,
        body: bodyOf(event, endpoint, maxBodyBytes),
      } satisfies DeliveryPayload,
      options: { jobId: id },
    };
  }

  #receivers(type: WebhookEventName, name: string): readonly Endpoint[] {
    return this.#parts.settings.endpoints.filter(
      ({ events, jobs }) => events.includes(type) && (jobs === undefined || jobs.has(name)),
    );
  }

  /** Reads how the job of a kept event ended, and reports it. */
  async #confirm(
    kept: WebhookEvent,
    ctx: { snooze(ms: number): never },
  ): Promise<WebhookEventName | 'not so'> {
    const source = this.#parts.sources.find(({ name }) => name === kept.queue);
    if (source === undefined) throw new Error(`This process does not know queue \`${kept.queue}\``);
    const job = await source.getJob(kept.jobId);
    // Only a job that has ended can be gone. Another one may have its id since.
    const isThere = job !== undefined && job.createdAt.getTime() === kept.createdAt;
    const event = isThere ? eventOf(kept.queue, job) : kept;
    if (event === undefined) {
      // The next start of the job may complete it, and keeps nothing of its own then.
      if (kept.type === 'completed') ctx.snooze(LOOK_AGAIN_MS);
      if (job?.status === 'active' && job.fencingToken === kept.fencingToken) {
        ctx.snooze(LOOK_AGAIN_MS);
      }
      return 'not so';
    }
    await this.publish(event);
    return event.type;
  }
}
