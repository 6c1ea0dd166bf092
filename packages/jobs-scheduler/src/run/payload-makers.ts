import { type Clock, isJobsError, JobsError } from '@philjs/jobs-core';
import type { PayloadTick } from '../options/payload-maker.ts';
import type { JobTemplate } from '../spec/job-template.ts';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';

/** How long a payload may take, in milliseconds. */
const LONGEST_MS = 30_000;
/** How often the payload of a tick is tried; the tick is skipped when the last try fails. */
const TRIES = 5;
/** The errors that another try would not change. */
const REFUSALS = [
  'JOBS_INVALID_PAYLOAD',
  'JOBS_PAYLOAD_NOT_SERIALIZABLE',
  'JOBS_PAYLOAD_TOO_LARGE',
  'JOBS_INVALID_ARGUMENT',
  'JOBS_UNKNOWN_JOB',
] as const;

/** Makes the template of the job of one tick, with its payload. */
export type MakeTemplate = (tick: PayloadTick) => Promise<JobTemplate>;

interface Declared {
  readonly jobName: string;
  readonly make: MakeTemplate;
}

/** Holds the functions this process declared that compute the payloads of schedules; they are never stored. */
export class PayloadMakers {
  readonly #byId = new Map<string, Declared>();
  readonly #failures = new Map<string, { readonly tickAt: number; readonly tries: number }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets the function of a schedule, in place of the one it had. */
  set(id: string, jobName: string, make: MakeTemplate | undefined): void {
    this.#failures.delete(id);
    if (make === undefined) this.#byId.delete(id);
    else this.#byId.set(id, { jobName, make });
  }

  /** Forgets the function of a schedule. */
  delete(id: string): void {
    this.#byId.delete(id);
    this.#failures.delete(id);
  }

  /** Returns whether this process can fire a schedule: it computes no payload, or the function was declared here. */
  canFire(id: string, spec: Pick<ScheduleSpec, 'computed' | 'job'>): boolean {
    return spec.computed !== true || this.#byId.get(id)?.jobName === spec.job.name;
  }

  /**
   * Computes the template of the job of a tick.
   *
   * @throws JobsError `JOBS_CONFLICT` when this process does not declare the schedule, `JOBS_TIMEOUT`, the errors of
   * `enqueue` for a payload, and what the function throws
   */
  async make(id: string, spec: ScheduleSpec, tick: PayloadTick): Promise<JobTemplate> {
    const declared = this.#byId.get(id);
    if (declared === undefined || declared.jobName !== spec.job.name) throw notDeclared(id);
    let timer: ReturnType<Clock['setTimeout']> | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = (): void => reject(tooSlow(id));
      timer = this.#clock.setTimeout(giveUp, LONGEST_MS, { deadline: true });
    });
    try {
      return await Promise.race([declared.make(tick), late]);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  /** Notes that the payload of a tick was computed. */
  succeeded(id: string): void {
    this.#failures.delete(id);
  }

  /** Returns whether to give up a tick whose payload failed: another try would not help, or enough were made. */
  givesUp(id: string, tickAt: number, error: unknown): boolean {
    const last = this.#failures.get(id);
    const tries = last?.tickAt === tickAt ? last.tries + 1 : 1;
    const isOver = tries >= TRIES || REFUSALS.some((code) => isJobsError(error, code));
    if (isOver) this.#failures.delete(id);
    else this.#failures.set(id, { tickAt, tries });
    return isOver;
  }
}

function notDeclared(id: string): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    `The payload of schedule \`${id}\` is computed for each tick, and this process does not declare it. Call this in a process that declares it, or give \`trigger\` a \`payload\`.`,
    { details: { field: 'payload', scheduleId: id } },
  );
}

function tooSlow(id: string): JobsError {
  return new JobsError(
    'JOBS_TIMEOUT',
    `The payload of schedule \`${id}\` took longer than ${LONGEST_MS / 1000} s. Have the function \`payload\` return sooner, and do the work in the job.`,
    { details: { field: 'payload', scheduleId: id } },
  );
}
