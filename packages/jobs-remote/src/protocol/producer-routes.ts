import { ROLES_OF } from '@philjs/jobs-core/internal';
import type { Role } from './role.ts';

/** Describes one route for producers: a plain one, whose requests a program in any language can write by hand. */
export interface ProducerRoute {
  /** The HTTP method. */
  readonly method: 'GET' | 'POST';
  /** The path below that of the queue. `:id` stands for the id of a job, percent-encoded. */
  readonly path: string;
  /** Its summary in the document of the protocol. */
  readonly summary: string;
  /** The roles that may call it: one of them is enough. With `produce` alone it reaches the jobs of the same token. */
  readonly roles: readonly Role[];
}

/** Names a route for producers. */
export type RouteName =
  | 'enqueue'
  | 'enqueueMany'
  | 'getJob'
  | 'wait'
  | 'events'
  | 'cancel'
  | 'retry';

const ENQUEUE: readonly Role[] = ['produce', 'work', ...ROLES_OF.enqueue];
const READ: readonly Role[] = ['produce', ...ROLES_OF.read];

/**
 * Lists the routes for producers, below `/v1/queues/:queue`. Unlike the calls of {@link OPERATIONS}, which carry the records
 * of core's contract, the server makes the job: it checks the payload by the schema of the job where its queue knows it, and
 * works out keys, tags and limits.
 *
 * | Request | Body or query | Answer |
 * |---|---|---|
 * | `POST jobs` | `{ name, payload?, options? }` | the job; `duplicate: true` when it was there |
 * | `POST jobs/many` | `{ jobs: [{ name, payload?, options? }] }` | `{ jobs }`; none is stored if one is bad |
 * | `GET jobs/:id` | | the job |
 * | `GET jobs/:id/wait` | `?timeout=25000` (ms, 60,000 at most) | the job once it has ended, or as it is when the time is over |
 * | `GET jobs/:id/events` | | server-sent events: `job` with the job, now and after each change; `end` after the last |
 * | `POST jobs/:id/cancel` | `{ reason? }` | `{ outcome }`: `cancelled`, `requested` or `finished` |
 * | `POST jobs/:id/retry` | | `{ retried: true }` |
 *
 * With the header `Idempotency-Key` a `POST jobs` that is repeated within a day is answered with the same job; the key belongs
 * to the token's name, and the same key with another name, payload or options is `JOBS_CONFLICT`. Such a job has no `jobId`
 * and no `deduplicate` of its own.
 *
 * Times are epoch milliseconds, options those of `enqueue`. Payload and result are JSON as the store has them: where a job
 * has a codec, as that writes them. A job that is not there, or not the token's, is `JOBS_NOT_FOUND` with status 404.
 */
export const PRODUCER_ROUTES: Readonly<Record<RouteName, ProducerRoute>> = {
  enqueue: { method: 'POST', path: 'jobs', summary: 'Enqueues a job', roles: ENQUEUE },
  enqueueMany: {
    method: 'POST',
    path: 'jobs/many',
    summary: 'Enqueues many jobs, or none if one is bad',
    roles: ENQUEUE,
  },
  getJob: { method: 'GET', path: 'jobs/:id', summary: 'Reads a job', roles: READ },
  wait: {
    method: 'GET',
    path: 'jobs/:id/wait',
    summary: 'Reads a job once it has ended, or when the time is over',
    roles: READ,
  },
  events: {
    method: 'GET',
    path: 'jobs/:id/events',
    summary: 'Streams a job as server-sent events, now and after each change, until it has ended',
    roles: READ,
  },
  cancel: {
    method: 'POST',
    path: 'jobs/:id/cancel',
    summary: 'Cancels a job, or asks the worker that runs it to',
    roles: ['produce', ...ROLES_OF.cancel],
  },
  retry: {
    method: 'POST',
    path: 'jobs/:id/retry',
    summary: 'Puts a failed or cancelled job back',
    roles: ROLES_OF.retry,
  },
};

/** How long a wait lasts when it names no time, and at most, in milliseconds: proxies end calls that take longer. */
export const WAIT_MS: { readonly usual: number; readonly most: number } = {
  usual: 25_000,
  most: 60_000,
};
