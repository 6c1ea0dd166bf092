/**
 * Exports jobs and queues: what programs write. Authors of backends, and of packages and tools that build on queues,
 * find the rest in `@philjs/jobs-core/backend`.
 *
 * @packageDocumentation
 */

export type { Clock } from './clock/clock.ts';
export type { BackendFactory } from './contract/backend.ts';
export type { JobStatus } from './contract/job-status.ts';
export * from './deprecated.ts';
export * from './deprecated-entry.ts';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.ts';
export { isJobsError, JobsError } from './errors/jobs-error.ts';
export type { Codec } from './job/codec.ts';
export { declareJob } from './job/declare-job.ts';
export { defineBatchJob } from './job/define-batch-job.ts';
export { defineJob } from './job/define-job.ts';
export { defineTemplate } from './job/define-template.ts';
export type { JobContext } from './job/job-context.ts';
export type { JobDefinition, JobInput, JobResult } from './job/job-definition.ts';
export type { JsonValue } from './json/json-value.ts';
export { fromPino } from './logger/from-pino.ts';
export type { Logger } from './logger/logger.ts';
export { composeMiddleware } from './middleware/compose-middleware.ts';
export { createLoggingMiddleware } from './middleware/logging-middleware.ts';
export type { Middleware } from './middleware/middleware.ts';
export { createRateLimitMiddleware } from './middleware/rate-limit-middleware.ts';
export { createRetryMiddleware } from './middleware/retry-middleware.ts';
export { createValidationMiddleware } from './middleware/validation-middleware.ts';
export { batch, chain, step } from './queue/chain.ts';
export { createQueue } from './queue/create-queue.ts';
export { type DeadLetterGroup, deadLetters } from './queue/dead-letters.ts';
export type { EnqueueMiddleware } from './queue/enqueue-middleware.ts';
export type { EnqueueOptions } from './queue/enqueue-options.ts';
export { followJob } from './queue/follow-job.ts';
export { item } from './queue/item.ts';
export type { Job } from './queue/job.ts';
export { Queue } from './queue/queue.ts';
export type { AnyQueueEvent } from './queue/queue-events.ts';
export type { EnqueueItem, IQueue, JobDefinitions } from './queue/queue-interface.ts';
export type { QueueOptions } from './queue/queue-options.ts';
export type { Workflow } from './queue/workflow.ts';
export { createQueues } from './queues/create-queues.ts';
export type { IQueues } from './queues/queues-interface.ts';
export { runUntilSignal } from './shutdown/run-until-signal.ts';
