// Re-exports, under their old entry, the types of options and answers, which packages and tools that build on queues name.

export type {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ActOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  AttemptEnd,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  AttemptFailure,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BackendQueuesOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Backoff,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BackoffFunction,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BatchContext,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BatchHandler,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BatchJobSpec,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BatchOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BulkProgress,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  BulkQuery,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  CancelOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  CancelQuery,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  CancelResult,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Concurrency,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DeadLetter,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DeadLetterQuery,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DeadLetters,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DeclaredJobSpec,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DeduplicateResult,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DeduplicationMode,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DefaultJobOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  DependencyOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  EnqueueArgs,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  EnqueueContext,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  EnqueueItems,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Explanation,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ExplanationReason,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  GetJobsOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  GetLogsOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  HandlingOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ItemPayload,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobCounts,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobCriteria,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobDeclaration,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobDependencies,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobDependency,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobEvent,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobFailure,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobHandler,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobHooks,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobLimits,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobList,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobLog,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobOf,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobPlace,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobQuery,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobSpec,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobsByQueue,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobsErrorOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JobTemplate,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JsonObject,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  KeyedConcurrency,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  LimitSettings,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  OrderOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  OrderPolicy,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  OrderSettings,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ProcessOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ProcessQueuesOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueueEvent,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueueEventMap,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueueEventName,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueueListener,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueueOrder,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueuePart,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueueParts,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  QueueStats,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RateLimit,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  ReadWorkflowOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RedriveOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RedriveResult,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RetentionOption,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RunUntilSignalOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  SeenWorker,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  SharedJobOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  SharedQueueOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  Step,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  StepOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  StopOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  StoredLetter,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  StoredLimits,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  TagsFunction,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  TemplateOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  TimerHandle,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  TimerOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  TransactionOption,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  UpdateJobOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WaitOptions,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkerRequest,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkflowEdge,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkflowGraph,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkflowNode,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  WorkflowProgress,
} from './backend.ts';
export {
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  consoleLogger,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  JOB_STATUSES,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  RunEnded,
  /** @deprecated Import it from `@philjs/jobs-core/backend`. */
  systemClock,
} from './backend.ts';
