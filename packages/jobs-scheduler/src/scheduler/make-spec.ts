import { randomUUID } from 'node:crypto';
import type { EnqueueOptions, IQueue, JobDefinition } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkId } from '@philjs/jobs-core/internal';
import { checkScheduleOptions } from '../options/check-schedule-options.ts';
import type { PayloadMaker, PayloadTick } from '../options/payload-maker.ts';
import type { ScheduleOptions } from '../options/schedule-options.ts';
import type { MakeTemplate } from '../run/made-templates.ts';
import { type JobTemplate, type TemplateUse, templateOf } from '../spec/job-template.ts';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';

/** The longest id of a schedule, in characters: with the scheduler's prefix and suffix a job id stays within 256. */
const MAX_ID_LENGTH = 200;

/** A schedule that was checked and may be declared. */
export interface CheckedDeclaration {
  readonly id: string;
  readonly spec: ScheduleSpec;
  readonly immediately?: boolean;
  readonly edition?: number;
  /** Computes the payload of a tick, or only the deadline of its job, and makes the template of that. */
  readonly make?: MakeTemplate;
  /** Whether no payload was given at all. */
  readonly isWithoutPayload?: boolean;
}

/**
 * Checks all of a schedule, including its payload, and makes the specification to store.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_UNKNOWN_JOB`, `JOBS_INVALID_PAYLOAD`,
 * `JOBS_PAYLOAD_NOT_SERIALIZABLE`, `JOBS_PAYLOAD_TOO_LARGE`
 */
export async function makeSpec(
  queue: IQueue,
  job: JobDefinition | string,
  options: ScheduleOptions,
  now: number,
): Promise<CheckedDeclaration> {
  const checked = checkScheduleOptions(options, now);
  const { enqueueOptions = {} } = options as { readonly enqueueOptions?: EnqueueOptions };
  refuseOptions(enqueueOptions, ['jobId', 'runAt', 'transaction', 'signal']);
  const { payload, immediately, revision } = options;
  const isComputed = typeof payload === 'function';
  const use = { options: enqueueOptions, isForOne: false };
  const template = isComputed
    ? templateOf(await queue.prepare(job, undefined, enqueueOptions, { payloadLater: true }), use)
    : await makeTemplate(queue, job, payload, use);
  const compute = isComputed ? (payload as PayloadMaker<unknown>) : () => payload;
  const id = checkScheduleId(options.id ?? template.name);
  return {
    id,
    spec: { ...checked, ...(isComputed && ({ v: 2, computed: true } as const)), job: template },
    ...((isComputed || template.deadlineInMs !== undefined) && {
      make: async (tick: PayloadTick) =>
        makeTemplate(queue, job, await compute(tick), { ...use, isForOne: true }),
    }),
    ...(!('payload' in options) && { isWithoutPayload: true }),
    ...(immediately !== undefined && { immediately }),
    ...(revision !== undefined && { edition: revision }),
  };
}

/** Makes the declaration of a schedule that runs a job once. */
export function declarationAt(at: number, job: JobTemplate): CheckedDeclaration {
  return {
    id: `once:${randomUUID()}`,
    spec: {
      v: 1,
      timing: { kind: 'at', times: [at] },
      overlap: 'allow',
      catchUp: { policy: 'all', cap: 1 },
      jitterMs: 0,
      maxRuns: 1,
      once: true,
      job,
    },
  };
}

/** Checks a schedule's job and payload, and makes the template of its jobs. */
export async function makeTemplate(
  queue: IQueue,
  job: JobDefinition | string,
  payload: unknown,
  use: TemplateUse,
): Promise<JobTemplate> {
  const { jobId: _, ...options } = use.options;
  return templateOf(await queue.prepare(job, payload, options), use);
}

const WHY_REFUSED = {
  jobId: 'Each tick has an id and a time of its own.',
  runAt: 'Each tick has an id and a time of its own.',
  transaction: 'A schedule is stored by itself, and its jobs when they are due.',
  signal: 'A schedule is stored by itself, and its jobs when they are due.',
};

/**
 * Refuses options of `enqueue` that a schedule decides itself.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refuseOptions(
  options: EnqueueOptions,
  names: readonly (keyof typeof WHY_REFUSED)[],
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidArgument('enqueueOptions', 'an object', options);
  }
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw invalidArgument(`enqueueOptions.${given}`, 'absent', options[given], WHY_REFUSED[given]);
}

/**
 * Checks the id of a schedule.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkScheduleId(id: unknown): string {
  const checked = checkId('id', id);
  if (/\p{Cc}/u.test(checked)) {
    throw invalidArgument('id', 'a string without control characters', id);
  }
  if (checked.length <= MAX_ID_LENGTH) return checked;
  throw invalidArgument('id', `a string of 1 to ${MAX_ID_LENGTH} characters`, id);
}
