/**
 * Exports what a program needs that only enqueues: it declares jobs, prepares them, and reads errors. Imports no module of
 * Node, so that browsers and edge functions can load it.
 *
 * @packageDocumentation
 */
export {
  checkDuration,
  checkFunction,
  checkOptions,
  checkSignal,
  invalidArgument,
  MAX_TIMEOUT_MS,
} from './check/argument.ts';
export { abortableDelay } from './clock/abortable-delay.ts';
export type { Clock } from './clock/clock.ts';
export { systemClock } from './clock/system-clock.ts';
export type { CancelResult } from './contract/backend.ts';
export { type Capabilities, defineCapabilities } from './contract/capabilities.ts';
export type { JobProgress } from './contract/job-record.ts';
export type { JobStatus } from './contract/job-status.ts';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.ts';
export { jobNotFoundError, queueClosedError } from './errors/error-factories.ts';
export { isJobsError, JobsError } from './errors/jobs-error.ts';
export { deserializeError, type SerializedError } from './errors/serialize-error.ts';
export { checkId } from './job/check-name.ts';
export type { Codec } from './job/codec.ts';
export { declareJob, type JobDeclaration } from './job/declare-job.ts';
export type { JobDefinition, JobInput, JobResult } from './job/job-definition.ts';
export { type CallingQueue, callJob } from './queue/call-job.ts';
export { type Caller, caller } from './queue/caller.ts';
export type { EnqueueOptions } from './queue/enqueue-options.ts';
export type { AddingBackend } from './queue/enqueuer.ts';
export type { Job } from './queue/job.ts';
export { JobProducer, type JobProducerOptions } from './queue/job-producer.ts';
export type { JobDefinitions } from './queue/known-jobs.ts';
export type { IQueue, WaitOptions } from './queue/queue-interface.ts';
export { decode } from './queue/to-job.ts';
export { waitAbortedError, waitTimeoutError } from './queue/wait-errors.ts';
