import { createHash } from 'node:crypto';
import type { Job, JsonValue } from '@philjs/jobs-core';
import { serializeError } from '@philjs/jobs-core/backend';
import { toJson } from '@philjs/jobs-core/internal';
import type { Endpoint, WebhookEventName } from './webhooks-options.ts';

/** The largest numbers of characters of an error. */
const MOST = { name: 200, message: 1000 } as const;

/** Describes the end of a job. */
export interface WebhookEvent {
  readonly type: WebhookEventName;
  readonly queue: string;
  readonly jobId: string;
  readonly name: string;
  /** Which start of the job ended. */
  readonly fencingToken: number;
  readonly attempts: number;
  /** When the job was enqueued, and when it ended, in epoch milliseconds. */
  readonly createdAt: number;
  readonly at: number;
  readonly payload?: unknown;
  readonly metadata?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string };
  /** Whether payload, metadata and result were left out, since they are too large to be stored, or not JSON. */
  readonly truncated?: true;
}

/** Identifies the end of a job. */
export type EventKey = Pick<
  WebhookEvent,
  'type' | 'queue' | 'jobId' | 'createdAt' | 'fencingToken' | 'at'
>;

/**
 * Makes the id of an end of a job: the same in every process, however often it is made. A job completes once, by
 * whichever of its starts; it may fail, or be cancelled, each time it is retried by hand. An end before the first start
 * has no start to tell it by, and no run whose clock may differ from the store's: there its time does.
 */
export function eventId(end: EventKey): string {
  const start = end.type === 'completed' ? '' : String(end.fencingToken || `at ${end.at}`);
  return `evt_${hash(end.queue, end.jobId, String(end.createdAt), end.type, start)}`;
}

/** Makes the id of a message: one for each event and receiver, over all tries. */
export function messageId(event: string, endpoint: string): string {
  return `msg_${hash(event, endpoint)}`;
}

/** Describes the end of a stored job, if it has ended. */
export function eventOf(queue: string, job: Job): WebhookEvent | undefined {
  const { status } = job;
  if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return undefined;
  return {
    type: status,
    queue,
    jobId: job.id,
    name: job.name,
    fencingToken: job.fencingToken,
    attempts: job.attemptsMade,
    createdAt: job.createdAt.getTime(),
    at: (job.finishedAt ?? job.createdAt).getTime(),
    payload: job.payload,
    metadata: job.metadata,
    ...(status === 'completed' && { result: job.result }),
    ...(job.error !== undefined && status !== 'completed' && { error: errorOf(job.error) }),
  };
}

/** Describes an error without its stack, its details and its causes: a receiver is a stranger. */
export function errorOf(error: unknown): NonNullable<WebhookEvent['error']> {
  const { name, message, code } = serializeError(error);
  return {
    name: cut(name, MOST.name),
    message: cut(message, MOST.message),
    ...(code !== undefined && { code: cut(code, MOST.name) }),
  };
}

/** Cuts a text, never within a surrogate pair: strict parsers of JSON refuse half of one. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** Leaves out of an event what the job's own code made, whatever its size. */
export function withoutContent(event: WebhookEvent): WebhookEvent {
  const { payload: _, metadata: __, result: ___, ...facts } = event;
  return { ...facts, truncated: true };
}

/** Makes the body for a receiver; when it would be too large, without what the job's own code made. */
export function bodyOf(event: WebhookEvent, endpoint: Endpoint, maxBytes: number): string {
  const { type, queue, jobId, name, attempts, error } = event;
  const facts = {
    jobId,
    name,
    queue,
    attempts,
    enqueuedAt: new Date(event.createdAt).toISOString(),
    ...(error !== undefined && { error }),
  };
  const write = (data: object): string =>
    JSON.stringify({ type: `job.${type}`, timestamp: new Date(event.at).toISOString(), data });
  if (event.truncated) return write({ ...facts, truncated: true });
  const content: { [name: string]: JsonValue } = {};
  for (const what of endpoint.include) {
    const value = asJson(event[what]);
    if (value !== undefined) content[what] = value;
    else if (event[what] !== undefined) content['truncated'] = true;
  }
  const whole = write({ ...facts, ...content });
  return Buffer.byteLength(whole) <= maxBytes ? whole : write({ ...facts, truncated: true });
}

/** Returns a value as JSON; `undefined` where JSON cannot carry it. */
export function asJson(value: unknown): JsonValue | undefined {
  try {
    return toJson(value, 'value', 'JOBS_PAYLOAD_NOT_SERIALIZABLE');
  } catch {
    return undefined;
  }
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);
}
