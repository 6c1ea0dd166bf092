// Re-exports, under their old entry, the names that have moved to `@philjs/jobs-core/backend`.
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  checkDuration,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  checkInteger,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  checkOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  checkTime,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  type IntegerRange,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  invalidArgument,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  MAX_DURATION_MS,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  MAX_TIMEOUT_MS,
} from './check/argument.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  suggestionFor,
} from './check/suggestion.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  abortableDelay,
} from './clock/abortable-delay.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Backend,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BackendContext,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobPage,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ListParams,
} from './contract/backend.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  type Capabilities,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  defineCapabilities,
} from './contract/capabilities.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ClaimedJob,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ConsumeParams,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Consumer,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Lease,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RecordedRun,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  StalledJob,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  StartedJob,
} from './contract/consumer.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Deduplication,
} from './contract/deduplication.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Diagnosis,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Diagnostics,
} from './contract/diagnostics.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BackendEvent,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BackendEventType,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  EventSource,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Subscription,
} from './contract/events.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  CancelRequest,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobProgress,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobRecord,
} from './contract/job-record.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LimitBarrier,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LimitOverride,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LimitStore,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ReplacedLimits,
} from './contract/limit-store.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LogLine,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LogStore,
} from './contract/log-store.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  MetricsBucket,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  MetricsCounter,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  MetricsStore,
} from './contract/metrics-store.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  AddResult,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  NewJob,
} from './contract/new-job.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Outcome,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  SnoozeReason,
} from './contract/outcome.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RateLimiter,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  TakeParams,
} from './contract/rate-limiter.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Retention,
} from './contract/retention.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DueSchedules,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ScheduleRecord,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ScheduleStore,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  TickEntry,
} from './contract/schedule-store.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobUpdate,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  UpdateStore,
} from './contract/update-store.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkerInfo,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkerStore,
} from './contract/worker-info.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DependencyFailure,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DependentJob,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkflowStore,
} from './contract/workflow-store.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  cancelledError,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  notSupported,
} from './errors/error-factories.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  SerializedError,
} from './errors/serialize-error.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  deserializeError,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  serializeError,
} from './errors/serialize-error.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  InFlight,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  type Placed,
} from './in-flight/in-flight.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  checkId,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  checkName,
} from './job/check-name.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  copyJson,
} from './json/copy-json.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  escapeControls,
} from './json/escape-controls.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  toJson,
} from './json/to-json.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  fromSimpleStore,
} from './lease/from-simple-store.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  type LeaseConsumer,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  type LeaseConsumerOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  startLeaseConsumer,
} from './lease/lease-consumer.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  EndedLease,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  EndedOutcome,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ExchangeAnswer,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ExchangeParams,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LeaseCancellation,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LeaseStore,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  MaybePromise,
} from './lease/lease-store.ts';
export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  SimpleStore,
} from './lease/simple-store.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  usesStart,
} from './lease/uses-start.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Histogram,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  type HistogramData,
} from './metrics/histogram.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  type BackendQueueOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QUEUE_OPTION_NAMES,
} from './queue/queue-options.ts';
