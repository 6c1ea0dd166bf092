/**
 * What a job is, what a queue does, and what a backend must do.
 *
 * @packageDocumentation
 */

export type { Clock, TimerHandle, TimerOptions } from './clock/clock.ts';
export { systemClock } from './clock/system-clock.ts';
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
  StalledJob,
} from './contract/consumer.ts';
export type { Deduplication, DeduplicationMode } from './contract/deduplication.ts';
export type {
  BackendEvent,
  BackendEventType,
  EventSource,
  Subscription,
} from './contract/events.ts';
export type { CancelRequest, JobProgress, JobRecord } from './contract/job-record.ts';
export { JOB_STATUSES, type JobCounts, type JobStatus } from './contract/job-status.ts';
export type { LogLine, LogStore } from './contract/log-store.ts';
export type { MetricsBucket, MetricsCounter, MetricsStore } from './contract/metrics-store.ts';
export type { AddResult, NewJob } from './contract/new-job.ts';
export type { Outcome, SnoozeReason } from './contract/outcome.ts';
export type { RateLimiter, TakeParams } from './contract/rate-limiter.ts';
export type { Retention } from './contract/retention.ts';
export type { ScheduleRecord, ScheduleStore, TickEntry } from './contract/schedule-store.ts';
export type { SeenWorker, WorkerInfo, WorkerStore } from './contract/worker-info.ts';
export type { DependencyFailure, DependentJob, WorkflowStore } from './contract/workflow-store.ts';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.ts';
export { isJobsError, JobsError, type JobsErrorOptions } from './errors/jobs-error.ts';
export type { SerializedError } from './errors/serialized-error.ts';
export type { JsonObject, JsonValue } from './json/json-value.ts';
export type { LeaseCancellation, LeaseStore, MaybePromise } from './lease/lease-store.ts';
export type { Logger } from './logger/logger.ts';
export { Histogram, type HistogramData } from './metrics/histogram.ts';
