import { isDeepStrictEqual } from 'node:util';
import { type Clock, isJobsError, JobsError } from '@philjs/jobs-core';
import { attend } from '@philjs/jobs-core/internal';
import type { PayloadTick } from '../options/payload-maker.ts';
import type { JobTemplate } from '../spec/job-template.ts';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';
import type { MadeTemplates, MakeTemplate } from './made-templates.ts';

/** How long a payload may take, in milliseconds. */
const LONGEST_MS = 30_000;
/** How long a deadline may take, in milliseconds; a tick is not late by then. */
const LONGEST_DEADLINE_MS = 5_000;
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

/** How many ticks of a schedule a step may try: one that waited, and one that is due. */
const MOST_TRIED = 2;

/** Describes for whom a template is made. */
export interface Asking {
  /** Whether a call asked for it, which goes on when the process stops. */
  readonly isByCall: boolean;
  /** The templates made by an earlier try. */
  readonly made: MadeTemplates;
}

/** Holds the function of a schedule. */
export interface DeclaredMaker {
  readonly jobName: string;
  /** Whether it computes payloads, not only deadlines. */
  readonly computes: boolean;
  readonly make: MakeTemplate;
  /** The ticks whose payload failed. */
  readonly failures: Map<number, Failure>;
}

/** Describes a tick whose payload failed. */
interface Failure {
  readonly tries: number;
  /** The time before which ticks counted as missed when it was first tried. */
  readonly missedBefore: number;
}

/** Holds the functions declared through a queue of this process that compute payloads and deadlines of schedules; they are never stored. */
export class PayloadMakers {
  readonly #byId: Map<string, DeclaredMaker>;
  /** Ends the waiting for the payloads of ticks. */
  readonly #waits = new Set<() => void>();
  readonly #clock: Clock;

  constructor(clock: Clock, byId: Map<string, DeclaredMaker>) {
    this.#clock = clock;
    this.#byId = byId;
  }

  /** Sets the function of a schedule, in place of the one it had. */
  set(id: string, { job, computed }: ScheduleSpec, make: MakeTemplate | undefined): void {
    if (make === undefined) this.#byId.delete(id);
    else {
      const maker = { jobName: job.name, computes: computed === true, make };
      this.#byId.set(id, { ...maker, failures: new Map() });
    }
  }

  /** Forgets the function of a schedule. */
  delete(id: string): void {
    this.#byId.delete(id);
  }

  /** Returns whether this process computes payloads or deadlines of a schedule. */
  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Returns whether this process can fire a schedule: it computes no payload, or the function was declared here. */
  canFire(id: string, spec: Pick<ScheduleSpec, 'computed' | 'job'>): boolean {
    return spec.computed !== true || this.#declared(id, spec)?.computes === true;
  }

  /**
   * Computes the template of the job of a tick, unless an earlier try did; `undefined` if {@link abandon} ended that,
   * which it does not where a call asked for it.
   *
   * @throws JobsError `JOBS_CONFLICT` when this process does not declare the schedule, `JOBS_TIMEOUT`, the errors of
   * `enqueue` for a payload, and what the function throws
   */
  async make(
    id: string,
    spec: ScheduleSpec,
    tick: PayloadTick,
    { made, isByCall }: Asking,
  ): Promise<JobTemplate | undefined> {
    const declared = this.#declared(id, spec);
    if (declared?.computes !== true) throw notDeclared(id);
    return made.get(declared.make, tick, () => {
      const making = attend(this.#clock, () => declared.make(tick), LONGEST_MS);
      return this.#within(making, LONGEST_MS, () => tooSlow(id), isByCall);
    });
  }

  /**
   * Returns the template of a schedule with the deadline that its job's definition gives now; as it is stored where
   * this process does not declare the schedule as it is stored. `undefined` as of {@link make}.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when the definition gives none, `JOBS_TIMEOUT` when its schema does not
   * answer
   */
  async withDeadline(
    id: string,
    spec: ScheduleSpec,
    tick: PayloadTick,
    { made, isByCall }: Asking,
  ): Promise<JobTemplate | undefined> {
    const { job } = spec;
    const declared = this.#declared(id, spec);
    if (declared?.computes !== false) return job;
    const late = (): JobsError => deadlineTooSlow(id);
    const template = await made.get(declared.make, tick, () => {
      const making = attend(this.#clock, () => declared.make(tick), LONGEST_DEADLINE_MS);
      return this.#within(making, LONGEST_DEADLINE_MS, late, isByCall);
    });
    if (template === undefined) return undefined;
    const { deadlineAt, payload } = template;
    if (deadlineAt === undefined || !isDeepStrictEqual(payload, job.payload)) return job;
    return { ...job, deadlineAt };
  }

  /** Waits for a template, for so long or until {@link abandon}. */
  async #within(
    making: Promise<JobTemplate>,
    longestMs: number,
    errorOf: () => JobsError,
    isByCall: boolean,
  ): Promise<JobTemplate | undefined> {
    let timer: ReturnType<Clock['setTimeout']> | undefined;
    let end: (() => void) | undefined;
    const late = new Promise<undefined>((resolve, reject) => {
      end = () => resolve(undefined);
      const giveUp = (): void => reject(errorOf());
      timer = this.#clock.setTimeout(giveUp, longestMs);
      if (!isByCall) this.#waits.add(end);
    });
    try {
      return await Promise.race([making, late]);
    } finally {
      this.#clock.clearTimeout(timer);
      if (end !== undefined) this.#waits.delete(end);
    }
  }

  /** Waits no longer for the payloads and deadlines of ticks: the ticks stay due. */
  abandon(): void {
    for (const end of this.#waits) end();
  }

  /** Forgets what failed, as the ticks that were due are decided. */
  settled(id: string): void {
    this.#byId.get(id)?.failures.clear();
  }

  /** Returns before which time ticks count as missed: one that is tried again is as late as when it was first tried. */
  missedBefore(id: string, tickAt: number | undefined, now: number): number {
    const failure = tickAt === undefined ? undefined : this.#byId.get(id)?.failures.get(tickAt);
    return Math.min(now, failure?.missedBefore ?? now);
  }

  /** Returns whether to give up a tick whose payload failed: another try would not help, or enough were made. */
  givesUp(id: string, tickAt: number, missedBefore: number, error: unknown): boolean {
    const failures = this.#byId.get(id)?.failures ?? new Map<number, Failure>();
    const last = failures.get(tickAt) ?? { tries: 0, missedBefore };
    const tries = last.tries + 1;
    failures.set(tickAt, { ...last, tries });
    const [oldest] = failures.keys();
    if (failures.size > MOST_TRIED && oldest !== undefined) failures.delete(oldest);
    return tries >= TRIES || REFUSALS.some((code) => isJobsError(error, code));
  }

  #declared(id: string, { job }: Pick<ScheduleSpec, 'job'>): DeclaredMaker | undefined {
    const declared = this.#byId.get(id);
    return declared?.jobName === job.name ? declared : undefined;
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

function deadlineTooSlow(id: string): JobsError {
  return new JobsError(
    'JOBS_TIMEOUT',
    `The deadline of a job of schedule \`${id}\` took longer than ${LONGEST_DEADLINE_MS / 1000} s, so the job has the one that was worked out when the schedule was declared. Have the schema of its job answer sooner.`,
    { details: { field: 'deadline', scheduleId: id } },
  );
}
