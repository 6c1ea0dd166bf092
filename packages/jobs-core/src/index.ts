/**
 * Exports jobs and queues: what programs write, with the types of all options and answers. Authors of backends find
 * the contract in `@philjs/jobs-core/backend`.
 *
 * @packageDocumentation
 */

export type { TimeValue } from './check/time-value.ts';
export type { Clock, TimerHandle, TimerOptions } from './clock/clock.ts';
export { systemClock } from './clock/system-clock.ts';
export type { AttemptFailure } from './contract/attempt-failure.ts';
export type { BackendFactory, CancelResult } from './contract/backend.ts';
export type { DeduplicationMode } from './contract/deduplication.ts';
export type { JobLimits } from './contract/job-limits.ts';
export type { JobProgress } from './contract/job-record.ts';
export { JOB_STATUSES, type JobCounts, type JobStatus } from './contract/job-status.ts';
export type { StoredLimits } from './contract/limit-store.ts';
export type { LogLine } from './contract/log-store.ts';
export type { JobPlace, OrderPolicy, QueueOrder } from './contract/order-store.ts';
export type { SeenWorker, WorkerInfo, WorkerRequest } from './contract/worker-info.ts';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.ts';
export { isJobsError, JobsError, type JobsErrorOptions } from './errors/jobs-error.ts';
export type { SerializedError } from './errors/serialize-error.ts';
export type { AttemptEnd } from './job/attempt-end.ts';
export type { Codec } from './job/codec.ts';
export {
  type DeclaredJobSpec,
  declareJob,
  type HandlingOptions,
  type JobDeclaration,
} from './job/declare-job.ts';
export {
  type BatchContext,
  type BatchHandler,
  type BatchJobSpec,
  defineBatchJob,
} from './job/define-batch-job.ts';
export {
  defineJob,
  type InferredJobSpec,
  type JobSpec,
  type SchemaJobSpec,
} from './job/define-job.ts';
export { defineTemplate, type JobTemplate } from './job/define-template.ts';
export type { JobContext } from './job/job-context.ts';
export type { JobDefinition, JobHandler, JobInput, JobResult } from './job/job-definition.ts';
export type { JobDependencies, JobDependency } from './job/job-dependencies.ts';
export type {
  Backoff,
  BackoffFunction,
  Concurrency,
  DeduplicateResult,
  JobHooks,
  JobOptions,
  KeyedConcurrency,
  RateLimit,
  RetentionOption,
  SharedConcurrency,
  SharedJobOptions,
  SharedRateLimit,
  TagsFunction,
  TemplateOptions,
} from './job/job-options.ts';
export type { LimitDefaults } from './job/limits-of.ts';
export type { OrderOptions } from './job/order-facts.ts';
export type {
  CarriedByJson,
  FittingHooks,
  HooksOfAnotherPayload,
  HooksOfAnotherResult,
  InputOf,
  OutputOf,
  PayloadNeedsSchemaOrCodec,
  ResultNeedsCodec,
} from './job/payload-types.ts';
export type {
  AroundStep,
  SignalOptions,
  SignalPayload,
  StepResult,
  StepTries,
  StepTry,
} from './job/step-options.ts';
export type { JsonSafe } from './json/json-safe.ts';
export type { JsonObject, JsonValue } from './json/json-value.ts';
export { consoleLogger } from './logger/console-logger.ts';
export { fromPino } from './logger/from-pino.ts';
export type { Logger } from './logger/logger.ts';
export { composeMiddleware } from './middleware/compose-middleware.ts';
export { createLoggingMiddleware } from './middleware/logging-middleware.ts';
export type { Middleware } from './middleware/middleware.ts';
export { createRateLimitMiddleware } from './middleware/rate-limit-middleware.ts';
export { createRetryMiddleware } from './middleware/retry-middleware.ts';
export { createValidationMiddleware } from './middleware/validation-middleware.ts';
export type { ActOptions, CancelOptions, StatusOptions } from './queue/act-options.ts';
export { type CallableJobs, type Caller, caller } from './queue/caller.ts';
export type { CallArgs, CallOptions, Calls } from './queue/calls.ts';
export {
  type BatchItems,
  type BatchOptions,
  batch,
  type ChainItems,
  chain,
  type FittingStep,
  type FittingSteps,
  type MergedPayload,
  type Step,
  type StepGetsOtherType,
  type StepLacksField,
  type StepOptions,
  step,
} from './queue/chain.ts';
export { createQueue } from './queue/create-queue.ts';
export {
  type DeadLetter,
  type DeadLetterGroup,
  type DeadLetterQuery,
  type DeadLetters,
  deadLetters,
} from './queue/dead-letters.ts';
export type { DependencyOptions, ItemOfCall, JobOfQueue } from './queue/depends-on.ts';
export type { EnqueueArgs } from './queue/enqueue-args.ts';
export type { EnqueueContext, EnqueueMiddleware } from './queue/enqueue-middleware.ts';
export type {
  EnqueueManyOptions,
  EnqueueOptions,
  TransactionOption,
} from './queue/enqueue-options.ts';
export type { Explanation, ExplanationReason } from './queue/explanation.ts';
export { followJob } from './queue/follow-job.ts';
export { item } from './queue/item.ts';
export type { HeldLease, Job, JobFailure } from './queue/job.ts';
export type {
  BulkProgress,
  BulkQuery,
  CancelQuery,
  GetJobsOptions,
  GetLogsOptions,
  JobCriteria,
  JobList,
  JobLog,
  JobQuery,
} from './queue/job-query.ts';
export type { UpdateJobOptions } from './queue/job-updates.ts';
export type { DefinitionOf, ItemPayload, JobDefinitions, JobOf } from './queue/known-jobs.ts';
export type { LimitSettings, SharedLimitRef } from './queue/limit-settings.ts';
export type { ProcessOptions } from './queue/process-options.ts';
export { Queue } from './queue/queue.ts';
export type {
  AnyQueueEvent,
  JobEvent,
  QueueEvent,
  QueueEventMap,
  QueueEventName,
  QueueListener,
} from './queue/queue-events.ts';
export type {
  EnqueueItem,
  EnqueueItems,
  IQueue,
  QueueStats,
  StopOptions,
  WaitOptions,
} from './queue/queue-interface.ts';
export type { DefaultJobOptions, QueueOptions } from './queue/queue-options.ts';
export type { OrderSettings } from './queue/queue-order.ts';
export type { RedriveOptions, RedriveProgress, RedriveResult } from './queue/redrive-options.ts';
export type { RerunOptions, RetryOptions, RetryQuery, StepChoice } from './queue/retry-options.ts';
export type { JobStep, StepCalls } from './queue/step-calls.ts';
export type { StoredItems } from './queue/stored-items.ts';
export type { TransactionWork } from './queue/transaction-work.ts';
export type {
  CancelWorkflowOptions,
  ReadWorkflowOptions,
  Workflow,
  WorkflowActionOptions,
  WorkflowActionProgress,
  WorkflowEdge,
  WorkflowGraph,
  WorkflowNode,
  WorkflowProgress,
} from './queue/workflow.ts';
export {
  type BackendQueuesOptions,
  createQueues,
  type SharedQueueOptions,
} from './queues/create-queues.ts';
export type {
  IQueues,
  JobsByQueue,
  JobsOfParts,
  ProcessQueuesOptions,
  QueuePart,
  QueueParts,
} from './queues/queues-interface.ts';
export type { StoredLetter } from './run/dead-letter.ts';
export { RunEnded } from './run/run-control.ts';
export { type RunUntilSignalOptions, runUntilSignal } from './shutdown/run-until-signal.ts';
