import type { IQueue } from '@philjs/jobs-core';
import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { internalsOf } from '@philjs/jobs-core/internal';
import { captureMiddleware } from './capture-middleware.ts';
import type { DeliveryList, DeliveryQuery } from './delivery.ts';
import { deliveryJobs } from './delivery-job.ts';
import { DisabledEndpoints } from './disabled-endpoints.ts';
import { EventIntake } from './event-intake.ts';
import { FailureSweep } from './failure-sweep.ts';
import { JobWatch } from './job-watch.ts';
import { Sender } from './post-message.ts';
import { findEndpoint, readDeliveries } from './read-deliveries.ts';
import { type Endpoint, readOptions, type WebhooksOptions } from './webhooks-options.ts';

/** Sends webhooks about the jobs of one or more queues. */
export interface Webhooks {
  /**
   * Starts to report the jobs that run in this process, and lets its workers send messages: call it in every process
   * that runs jobs, before `process`. Resolves when it has looked for jobs that failed or were cancelled in the last
   * hour. Calling it again changes nothing.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`; `JOBS_NOT_SUPPORTED` when a receiver is `ordered` and the backend has no
   * limits by key
   */
  start(): Promise<void>;
  /** Stops reporting. Workers whose processes have started this still send the messages that are stored. */
  stop(): Promise<void>;
  /** Reads messages: those under way, accepted and given up. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  deliveries(query?: DeliveryQuery): Promise<DeliveryList>;
  /**
   * Disables a receiver, for all processes within 10 s, until {@link enable} or until the queue that sends is cleared: its
   * messages fail, and no more are stored. An answer of 410 (Gone) does the same.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is none of this URL
   */
  disable(url: string): Promise<void>;
  /**
   * Enables a receiver again; returns whether it was disabled. Retry the messages that failed meanwhile as you retry
   * failed jobs.
   *
   * @throws JobsError as {@link disable}
   */
  enable(url: string): Promise<boolean>;
}

/**
 * Sends signed webhooks about jobs, by the Standard Webhooks specification. Each message is a job of its own, on one of
 * the queues: tried again with growing delays, `Retry-After` and 410 respected, under one `webhook-id`.
 *
 * @param queues - a queue, or those of `createQueues`: the ends of their jobs are sent
 * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
 * @example
 * const webhooks = createWebhooks(queue, {
 *   endpoints: [{ url: 'https://example.com/hook', secret: process.env.HOOK_SECRET, events: ['completed', 'failed'] }],
 * });
 * await webhooks.start();
 * await queue.process();
 */
export function createWebhooks(
  queues: IQueue | Iterable<IQueue>,
  options: WebhooksOptions,
): Webhooks {
  const sources = checkQueues(queues);
  const settings = readOptions(options);
  const { deliverIn = sources[0]?.name } = settings;
  const target = sources.find(({ name }) => name === deliverIn);
  if (target === undefined) {
    const names = sources.map(({ name }) => name).join(', ');
    throw invalidArgument('deliverIn', `one of the queues ${names}`, deliverIn);
  }
  return webhooksOf(sources, target, settings);
}

function webhooksOf(
  sources: readonly IQueue[],
  target: IQueue,
  settings: ReturnType<typeof readOptions>,
): Webhooks {
  const { endpoints } = settings;
  const disabled = new DisabledEndpoints(target, endpoints);
  const intake = new EventIntake({ settings, sources, target, isDisabled: disabled.has });
  const sweep = new FailureSweep(intake, sources);
  const sender = new Sender(settings.rules);
  const onGone = (endpoint: Endpoint): Promise<void> => disabled.add(endpoint, 'It answered 410');
  const jobs = deliveryJobs({ settings, sender, isDisabled: disabled.has, onGone });
  const watch = new JobWatch(target, async () => {
    await disabled.refresh();
    await sweep.sweep();
  });
  return {
    start: async () => {
      if (watch.isRunning) return;
      target.register(intake.job, disabled.job, ...jobs);
      sender.open();
      await watch.start(sources, captureMiddleware(intake, watch.report));
    },
    stop: async () => {
      if (!watch.isRunning) return;
      await watch.stop();
      sender.close();
    },
    deliveries: (query = {}) => readDeliveries(target, endpoints, query),
    disable: async (url) => disabled.add(findEndpoint(endpoints, url), 'By request'),
    enable: async (url) => disabled.delete(findEndpoint(endpoints, url).key),
  };
}

function checkQueues(given: IQueue | Iterable<IQueue>): readonly IQueue[] {
  const { [Symbol.iterator]: several } = (given ?? {}) as Partial<Iterable<IQueue>>;
  const queues =
    typeof several === 'function' ? [...(given as Iterable<IQueue>)] : [given as IQueue];
  if (queues.length === 0) {
    throw invalidArgument('queue', 'a queue, or those of `createQueues`', given);
  }
  for (const queue of queues) internalsOf(queue);
  const names = new Set(queues.map(({ name }) => name));
  if (names.size === queues.length) return queues;
  throw new JobsError('JOBS_INVALID_ARGUMENT', 'Expected queues of different names.', {
    details: { field: 'queue' },
  });
}
