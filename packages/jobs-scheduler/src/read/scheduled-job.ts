import type { IQueue } from '@philjs/jobs-core';
import type { CatchUp, DstRule, Overlap, ScheduleOptions } from '../options/schedule-options.ts';
import { LATE_MS } from '../plan/due-ticks.ts';
import type { EndReason } from '../spec/schedule-state.ts';
import { type StoredSchedule, wakeAt } from '../spec/stored-schedule.ts';
import { optionsOf } from './options-of.ts';

/** The options of a schedule as they are read; its zone may be any that the storing process knew. */
export type StoredOptions = ScheduleOptions extends infer TOptions
  ? TOptions extends unknown
    ? {
        readonly [K in keyof TOptions]: K extends 'timezone' ? string | undefined : TOptions[K];
      }
    : never
  : never;

/** Describes a schedule as it was when it was read. */
export interface ScheduledJob {
  /** Its description. */
  readonly description?: string;
  /** The owner given to `sync`, if any. */
  readonly owner?: string;
  /** Whether `sync` declared it. */
  readonly declared: boolean;
  /** Grows with each change of the declaration; `schedule` takes it as an option, against lost updates. */
  readonly revision: number;
  /**
   * All its declared options, as `schedule` takes them with the name of the job: read, change and write them.
   * Callbacks are not stored, so they are absent.
   */
  readonly options: StoredOptions;
  /** Unique in the queue. */
  readonly id: string;
  /** The name of the job it enqueues. */
  readonly jobName: string;
  /** The payload for the handler, as it is stored. */
  readonly payload: unknown;
  /** Whether a function computes the payload of each tick; only processes that declare the schedule fire it. */
  readonly payloadPerTick: boolean;
  /**
   * Whether a tick has been due for ten seconds and a function computes its payload: no running process declares the
   * schedule.
   */
  readonly undeclared: boolean;
  /** The cron pattern, if it has one; several with `|` between, as {@link ScheduledJob.options} has them. */
  readonly cron?: string;
  /** The interval in milliseconds, if it has one. */
  readonly every?: number;
  /** The dates, if it has them. */
  readonly at?: readonly Date[];
  /** The time zone of the cron pattern. */
  readonly timezone?: string;
  /** The rule for a fixed time when the clocks change, if it was given. */
  readonly dst?: DstRule;
  /** When it fires next; absent while it is paused and when it has ended. */
  readonly nextRun?: Date;
  /** When it last fired. */
  readonly lastRun?: Date;
  /** How many ticks were fired. */
  readonly runsCount: number;
  /** How many ticks are fired in all. */
  readonly maxRuns?: number;
  /** Whether it is neither paused nor ended. */
  readonly active: boolean;
  /** Whether it is paused. */
  readonly paused: boolean;
  /** Why it was paused: the note given to `pause`. */
  readonly note?: string;
  /** When it was paused. */
  readonly pausedAt?: Date;
  /** When it ended. */
  readonly endedAt?: Date;
  /** Why it ended. */
  readonly endReason?: EndReason;
  /** How many runs in a row have failed, as far as a tick has looked; counted with `pauseOnFailure`. */
  readonly failures: number;
  /** The tick that is waiting for an earlier run to finish. */
  readonly waitingTick?: Date;
  /** The time before which it does not tick. */
  readonly startDate?: Date;
  /** The time from which it no longer ticks. */
  readonly endDate?: Date;
  /** The policy for a tick while an earlier run has not finished. */
  readonly overlap: Overlap;
  /** The policy for missed ticks. */
  readonly catchUp: CatchUp;
  /** How many milliseconds after its tick each job may start, at most. */
  readonly jitter: number;
  /** The number of failed runs in a row that pauses it. */
  readonly pauseOnFailure?: number;
  /** When it was first made. */
  readonly createdAt: Date;
}

/** Makes the public description of a schedule of a queue. */
export function toScheduledJob(
  queue: IQueue,
  { id, spec, state }: StoredSchedule,
  now: number,
): ScheduledJob {
  const { paused, ended } = state;
  const active = paused === undefined && ended === undefined;
  return {
    id,
    ...(spec.description !== undefined && { description: spec.description }),
    ...(spec.declared?.owner !== undefined && { owner: spec.declared.owner }),
    declared: spec.declared !== undefined,
    revision: state.edition ?? 1,
    options: optionsOf(queue, id, spec),
    jobName: spec.job.name,
    payload: spec.job.payload,
    payloadPerTick: spec.computed === true,
    undeclared: spec.computed === true && (wakeAt(spec, state) ?? now) < now - LATE_MS,
    ...timingOf(spec.timing),
    ...dates({
      nextRun: active ? state.tickAt : undefined,
      lastRun: state.lastRunAt,
      pausedAt: paused?.at,
      endedAt: ended?.at,
      waitingTick: state.buffered?.tickAt,
      startDate: spec.startAt,
      endDate: spec.endAt,
    }),
    runsCount: state.runsCount,
    active,
    paused: paused !== undefined,
    failures: state.failures,
    overlap: spec.overlap,
    catchUp: spec.catchUp.policy,
    jitter: spec.jitterMs,
    createdAt: new Date(state.createdAt),
    ...(spec.maxRuns !== undefined && { maxRuns: spec.maxRuns }),
    ...(spec.pauseOnFailure !== undefined && { pauseOnFailure: spec.pauseOnFailure }),
    ...(paused?.note !== undefined && { note: paused.note }),
    ...(ended !== undefined && { endReason: ended.reason }),
  };
}

function timingOf(
  timing: StoredSchedule['spec']['timing'],
): Pick<ScheduledJob, 'cron' | 'timezone' | 'dst' | 'every' | 'at'> {
  switch (timing.kind) {
    case 'cron': {
      const { cron: first, also = [], timezone, dst } = timing;
      const cron = [first, ...also].join(' | ');
      return { cron, timezone, ...(dst !== undefined && { dst }) };
    }
    case 'every':
      return { every: timing.everyMs };
    case 'at':
      return { at: timing.times.map((time) => new Date(time)) };
  }
}

/** Turns the times that are present into dates. */
function dates<TName extends string>(
  times: {
    readonly [name in TName]: number | undefined;
  },
): { readonly [name in TName]?: Date } {
  const given = Object.entries<number | undefined>(times).filter(([, at]) => at !== undefined);
  return Object.fromEntries(given.map(([name, at]) => [name, new Date(at ?? 0)])) as {
    [name in TName]?: Date;
  };
}
