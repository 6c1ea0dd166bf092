/**
 * Exports what authors of backends need: the contract, the worker loop over a store, checks with good errors, and
 * factories for the errors that every backend has.
 *
 * @packageDocumentation
 */

export { invalidArgument } from './check/argument.ts';
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
export type { DependencyEdge } from './contract/dependency-record.ts';
export type { Diagnosis, Diagnostics, Unplaced } from './contract/diagnostics.ts';
export type {
  BackendEvent,
  BackendEventType,
  EventSource,
  Subscription,
} from './contract/events.ts';
export { type JobLease, leaseUntil } from './contract/job-lease.ts';
export { mergeLimits } from './contract/job-limits.ts';
export type { CancelRequest, JobRecord } from './contract/job-record.ts';
export type { KeyStore } from './contract/key-store.ts';
export { limitOwner, type OnKeyFailure, strictOf } from './contract/limit-owner.ts';
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
export type { CommitResult, OpenTransaction } from './contract/open-transaction.ts';
export { type JobOrder, MOST_COUNTED, type OrderStore } from './contract/order-store.ts';
export type { DeadLetterToStore, Outcome, SnoozeReason } from './contract/outcome.ts';
export type { RateLimiter, TakeParams } from './contract/rate-limiter.ts';
export type { Retention } from './contract/retention.ts';
export {
  type DueSchedules,
  KEPT_TICKS,
  type SchedulePut,
  type ScheduleRecord,
  type ScheduleStore,
  type TickEntry,
} from './contract/schedule-store.ts';
export type { SignalResult, StepEntry, StepStore } from './contract/step-store.ts';
export type { JobUpdate, UpdateStore } from './contract/update-store.ts';
export { WORKER_ALIVE_MS, WORKER_SEEN_EVERY_MS, type WorkerStore } from './contract/worker-info.ts';
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
  dependencyCircleError,
  dependencyNotFoundError,
  idTakenError,
  invalidCursorError,
  jobNotFoundError,
  keyHeldError,
  leaseLostError,
  notSupported,
  orderChangedError,
  queueClosedError,
} from './errors/error-factories.ts';
export { deserializeError, serializeError } from './errors/serialize-error.ts';
export { transactionEndedError } from './errors/transaction-errors.ts';
export { fairNumber, placeOf } from './job/place-of.ts';
export { copyJson } from './json/copy-json.ts';
export { Consumers } from './lease/consumers.ts';
export { fromSimpleStore } from './lease/from-simple-store.ts';
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
export { leaseStoreOf } from './lease/lease-store-of.ts';
export type { SimpleStore } from './lease/simple-store.ts';
export { maxStallsOf, type Stalls, stallsText } from './lease/stalls.ts';
export { usesStart } from './lease/uses-start.ts';
export { Histogram, type HistogramData } from './metrics/histogram.ts';
export type { BackendQueueOptions } from './queue/queue-options.ts';
