import {
  defineJob,
  type IQueue,
  type JobContext,
  type JobDefinition,
  RunEnded,
} from '@philjs/jobs-core';
import { MAX_DURATION_MS, MAX_TIMEOUT_MS, toError } from '@philjs/jobs-core/internal';
import { RefusedAddressError } from './address-rules.ts';
import type { Sender } from './post-message.ts';
import { signMessage } from './sign-message.ts';
import type { Endpoint, Settings, WebhookEventName } from './webhooks-options.ts';

/** The names of the jobs that send messages; `ordered` ones are sent one after the other for each receiver. */
export const DELIVERY_JOBS = {
  free: 'webhook-delivery',
  ordered: 'webhook-delivery-in-order',
} as const;

/** The options of jobs that send webhooks, in place of those of their queue: none of them may end a message. */
export const OWN_OPTIONS: Readonly<
  Record<'delay' | 'timeout' | 'expiresIn' | 'maxStalledCount', number>
> = {
  delay: 0,
  timeout: MAX_TIMEOUT_MS,
  expiresIn: MAX_DURATION_MS,
  // Its receiver, not the workers that are killed meanwhile, decides how a message ends.
  maxStalledCount: 1000,
};

/** How soon a message is looked at again whose receiver a process does not know, and how old it may get so. */
const ASK_AGAIN_MS = 60_000;
const KEPT_FOR_MS = 7 * 86_400_000;

/** Is what a delivery stores: the very bytes that every try sends. */
export interface DeliveryPayload {
  /** The id of the message; it is that of the job as well, unless the job was stored again from a dead letter. */
  readonly id?: string;
  readonly endpoint: string;
  readonly event: WebhookEventName;
  readonly jobId: string;
  readonly body: string;
}

/** Is the progress of a message that is sent in order. */
export interface Tries {
  readonly tries: number;
  /** Whether it was given up after these: if it is retried by hand, it begins again. */
  readonly isOver?: boolean;
}

/** The services sending needs. */
export interface DeliveryParts {
  readonly settings: Settings;
  readonly sender: Sender;
  readonly isDisabled: (key: string) => boolean;
  /** Is called when a receiver answered 410 Gone. */
  readonly onGone: (endpoint: Endpoint) => Promise<void>;
}

/** Is thrown when a try did not succeed. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** How long the receiver asks to wait, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs = 0) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Defines the jobs that send messages. Those in order are limited only where a receiver asks for it, since that needs a
 * backend with limits by key; without, they send what is stored from a time when one did.
 */
export function deliveryJobs(parts: DeliveryParts): readonly JobDefinition[] {
  const { settings } = parts;
  const common = {
    ...OWN_OPTIONS,
    // The ids keep an event from being sent twice.
    removeOnComplete: { age: 86_400_000, count: 100_000 },
    removeOnFail: { age: 7 * 86_400_000, count: 100_000 },
  } as const;
  const free = defineJob({
    ...common,
    name: DELIVERY_JOBS.free,
    attempts: settings.attempts,
    backoff: (attempt, error) => delayAfter(settings, attempt, error),
    handler: (payload: DeliveryPayload, ctx) => deliver(parts, payload, ctx),
  });
  const isOrdered = settings.endpoints.some(({ ordered }) => ordered);
  const ordered = defineJob({
    ...common,
    name: DELIVERY_JOBS.ordered,
    attempts: 1,
    ...(isOrdered && {
      concurrency: { max: 1, key: ({ endpoint }: DeliveryPayload) => endpoint },
    }),
    handler: (payload: DeliveryPayload, ctx) => deliverInOrder(parts, payload, ctx),
  });
  return [free, ordered];
}

/** Computes the delay after a try: three times as long each time, spread by a fifth, or what the receiver asks for. */
export function delayAfter(
  { delay, maxDelay }: Pick<Settings, 'delay' | 'maxDelay'>,
  attempt: number,
  error: unknown,
): number {
  const asked = error instanceof DeliveryError ? error.retryAfterMs : 0;
  const wait = Math.min(maxDelay, delay * 3 ** (attempt - 1)) * (0.8 + 0.2 * Math.random());
  return Math.min(maxDelay, Math.max(wait, asked));
}

/** Holds the line of its receiver until it is delivered, or given up. */
async function deliverInOrder(
  parts: DeliveryParts,
  payload: DeliveryPayload,
  ctx: JobContext<DeliveryPayload>,
): Promise<number> {
  const { settings } = parts;
  for (let attempt = 1 + (await triesOf(ctx.queue, ctx.jobId)); ; attempt++) {
    try {
      return await deliver(parts, payload, ctx);
    } catch (error) {
      const isSnoozed = error instanceof RunEnded && error.decision === 'snooze';
      if (isSnoozed || ctx.signal.aborted) throw error;
      const isOver = !(error instanceof DeliveryError) || attempt >= settings.attempts;
      // While the store is away, the number of tries goes uncounted, and not the message undelivered.
      await ctx
        .updateProgress({ tries: attempt, ...(isOver && { isOver }) } satisfies Tries)
        .catch(() => undefined);
      if (isOver) throw error;
      await ctx.sleep(delayAfter(settings, attempt, error));
    }
  }
}

/** Reads how often a message was tried before its worker stopped; none where the store cannot say. Never rejects. */
async function triesOf(queue: IQueue, id: string): Promise<number> {
  const { progress } = (await queue.getJob(id).catch(() => undefined)) ?? {};
  const { tries = 0, isOver = false } = readTries(progress);
  return isOver ? 0 : tries;
}

/** Reads how often a message in order was tried from the progress of its job. */
export function readTries(progress: unknown): Partial<Tries> {
  return typeof progress === 'object' && progress !== null ? progress : {};
}

/** Makes one try. Returns the status of the answer. */
async function deliver(
  parts: DeliveryParts,
  { id, endpoint: key, body }: DeliveryPayload,
  ctx: JobContext<DeliveryPayload>,
): Promise<number> {
  const { settings, sender } = parts;
  const endpoint = settings.endpoints.find((one) => one.key === key);
  if (endpoint === undefined) {
    // Another process may know it, or this one once it is configured again: no try was made.
    if (ctx.queue.clock.now() - ctx.timestamp < KEPT_FOR_MS) ctx.snooze(ASK_AGAIN_MS);
    ctx.fail(new DeliveryError('No process knew the receiver for a week'));
  }
  if (parts.isDisabled(key)) ctx.fail(new DeliveryError('The receiver is disabled'));
  const signed = signMessage({ id: id ?? ctx.jobId, body, at: Date.now() }, endpoint.keys);
  const headers = {
    ...signed,
    'content-type': 'application/json',
    'user-agent': 'philjs-jobs-webhooks',
  };
  const { timeout: timeoutMs } = settings;
  const { signal } = ctx;
  const { status, retryAfterMs } = await sender
    .post({ url: endpoint.url, headers, body, timeoutMs, signal })
    .catch((error: unknown) => {
      if (signal.aborted) throw error;
      if (error instanceof RefusedAddressError) ctx.fail(error);
      throw new DeliveryError(toError(error).message);
    });
  if (status >= 200 && status < 300) return status;
  if (status === 410) {
    await parts.onGone(endpoint);
    ctx.fail(new DeliveryError('The receiver is gone (410): it is disabled'));
  }
  throw new DeliveryError(`The receiver answered ${status}`, retryAfterMs);
}
