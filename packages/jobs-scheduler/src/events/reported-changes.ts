import type { IQueue } from '@philjs/jobs-core';
import { toScheduledJob } from '../read/scheduled-job.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import type { ScheduleListeners } from './schedule-listeners.ts';
import type { ScheduleChangeCause } from './scheduler-events.ts';

/** Describes a change of a schedule. */
export interface ReportedChange {
  readonly id: string;
  readonly before?: Pick<StoredSchedule, 'spec' | 'state'> | undefined;
  readonly after?: Pick<StoredSchedule, 'spec' | 'state'> | undefined;
  readonly at: number;
  readonly cause: ScheduleChangeCause;
}

/** Calls the listeners after a change; not when the declaration is the same as before. */
export function reportChange(
  listeners: ScheduleListeners,
  queue: IQueue,
  { id, before, after, at, cause }: ReportedChange,
): void {
  const base = { queueName: queue.name, scheduleId: id, at: new Date(at), cause };
  const was = before === undefined || before.state.removed !== undefined ? undefined : before;
  const is = after === undefined || after.state.removed !== undefined ? undefined : after;
  const show = (one: Pick<StoredSchedule, 'spec' | 'state'>): ReturnType<typeof toScheduledJob> =>
    toScheduledJob(queue, { id, revision: 0, ...one }, at);
  if (was === undefined && is !== undefined) {
    listeners.emit('scheduled', () => ({ ...base, type: 'scheduled', schedule: show(is) }));
  } else if (was !== undefined && is === undefined) {
    listeners.emit('removed', () => ({ ...base, type: 'removed', before: show(was) }));
  } else if (was !== undefined && is !== undefined && isUpdate(was, is)) {
    const make = () => ({ ...base, schedule: show(is), before: show(was) });
    listeners.emit('updated', () => ({ ...make(), type: 'updated' }));
  }
}

/** Returns whether a change is one of the declaration, not only of when it ticks next. */
export function isUpdate(
  before: Pick<StoredSchedule, 'state'>,
  after: Pick<StoredSchedule, 'state'>,
): boolean {
  return (before.state.edition ?? 1) !== (after.state.edition ?? 1);
}
