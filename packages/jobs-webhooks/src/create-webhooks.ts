import type { IQueue } from '@philjs/jobs-core';
import { checkOptions, invalidArgument, JobsError, wrapRuns } from '@philjs/jobs-core/backend';
import { captureMiddleware } from './capture-middleware.ts';
import { type DeliveryList, type DeliveryQuery, toDelivery } from './delivery.ts';
import { DELIVERY_JOBS, type DeliveryPayload, deliveryJobs } from './delivery-job.ts';
import { DisabledEndpoints } from './disabled-endpoints.ts';
import { EventIntake } from './event-intake.ts';
import { FailureSweep } from './failure-sweep.ts';
import { Sender } from './post-message.ts';
import { type Endpoint, keyOf, readOptions, type WebhooksOptions } from './webhooks-options.ts';

/** How often failed jobs, and what other processes disabled, are looked at, in milliseconds. */
const LOOK_EVERY_MS = 10_000;

/** Sends webhooks about the jobs of one or more queues. */
export interface Webhooks {
  /**
   * Starts to tell of jobs that run in this process, and lets its workers send messages: call it in every process that
   * runs jobs, before `process`. Resolves when it has looked for jobs that failed or were cancelled in the last hour.
   * Calling it again changes nothing.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`; `JOBS_NOT_SUPPORTED` when a receiver is `ordered` and the backend has no
   * limits by key
   */
  start(): Promise<void>;
  /** Stops telling. Messages that are stored are still sent by workers whose process has started this. */
  stop(): Promise<void>;
  /** Reads messages: those under way, accepted and given up. */
  deliveries(query?: DeliveryQuery): Promise<DeliveryList>;
  /**
   * Disables a receiver, for all processes within 10 s and until {@link enable}: its messages fail, and no more are
   * stored. An answer of 410 (Gone) does the same.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is none of this URL
   */
  disable(url: string): Promise<void>;
  /** Enables a receiver again; what failed meanwhile is retried as any failed job. Returns whether it was disabled. */
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
  const { endpoints, deliverIn = sources[0]?.name } = settings;
  const target = sources.find(({ name }) => name === deliverIn);
  if (target === undefined) {
    const names = sources.map(({ name }) => name).join(', ');
    throw invalidArgument('deliverIn', `one of the queues ${names}`, deliverIn);
  }
  const disabled = new DisabledEndpoints(target, endpoints);
  const intake = new EventIntake({ settings, sources, target, isDisabled: disabled.has });
  const sweep = new FailureSweep(intake, sources);
  const sender = new Sender(settings.rules);
  const jobs = deliveryJobs({
    settings,
    sender,
    isDisabled: disabled.has,
    onGone: (endpoint) => disabled.add(endpoint, 'It answered 410'),
  });
  const report = (error: unknown): void => {
    const { name: queueName, clock } = target;
    const reported = error instanceof Error ? error : new Error(String(error));
    target.emit({ type: 'error', queueName, at: new Date(clock.now()), error: reported });
  };
  let ends: readonly (() => void)[] = [];
  let timer: unknown;
  let looking: Promise<void> = Promise.resolve();
  let isRunning = false;

  const look = async (): Promise<void> => {
    await disabled.refresh();
    await sweep.sweep();
  };
  const lookLater = (): void => {
    const again = (): void => {
      looking = look()
        .catch(report)
        .then(() => {
          if (isRunning) lookLater();
        });
    };
    timer = target.clock.setTimeout(again, LOOK_EVERY_MS, { background: true });
  };
  const find = (url: string): Endpoint => {
    const found = endpoints.find(({ key }) => key === keyIn(url));
    if (found !== undefined) return found;
    throw invalidArgument('url', 'that of one of the receivers', 'another one');
  };

  return {
    start: async () => {
      if (isRunning) return;
      target.register(intake.job, ...jobs);
      isRunning = true;
      ends = sources.map((queue) => wrapRuns(queue, captureMiddleware(intake, report)));
      try {
        await look();
      } catch (error) {
        isRunning = false;
        for (const end of ends) end();
        throw error;
      }
      lookLater();
    },
    stop: async () => {
      if (!isRunning) return;
      isRunning = false;
      target.clock.clearTimeout(timer);
      for (const end of ends) end();
      await looking;
      sender.close();
    },
    deliveries: async (query = {}) => {
      checkOptions('query', query, ['status', 'url', 'limit', 'cursor']);
      const { status, url, limit, cursor } = query;
      const only = url === undefined ? undefined : find(url).key;
      const name = Object.values(DELIVERY_JOBS);
      const page = await target.getJobs({ name, status, limit, cursor });
      const found = page.jobs.filter(
        ({ payload }) => only === undefined || (payload as DeliveryPayload).endpoint === only,
      );
      const deliveries = found.map((job) => toDelivery(job, endpoints));
      return page.cursor === undefined ? { deliveries } : { deliveries, cursor: page.cursor };
    },
    disable: async (url) => disabled.add(find(url), 'By request'),
    enable: async (url) => disabled.delete(find(url).key),
  };
}

function keyIn(url: unknown): string | undefined {
  try {
    return keyOf(new URL(url as string));
  } catch {
    return undefined;
  }
}

function checkQueues(given: IQueue | Iterable<IQueue>): readonly IQueue[] {
  const { [Symbol.iterator]: several } = (given ?? {}) as Partial<Iterable<IQueue>>;
  const queues = typeof several === 'function' ? [...(given as Iterable<IQueue>)] : [given];
  const areQueues = queues.every((queue) => typeof (queue as IQueue)?.enqueue === 'function');
  if (queues.length === 0 || !areQueues) {
    throw invalidArgument('queue', 'a queue, or those of `createQueues`', given);
  }
  const names = new Set((queues as readonly IQueue[]).map(({ name }) => name));
  if (names.size === queues.length) return queues as readonly IQueue[];
  throw new JobsError('JOBS_INVALID_ARGUMENT', 'Expected queues of different names.', {
    details: { field: 'queue' },
  });
}
