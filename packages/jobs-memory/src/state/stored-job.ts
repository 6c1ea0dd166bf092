import type {
  CancelRequest,
  JobProgress,
  JobStatus,
  JsonObject,
  JsonValue,
  LogLine,
  NewJob,
  SerializedError,
  SnoozeReason,
} from '@philjs/jobs-core';
import type { JobKind } from './job-kind.ts';

/** What most jobs never have; kept apart so that they do not pay for it. */
export interface RareFields {
  stalledCount: number;
  metadata: JsonObject | undefined;
  progress: JobProgress | undefined;
  error: SerializedError | undefined;
  expiresAt: number | undefined;
  snoozeReason: SnoozeReason | undefined;
  cancelRequested: CancelRequest | undefined;
  deduplicationKey: string | undefined;
  parentId: string | undefined;
  logs: LogLine[] | undefined;
}

/**
 * Holds one job. Every job has the same fields, set in one order, so that the engine compiles what
 * touches them once; and few of them, since a million jobs may wait and garbage collection pays for
 * each byte of those.
 */
export class StoredJob {
  readonly id: string;
  /** What it has in common with others. */
  kind: JobKind;
  payload: JsonValue | undefined;
  readonly createdAt: number;
  /** `runAt`, where it is not `createdAt`. */
  #otherRunAt: number | undefined;
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

  constructor(job: NewJob, kind: JobKind) {
    this.id = job.id;
    this.kind = kind;
    this.payload = job.payload;
    this.createdAt = job.createdAt;
    this.#otherRunAt = job.runAt === job.createdAt ? undefined : job.runAt;
    if (!isEmpty(job.metadata)) rareOf(this).metadata = job.metadata;
    if (job.expiresAt !== undefined) rareOf(this).expiresAt = job.expiresAt;
    if (job.parentId !== undefined) rareOf(this).parentId = job.parentId;
    if (job.deduplication !== undefined) rareOf(this).deduplicationKey = job.deduplication.key;
  }

  /** The name of its definition. */
  get name(): string {
    return this.kind.name;
  }

  /** When it may start. */
  get runAt(): number {
    return this.#otherRunAt ?? this.createdAt;
  }

  set runAt(at: number) {
    this.#otherRunAt = at === this.createdAt ? undefined : at;
  }
}

/** Returns the rare fields of a job, to be written. */
export function rareOf(job: StoredJob): RareFields {
  job.rare ??= {
    stalledCount: 0,
    metadata: undefined,
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
