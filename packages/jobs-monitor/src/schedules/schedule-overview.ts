import { overdueMs } from './late-schedule.ts';
import type { MonitoredRun, MonitoredSchedule, MonitoredScheduler } from './monitored-scheduler.ts';

/** Describes a schedule with its queue and its lateness. */
export interface ScheduleOverview extends MonitoredSchedule {
  /** The queue its jobs go to. */
  readonly queueName: string;
  /** How long it has been due without firing, in milliseconds; 0 when it is on time. */
  readonly overdueMs: number;
}

/** Describes a scheduler with the queue its jobs go to. */
export interface AttachedScheduler {
  /** The scheduler. */
  readonly scheduler: MonitoredScheduler;
  /** The queue's name. */
  readonly queueName: string;
}

/** Holds the schedules of the schedulers that answered. */
export interface SchedulesRead {
  /** The schedules, the next one to fire first, those that never fire again last. */
  readonly schedules: readonly ScheduleOverview[];
  /** The queues whose schedulers did not answer. */
  readonly unread: readonly string[];
}

/** Lists the schedules of all schedulers, the next one to fire first, those that never fire again last. */
export async function readSchedules(
  attached: readonly AttachedScheduler[],
  now: number,
): Promise<ScheduleOverview[]> {
  const lists = await Promise.all(attached.map((one) => readOne(one, now)));
  return lists.flat().sort(byNextRun);
}

/** Lists the schedules of those schedulers that answer. Never rejects. */
export async function readReachable(
  attached: readonly AttachedScheduler[],
  now: number,
): Promise<SchedulesRead> {
  const lists = await Promise.allSettled(attached.map((one) => readOne(one, now)));
  return {
    schedules: lists
      .flatMap((list) => (list.status === 'fulfilled' ? list.value : []))
      .sort(byNextRun),
    unread: attached
      .filter((_, index) => lists[index]?.status === 'rejected')
      .map(({ queueName }) => queueName),
  };
}

async function readOne(
  { scheduler, queueName }: AttachedScheduler,
  now: number,
): Promise<ScheduleOverview[]> {
  const schedules = await scheduler.getAllScheduledJobs();
  return schedules.map((schedule) => ({
    ...schedule,
    queueName,
    overdueMs: overdueMs(schedule, now),
  }));
}

/** Lists the outcomes of the latest ticks, latest first: of one schedule, or of all. */
export async function readRunHistory(
  attached: readonly AttachedScheduler[],
  id?: string,
): Promise<MonitoredRun[]> {
  const lists = await Promise.all(
    attached.map(async ({ scheduler }) => scheduler.getJobHistory(id)),
  );
  return lists.flat().sort((a, b) => b.scheduledAt.getTime() - a.scheduledAt.getTime());
}

/** Sorts the schedule that fires next first, and those that never fire again last. */
export function byNextRun(a: ScheduleOverview, b: ScheduleOverview): number {
  return nextOf(a) - nextOf(b) || (a.id < b.id ? -1 : 1);
}

function nextOf({ nextRun }: MonitoredSchedule): number {
  return nextRun ? nextRun.getTime() : Number.MAX_SAFE_INTEGER;
}
