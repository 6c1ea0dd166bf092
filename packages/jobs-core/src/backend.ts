/**
 * Exports what authors of backends need: the contract, the worker loop over a store, checks with good errors, and
 * factories for the errors that every backend has.
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
export { takeTurn } from './clock/turn.ts';
export type { Backend, BackendContext, JobPage, ListParams } from './contract/backend.ts';
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
export type { Deduplication } from './contract/deduplication.ts';
export { type DependencyEdge, dependencyRecord } from './contract/dependency-record.ts';
export { type Diagnosis, type Diagnostics, diagnose } from './contract/diagnostics.ts';
export { duePage } from './contract/due-page.ts';
export type {
  BackendEvent,
  BackendEventType,
  EventSource,
  Subscription,
} from './contract/events.ts';
export { isSameLimits, mergeLimits } from './contract/job-limits.ts';
export type { CancelRequest, JobRecord } from './contract/job-record.ts';
export {
  ENDED_STATUSES,
  INACTIVE_STATUSES,
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
} from './contract/limit-store.ts';
export { KEPT_LOG_LINES, type LogStore } from './contract/log-store.ts';
export {
  KEPT_METRICS_MS,
  type MetricsBucket,
  type MetricsCounter,
  type MetricsStore,
  type TickCounter,
} from './contract/metrics-store.ts';
export type { AddResult, NewJob } from './contract/new-job.ts';
export { type JobOrder, MOST_COUNTED, type OrderStore } from './contract/order-store.ts';
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
export { compareWorkers, seenWorker, type WorkerStore } from './contract/worker-info.ts';
export type {
  DependencyCounts,
  DependencyFailure,
  DependencyPage,
  DependencyRecord,
  DependentJob,
  JobRef,
  WorkflowStore,
} from './contract/workflow-store.ts';
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
export { deserializeError, serializeError, toError } from './errors/serialize-error.ts';
export { InFlight, type Placed } from './in-flight/in-flight.ts';
export { checkId, checkName } from './job/check-name.ts';
export { fairNumber, MAX_AGE_MS, NO_DEADLINE, type PlacedJob, placeOf } from './job/place-of.ts';
export { copyJson } from './json/copy-json.ts';
export { escapeControls } from './json/escape-controls.ts';
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
export { type FlatBucket, flattenBucket, unflattenBucket } from './metrics/flat-bucket.ts';
export { Histogram, type HistogramData } from './metrics/histogram.ts';
export { dependantsFirst, type JobToEnd } from './queue/dependants-first.ts';
export { dependencyPages } from './queue/dependency-pages.ts';
export { failedJobOf } from './queue/failed-job-of.ts';
export { givenDependencies } from './queue/given-dependencies.ts';
export { idsByStatus } from './queue/ids-by-status.ts';
export { type KeyScope, readStoredKey } from './queue/key-scope.ts';
export { lettersOf } from './queue/letters-of.ts';
export { mergePayload } from './queue/merge-payload.ts';
export { PASSING_ORDER } from './queue/passing-order.ts';
export { type BackendQueueOptions, QUEUE_OPTION_NAMES } from './queue/queue-options.ts';
export { hasFailedItself } from './queue/read-workflow.ts';
export { type OwnQueueOptions, refuseBackend } from './queue/refuse-backend.ts';
export { PAYLOAD_FROM } from './queue/step-item.ts';
export { DEAD_LETTER } from './run/dead-letter.ts';
export { internalsOf, type QueueInternals } from './run/queue-internals.ts';
export { matchesSearch } from './search/matches-search.ts';
export { SEARCH_KEYS } from './search/search-keys.ts';
export { parseSearch, type SearchQuery } from './search/search-query.ts';
export type { SearchContext, SearchTerm } from './search/search-term.ts';
export type { SearchedJob } from './search/searched-text.ts';
export { placesIn, replaceInSearch } from './search/tokenize.ts';
