import type { EnqueueOptions, JsonObject, JsonValue } from '@philjs/jobs-core';
import type { Deduplication, NewJob, Retention } from '@philjs/jobs-core/backend';
import { type GivenOption, givenOptions } from './given-options.ts';

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
  /** Its deadline, where that is a date: given as one, or of a single job. */
  readonly deadlineAt?: number;
  /**
   * The time from its start to its deadline, as its definition gave it when the schedule was declared. Processes that
   * declare the schedule ask the definition for each job.
   */
  readonly deadlineInMs?: number;
  readonly timeoutMs?: number;
  readonly tags?: string[];
  /** The id the user chose for the job of a schedule that runs once. */
  readonly jobId?: string;
  /** The options that were given although the definition may work them out from the payload. */
  readonly given?: readonly GivenOption[];
};

/** Says what a template is for. */
export interface TemplateUse {
  /** The options the job was prepared with. */
  readonly options: EnqueueOptions;
  /** Whether it is for one job only, whose deadline is a date. */
  readonly isForOne: boolean;
}

/** Makes the template of a job that was prepared as if it were to run now. */
export function templateOf(job: NewJob, { options, isForOne }: TemplateUse): JobTemplate {
  const { name, payload, version, priority, maxAttempts, metadata, deduplication } = job;
  const { concurrencyKey, rateKey, timeoutMs, tags } = job;
  const { deadlineAt, ...order } = job.order ?? {};
  const { jobId } = options;
  const given = givenOptions(options);
  const isDate = isForOne || given.includes('deadline');
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
    ...(deadlineAt !== undefined &&
      (isDate ? { deadlineAt } : { deadlineInMs: deadlineAt - job.runAt })),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(jobId !== undefined && { jobId }),
    ...(given.length > 0 && { given }),
  };
}

/** Leaves out what differs each time a template of the same job is made. */
export function comparable({ deadlineInMs: _, ...template }: JobTemplate): JobTemplate {
  return template;
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
  const { deadlineAt, deadlineInMs, given: _given, ...rest } = more;
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
    ...((deadlineAt ?? deadlineInMs) !== undefined && {
      order: { ...rest.order, deadlineAt: deadlineAt ?? runAt + (deadlineInMs ?? 0) },
    }),
    ...(deduplication !== undefined && {
      deduplication: deduplication as unknown as Deduplication,
    }),
  };
}
