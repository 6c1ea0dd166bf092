/**
 * Exports what authors of backends, and of packages that build on queues, need: the contract, the worker loop over a
 * store, checks with good errors, factories for the errors that every backend has, and the types of all options and
 * answers.
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
  invalidSecret,
  MAX_DURATION_MS,
  MAX_TIMEOUT_MS,
} from './check/argument.ts';
export { suggestionFor } from './check/suggestion.ts';
export { abortableDelay } from './clock/abortable-delay.ts';
export type { Clock, TimerHandle, TimerOptions } from './clock/clock.ts';
export { systemClock } from './clock/system-clock.ts';
export { TurnTaker } from './clock/turn-taker.ts';
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
export { type DependencyEdge, dependencyRecord } from './contract/dependency-record.ts';
export { type Diagnosis, type Diagnostics, diagnose } from './contract/diagnostics.ts';
export { duePage } from './contract/due-page.ts';
export type {
  BackendEvent,
  BackendEventType,
  EventSource,
  Subscription,
} from './contract/events.ts';
export { isSameLimits, type JobLimits, mergeLimits } from './contract/job-limits.ts';
export type { CancelRequest, JobProgress, JobRecord } from './contract/job-record.ts';
export {
  ENDED_STATUSES,
  INACTIVE_STATUSES,
  JOB_STATUSES,
  type JobCounts,
  type JobStatus,
  RETRIABLE_STATUSES,
  toJobCounts,
} from './contract/job-status.ts';
export { changeOfLimits, type LimitChange, storedLimits } from './contract/limit-facts.ts';
export type {
  LimitBarrier,
  LimitFacts,
  LimitOverride,
  LimitStore,
  ReplacedLimits,
  StoredLimits,
} from './contract/limit-store.ts';
export { KEPT_LOG_LINES, type LogLine, type LogStore } from './contract/log-store.ts';
export {
  KEPT_METRICS_MS,
  type MetricsBucket,
  type MetricsCounter,
  type MetricsStore,
  type TickCounter,
} from './contract/metrics-store.ts';
export type { AddResult, NewJob } from './contract/new-job.ts';
export {
  type JobOrder,
  type JobPlace,
  MOST_COUNTED,
  type OrderPolicy,
  type OrderStore,
  type QueueOrder,
} from './contract/order-store.ts';
export type { DeadLetterToStore, Outcome, SnoozeReason } from './contract/outcome.ts';
export type { RateLimiter, TakeParams } from './contract/rate-limiter.ts';
export type { Retention } from './contract/retention.ts';
export { schedulePage } from './contract/schedule-page.ts';
export {
  type DueSchedules,
  KEPT_TICKS,
  type SchedulePut,
  type ScheduleRecord,
  type ScheduleStore,
  type TickEntry,
} from './contract/schedule-store.ts';
export type { JobUpdate, UpdateStore } from './contract/update-store.ts';
export {
  compareWorkers,
  type SeenWorker,
  seenWorker,
  type WorkerInfo,
  type WorkerRequest,
  type WorkerStore,
} from './contract/worker-info.ts';
export type {
  DependencyCounts,
  DependencyFailure,
  DependencyPage,
  DependencyRecord,
  DependentJob,
  JobRef,
  WorkflowStore,
} from './contract/workflow-store.ts';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.ts';
export {
  cancelledError,
  dependencyCircleError,
  dependencyFailedError,
  dependencyNotFoundError,
  idTakenError,
  invalidCursorError,
  jobNotFoundError,
  keyHeldError,
  leaseLostError,
  notSupported,
  orderChangedError,
  queueClosedError,
  scheduleNotFoundError,
  schemaOutdatedError,
} from './errors/error-factories.ts';
export { isNetworkError } from './errors/is-network-error.ts';
export { isJobsError, JobsError, type JobsErrorOptions } from './errors/jobs-error.ts';
export {
  deserializeError,
  type SerializedError,
  serializeError,
  toError,
} from './errors/serialize-error.ts';
export { InFlight, type Placed } from './in-flight/in-flight.ts';
export type { AttemptEnd } from './job/attempt-end.ts';
export { checkId, checkName } from './job/check-name.ts';
export type { DeclaredJobSpec, HandlingOptions, JobDeclaration } from './job/declare-job.ts';
export type { BatchContext, BatchHandler, BatchJobSpec } from './job/define-batch-job.ts';
export type { InferredJobSpec, JobSpec, SchemaJobSpec } from './job/define-job.ts';
export type { JobTemplate } from './job/define-template.ts';
export type { JobHandler } from './job/job-definition.ts';
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
  SharedJobOptions,
  TagsFunction,
  TemplateOptions,
} from './job/job-options.ts';
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
export { fairNumber, MAX_AGE_MS, NO_DEADLINE, type PlacedJob, placeOf } from './job/place-of.ts';
export { copyJson } from './json/copy-json.ts';
export { escapeControls } from './json/escape-controls.ts';
export type { JsonSafe } from './json/json-safe.ts';
export type { JsonObject, JsonValue } from './json/json-value.ts';
export { fromText, toJsonText, toText } from './json/stored-text.ts';
export { toJson } from './json/to-json.ts';
export { CompletedLeases } from './lease/completed-leases.ts';
export { Consumers, type EndListing } from './lease/consumers.ts';
export { fromSimpleStore } from './lease/from-simple-store.ts';
export { type HeartbeatOptions, startHeartbeat } from './lease/heartbeat.ts';
export { KEPT_ANSWERS } from './lease/kept-answers.ts';
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
export { type FlatBucket, flattenBucket, unflattenBucket } from './metrics/flat-bucket.ts';
export { Histogram, type HistogramData } from './metrics/histogram.ts';
export type { ActOptions, CancelOptions, StatusOptions } from './queue/act-options.ts';
export type {
  BatchItems,
  BatchOptions,
  ChainItems,
  FittingStep,
  FittingSteps,
  MergedPayload,
  Step,
  StepGetsOtherType,
  StepLacksField,
  StepOptions,
} from './queue/chain.ts';
export { decodePayload } from './queue/codecs-of-queue.ts';
export { createQueue } from './queue/create-queue.ts';
export type { DeadLetter, DeadLetterQuery, DeadLetters } from './queue/dead-letters.ts';
export { dependantsFirst, type JobToEnd } from './queue/dependants-first.ts';
export { dependencyPages } from './queue/dependency-pages.ts';
export type { DependencyOptions, ItemOfCall, JobOfQueue } from './queue/depends-on.ts';
export type { EnqueueContext } from './queue/enqueue-middleware.ts';
export type { TransactionOption } from './queue/enqueue-options.ts';
export type { Explanation, ExplanationReason } from './queue/explanation.ts';
export { failedJobOf } from './queue/failed-job-of.ts';
export { givenDependencies } from './queue/given-dependencies.ts';
export { idsByStatus } from './queue/ids-by-status.ts';
export type { JobFailure } from './queue/job.ts';
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
export { type KeyScope, readStoredKey } from './queue/key-scope.ts';
export { lettersOf } from './queue/letters-of.ts';
export type { LimitSettings } from './queue/limit-settings.ts';
export { mergePayload } from './queue/merge-payload.ts';
export { PASSING_ORDER } from './queue/passing-order.ts';
export { Queue } from './queue/queue.ts';
export type {
  JobEvent,
  QueueEvent,
  QueueEventMap,
  QueueEventName,
  QueueListener,
} from './queue/queue-events.ts';
export type {
  DefinitionOf,
  EnqueueArgs,
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
export type { OrderSettings } from './queue/queue-order.ts';
export { hasFailedItself } from './queue/read-workflow.ts';
export type { RedriveOptions, RedriveProgress, RedriveResult } from './queue/redrive-options.ts';
export { type OwnQueueOptions, refuseBackend } from './queue/refuse-backend.ts';
export { PAYLOAD_FROM } from './queue/step-item.ts';
export type { StoredItems } from './queue/stored-items.ts';
export { whenClosed } from './queue/when-closed.ts';
export type {
  CancelWorkflowOptions,
  ReadWorkflowOptions,
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
export { DEAD_LETTER, type StoredLetter } from './run/dead-letter.ts';
export { RunEnded } from './run/run-control.ts';
export { wrapRuns } from './run/wrap-runs.ts';
export { matchesSearch, type SearchContext, type SearchedJob } from './search/matches-search.ts';
export { SEARCH_KEYS } from './search/search-keys.ts';
export { parseSearch, type SearchQuery } from './search/search-query.ts';
export type { Comparison, SearchTerm, SearchTime } from './search/search-term.ts';
export { placesIn, replaceInSearch } from './search/tokenize.ts';
export type { RunUntilSignalOptions } from './shutdown/run-until-signal.ts';
