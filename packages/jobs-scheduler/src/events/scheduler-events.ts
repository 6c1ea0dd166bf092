import type { ScheduledJob } from '../read/scheduled-job.ts';

/**
 * Names the call that changed a schedule; `recovery` for one that a running scheduler declared again after the store
 * had lost it.
 */
export type ScheduleChangeCause = 'schedule' | 'scheduleOnce' | 'sync' | 'remove' | 'recovery';

/** Describes a change of a schedule. */
export interface SchedulerEvent<TType extends string> {
  /** The kind of event. */
  readonly type: TType;
  /** The queue. */
  readonly queueName: string;
  /** The schedule. */
  readonly scheduleId: string;
  /** When the change was made, by the clock of the store. */
  readonly at: Date;
  /** The call that changed it. */
  readonly cause: ScheduleChangeCause;
}

/** Maps each event of a scheduler to its listeners' argument. */
export interface SchedulerEventMap {
  /** A schedule was made, or one that `sync` had removed was declared again. */
  readonly scheduled: SchedulerEvent<'scheduled'> & {
    /** The schedule. */
    readonly schedule: ScheduledJob;
  };
  /** The declaration of a schedule was changed. */
  readonly updated: SchedulerEvent<'updated'> & {
    /** The schedule as it is now. */
    readonly schedule: ScheduledJob;
    /** The schedule as it was. */
    readonly before: ScheduledJob;
  };
  /** A schedule was removed, by `remove` or because it is no longer in the list of `sync`. */
  readonly removed: SchedulerEvent<'removed'> & {
    /** The schedule as it was. */
    readonly before: ScheduledJob;
  };
}

/** Names an event of a scheduler. */
export type SchedulerEventName = keyof SchedulerEventMap;

/** Listens to an event of a scheduler. A throw or a rejection is reported as an `error` event of the queue. */
export type SchedulerListener<TName extends SchedulerEventName> = (
  event: SchedulerEventMap[TName],
) => unknown;
