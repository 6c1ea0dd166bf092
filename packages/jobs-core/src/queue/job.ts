import type { JobProgress } from '../contract/job-record.ts';
import type { JobStatus } from '../contract/job-status.ts';
import type { SerializedError } from '../errors/serialized-error.ts';
import type { JsonObject } from '../json/json-value.ts';

/** Describes a stored job as it was when it was read. It does not change by itself. */
export interface Job<TPayload = unknown, TResult = unknown> {
  /** Unique in the queue. */
  readonly id: string;
  /** The name of its definition. */
  readonly name: string;
  /** What was enqueued, after its JSON round trip (and the codec's decoding). */
  readonly payload: TPayload;
  /** The state it was in. */
  readonly status: JobStatus;
  /** What the handler last reported; `0` before it reported anything. */
  readonly progress: JobProgress;
  /** How many attempts ended. */
  readonly attemptsMade: number;
  /** How many attempts it has in all. */
  readonly maxAttempts: number;
  /** What the handler returned, once `completed`. */
  readonly result?: TResult;
  /** Why the latest attempt failed, or that it was cancelled. */
  readonly error?: SerializedError;
  /**
   * Why each attempt failed that did, oldest first: the last 10 and at most 128 KiB, also once it is `completed`. A retry by
   * hand begins anew.
   */
  readonly failures?: readonly JobFailure[];
  /** When it was enqueued. */
  readonly createdAt: Date;
  /** When it may start, or might first have started. */
  readonly runAt: Date;
  /** When it last started. */
  readonly processedAt?: Date;
  /** When it completed, failed or was cancelled. */
  readonly finishedAt?: Date;
  /** Higher runs first. */
  readonly priority: number;
  /** Facts that were enqueued beside the payload. */
  readonly metadata: JsonObject;
  /** The version of the payload's shape. */
  readonly version: number;
  /** How often it was handed to a worker. */
  readonly fencingToken: number;
  /** How often its worker lost it. */
  readonly stalledCount: number;
  /** The job this one belongs to. */
  readonly parentId?: string;
  /** True when `enqueue` found this job instead of storing a new one. */
  readonly duplicate?: boolean;
}

/** Tells of one attempt of a job that failed. */
export interface JobFailure {
  /** Which attempt it was, counted from 1. */
  readonly attempt: number;
  /** When it started. */
  readonly startedAt: Date;
  /** When it failed. */
  readonly failedAt: Date;
  /** What it failed with; each stack in it is cut to 2,000 characters. */
  readonly error: SerializedError;
  /** Which process ran it: machine and process id, as `web-1:4711`. */
  readonly worker?: string;
}
