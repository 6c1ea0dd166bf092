import type { Deduplication, JsonValue, NewJob, Retention } from '@philjs/jobs-core';
import type { JsonObject } from '@philjs/jobs-core/backend';

/**
 * Holds everything a schedule needs to enqueue its job, so that a process can fire it without the job's
 * definition. It is made when the schedule is declared, after the payload is checked.
 */
export type JobTemplate = {
  readonly name: string;
  /** Absent when it is `undefined`. */
  readonly payload?: JsonValue;
  readonly version: number;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly delayMs: number;
  readonly expiresInMs?: number;
  readonly keepCompleted: { readonly [key in keyof Retention]: number };
  readonly keepFailed: { readonly [key in keyof Retention]: number };
  readonly keepCancelled: { readonly [key in keyof Retention]: number };
  readonly metadata: JsonObject;
  readonly deduplication?: { readonly [key in keyof Deduplication]: JsonValue };
  readonly concurrencyKey?: string;
  readonly rateKey?: string;
  readonly order?: { readonly fairKey?: string; readonly weight?: number };
  /** The time from its start to its deadline. */
  readonly deadlineInMs?: number;
  readonly timeoutMs?: number;
  readonly tags?: string[];
  /** The id the user chose for the job of a schedule that runs once. */
  readonly jobId?: string;
};

/**
 * Makes the template of a job that was prepared as if it were to run now. A deadline counts from each start, unless
 * the job is to run at a time that is known.
 */
export function templateOf(
  job: NewJob,
  jobId: string | undefined,
  at: number = job.createdAt,
): JobTemplate {
  const { name, payload, version, priority, maxAttempts, metadata, deduplication } = job;
  const { concurrencyKey, rateKey, timeoutMs, tags } = job;
  const { deadlineAt, ...order } = job.order ?? {};
  const startAt = Math.max(at, job.createdAt) + job.runAt - job.createdAt;
  return {
    name,
    version,
    priority,
    maxAttempts,
    delayMs: job.runAt - job.createdAt,
    keepCompleted: { ...job.keepCompleted },
    keepFailed: { ...job.keepFailed },
    keepCancelled: { ...job.keepCancelled },
    metadata,
    ...(payload !== undefined && { payload }),
    ...(job.expiresAt !== undefined && { expiresInMs: job.expiresAt - job.runAt }),
    ...(deduplication !== undefined && { deduplication: { ...deduplication } }),
    ...(concurrencyKey !== undefined && { concurrencyKey }),
    ...(rateKey !== undefined && { rateKey }),
    ...(Object.keys(order).length > 0 && { order }),
    ...(deadlineAt !== undefined && { deadlineInMs: deadlineAt - startAt }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(jobId !== undefined && { jobId }),
  };
}

/** Identifies the tick and the run for which a template makes a job. */
export interface JobOfTick {
  readonly scheduleId: string;
  readonly tickAt: number;
  readonly id: string;
  readonly now: number;
  /** When the job may start; not before {@link now}. */
  readonly runAt: number;
}

/** Makes the job of one tick. Its handler finds the schedule and the tick in `ctx.metadata`. */
export function jobFromTemplate(template: JobTemplate, tick: JobOfTick): NewJob {
  const { delayMs: _, expiresInMs, payload, deduplication, jobId: _id, ...more } = template;
  const { deadlineInMs, ...rest } = more;
  const runAt = Math.max(tick.now, tick.runAt);
  return {
    ...rest,
    id: tick.id,
    payload,
    createdAt: tick.now,
    runAt,
    metadata: {
      ...rest.metadata,
      schedule: tick.scheduleId,
      tick: new Date(tick.tickAt).toISOString(),
    },
    ...(expiresInMs !== undefined && { expiresAt: runAt + expiresInMs }),
    ...(deadlineInMs !== undefined && {
      order: { ...rest.order, deadlineAt: runAt + deadlineInMs },
    }),
    ...(deduplication !== undefined && {
      deduplication: deduplication as unknown as Deduplication,
    }),
  };
}
