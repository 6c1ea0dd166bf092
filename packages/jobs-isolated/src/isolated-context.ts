import type { JobContext } from '@philjs/jobs-core';

/**
 * Is the `ctx` of an isolated handler: what of a `JobContext` works across threads and processes. A handler that takes it
 * also fits `defineJob` without isolation.
 *
 * @typeParam TPayload - the payload
 */
export interface IsolatedContext<TPayload = unknown>
  extends Pick<
    JobContext<TPayload>,
    | 'jobId'
    | 'name'
    | 'queueName'
    | 'payload'
    | 'attemptsMade'
    | 'attempt'
    | 'maxAttempts'
    | 'timestamp'
    | 'signal'
    | 'fencingToken'
    | 'ended'
    | 'metadata'
    | 'progress'
    | 'updateProgress'
    | 'log'
    | 'sleep'
    | 'snooze'
    | 'fail'
    | 'holdBack'
    | 'takeRateLimit'
    | 'childResults'
  > {}
