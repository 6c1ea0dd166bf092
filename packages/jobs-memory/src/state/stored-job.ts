import type {
  CancelRequest,
  JobProgress,
  JobStatus,
  JsonObject,
  JsonValue,
  LogLine,
  NewJob,
  Retention,
  SerializedError,
  SnoozeReason,
} from '@philjs/jobs-core';

/** What most jobs never have; kept apart so that they do not pay for it. */
export interface RareFields {
  stalledCount: number;
  progress: JobProgress | undefined;
  error: SerializedError | undefined;
  expiresAt: number | undefined;
  snoozeReason: SnoozeReason | undefined;
  cancelRequested: CancelRequest | undefined;
  deduplicationKey: string | undefined;
  parentId: string | undefined;
  logs: LogLine[] | undefined;
}

const noMetadata: JsonObject = Object.freeze({});

/**
 * Holds one job. One class with the same fields for every job, set in one order, so that the engine
 * compiles all that touches it once.
 */
export class StoredJob {
  readonly id: string;
  readonly name: string;
  payload: JsonValue | undefined;
  version: number;
  readonly priority: number;
  readonly createdAt: number;
  runAt: number;
  readonly maxAttempts: number;
  readonly keepCompleted: Retention;
  readonly keepFailed: Retention;
  readonly metadata: JsonObject;
  status: JobStatus = 'waiting';
  attemptsMade = 0;
  fencingToken = 0;
  processedAt: number | undefined = undefined;
  finishedAt: number | undefined = undefined;
  result: JsonValue | undefined = undefined;
  /** Where it stands in the list of its state; what `rank` means depends on the state. */
  rank = 0;
  /** Decides among equal ranks. */
  seq = 0;
  rare: RareFields | undefined = undefined;

  constructor(job: NewJob) {
    this.id = job.id;
    this.name = job.name;
    this.payload = job.payload;
    this.version = job.version;
    this.priority = job.priority;
    this.createdAt = job.createdAt;
    this.runAt = job.runAt;
    this.maxAttempts = job.maxAttempts;
    this.keepCompleted = job.keepCompleted;
    this.keepFailed = job.keepFailed;
    this.metadata = isEmpty(job.metadata) ? noMetadata : job.metadata;
    if (job.expiresAt !== undefined) rareOf(this).expiresAt = job.expiresAt;
    if (job.parentId !== undefined) rareOf(this).parentId = job.parentId;
    if (job.deduplication !== undefined) rareOf(this).deduplicationKey = job.deduplication.key;
  }
}

/** Returns the rare fields of a job, to be written. */
export function rareOf(job: StoredJob): RareFields {
  job.rare ??= {
    stalledCount: 0,
    progress: undefined,
    error: undefined,
    expiresAt: undefined,
    snoozeReason: undefined,
    cancelRequested: undefined,
    deduplicationKey: undefined,
    parentId: undefined,
    logs: undefined,
  };
  return job.rare;
}

function isEmpty(object: JsonObject): boolean {
  for (const _key in object) return false;
  return true;
}
