/**
 * What a job is, what a queue does, and what a backend must do.
 *
 * @packageDocumentation
 */

export {
  checkDuration,
  checkInteger,
  checkOptions,
  checkTime,
  type IntegerRange,
  invalidArgument,
  MAX_DURATION_MS,
  MAX_TIMEOUT_MS,
} from './check/argument.ts';
export { suggestionFor } from './check/suggestion.ts';
export { abortableDelay } from './clock/abortable-delay.ts';
export type { Clock, TimerHandle, TimerOptions } from './clock/clock.ts';
export { systemClock } from './clock/system-clock.ts';
export type { AttemptFailure } from './contract/attempt-failure.ts';
export type {
  Backend,
  BackendContext,
  BackendFactory,
  CancelResult,
  JobPage,
  ListParams,
} from './contract/backend.ts';
export { type Capabilities, defineCapabilities } from './contract/capabilities.ts';
export type {
  ClaimedJob,
  ConsumeParams,
  Consumer,
  Lease,
  RecordedRun,
  StalledJob,
  StartedJob,
} from './contract/consumer.ts';
export type { Deduplication, DeduplicationMode } from './contract/deduplication.ts';
export type { Diagnosis, Diagnostics } from './contract/diagnostics.ts';
export type {
  BackendEvent,
  BackendEventType,
  EventSource,
  Subscription,
} from './contract/events.ts';
export type { JobLimits } from './contract/job-limits.ts';
export type { CancelRequest, JobProgress, JobRecord } from './contract/job-record.ts';
export { JOB_STATUSES, type JobCounts, type JobStatus } from './contract/job-status.ts';
export type {
  LimitBarrier,
  LimitOverride,
  LimitStore,
  ReplacedLimits,
  StoredLimits,
} from './contract/limit-store.ts';
export type { LogLine, LogStore } from './contract/log-store.ts';
export type { MetricsBucket, MetricsCounter, MetricsStore } from './contract/metrics-store.ts';
export type { AddResult, NewJob } from './contract/new-job.ts';
export type { Outcome, SnoozeReason } from './contract/outcome.ts';
export type { RateLimiter, TakeParams } from './contract/rate-limiter.ts';
export type { Retention } from './contract/retention.ts';
export type {
  DueSchedules,
  ScheduleRecord,
  ScheduleStore,
  TickEntry,
} from './contract/schedule-store.ts';
export type { JobUpdate, UpdateStore } from './contract/update-store.ts';
export type { SeenWorker, WorkerInfo, WorkerStore } from './contract/worker-info.ts';
export type { DependencyFailure, DependentJob, WorkflowStore } from './contract/workflow-store.ts';
export { cancelledError } from './errors/cancelled-error.ts';
export { deserializeError } from './errors/deserialize-error.ts';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.ts';
export { isJobsError, JobsError, type JobsErrorOptions } from './errors/jobs-error.ts';
export { notSupported } from './errors/not-supported.ts';
export { serializeError } from './errors/serialize-error.ts';
export type { SerializedError } from './errors/serialized-error.ts';
export { InFlight, type Placed } from './in-flight/in-flight.ts';
export type { AttemptEnd } from './job/attempt-end.ts';
export { checkId, checkName } from './job/check-name.ts';
export type { Codec } from './job/codec.ts';
export {
  defineJob,
  type InferredJobSpec,
  type JobSpec,
  type SchemaJobSpec,
} from './job/define-job.ts';
export type { JobContext } from './job/job-context.ts';
export type { JobDefinition, JobHandler, JobInput, JobResult } from './job/job-definition.ts';
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
  SharedJobOptions,
} from './job/job-options.ts';
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
export { copyJson } from './json/copy-json.ts';
export { escapeControls } from './json/escape-controls.ts';
export type { JsonSafe } from './json/json-safe.ts';
export type { JsonObject, JsonValue } from './json/json-value.ts';
export { toJson } from './json/to-json.ts';
export { fromSimpleStore } from './lease/from-simple-store.ts';
export {
  type LeaseConsumer,
  type LeaseConsumerOptions,
  startLeaseConsumer,
} from './lease/lease-consumer.ts';
export type {
  EndedLease,
  EndedOutcome,
  ExchangeAnswer,
  ExchangeParams,
  LeaseCancellation,
  LeaseStore,
  MaybePromise,
} from './lease/lease-store.ts';
export type { SimpleStore } from './lease/simple-store.ts';
export { usesStart } from './lease/uses-start.ts';
export { consoleLogger } from './logger/console-logger.ts';
export type { Logger } from './logger/logger.ts';
export { Histogram, type HistogramData } from './metrics/histogram.ts';
export { composeMiddleware } from './middleware/compose-middleware.ts';
export { createLoggingMiddleware } from './middleware/logging-middleware.ts';
export type { Middleware } from './middleware/middleware.ts';
export { createRateLimitMiddleware } from './middleware/rate-limit-middleware.ts';
export { createRetryMiddleware } from './middleware/retry-middleware.ts';
export { createValidationMiddleware } from './middleware/validation-middleware.ts';
export { createQueue } from './queue/create-queue.ts';
export type { EnqueueContext, EnqueueMiddleware } from './queue/enqueue-middleware.ts';
export type { EnqueueOptions } from './queue/enqueue-options.ts';
export type { Explanation, ExplanationReason } from './queue/explanation.ts';
export type { Job, JobFailure } from './queue/job.ts';
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
export type { LimitSettings } from './queue/limit-settings.ts';
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
  CancelOptions,
  DefinitionOf,
  EnqueueArgs,
  EnqueueItem,
  EnqueueItems,
  IQueue,
  ItemPayload,
  JobDefinitions,
  JobOf,
  ProcessOptions,
  QueueStats,
  StopOptions,
  WaitOptions,
} from './queue/queue-interface.ts';
export {
  type BackendQueueOptions,
  type DefaultJobOptions,
  QUEUE_OPTION_NAMES,
  type QueueOptions,
} from './queue/queue-options.ts';
export { RunEnded } from './run/run-control.ts';
export { type RunUntilSignalOptions, runUntilSignal } from './shutdown/run-until-signal.ts';
