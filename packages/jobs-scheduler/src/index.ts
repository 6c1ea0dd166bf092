/**
 * Schedules for PhilJS Jobs: cron, intervals and dates, one job for each tick.
 *
 * @packageDocumentation
 */

export { type DescribeOptions, describeCron } from './describe/describe-cron.ts';
export type {
  ScheduleChangeCause,
  SchedulerEvent,
  SchedulerEventMap,
  SchedulerEventName,
  SchedulerListener,
} from './events/scheduler-events.ts';
export type { HistoryOptions } from './history/history-options.ts';
export type { JobRun, JobRunStatus } from './history/job-run.ts';
export type { FireCause, RunOutcome, SkipReason, TickDetail } from './history/tick-detail.ts';
export type { PayloadMaker, PayloadTick } from './options/payload-maker.ts';
export type {
  CatchUp,
  CatchUpOptions,
  DstRule,
  FiredTick,
  Overlap,
  PayloadOption,
  ScheduledEnqueueOptions,
  ScheduleExceptions,
  ScheduleOptions,
  ScheduleSettings,
  ScheduleTiming,
} from './options/schedule-options.ts';
export { type CronPatternList, CronPatterns, type Weekday } from './patterns/cron-patterns.ts';
export type { TimeZone, TimeZoneName } from './patterns/time-zone.ts';
export { Timezones } from './patterns/timezones.ts';
export type { ListSchedulesOptions, ScheduledJobs } from './read/list-scheduled-jobs.ts';
export type { ScheduledJob, StoredOptions } from './read/scheduled-job.ts';
export type { BackfillRange, BackfillResult } from './scheduler/backfill.ts';
export type { SchedulePreview } from './scheduler/preview-schedule.ts';
export type {
  ScheduleItem,
  ScheduleItems,
  SyncOptions,
  SyncResult,
} from './scheduler/schedule-item.ts';
export { Scheduler } from './scheduler/scheduler.ts';
export type { SchedulerOptions } from './scheduler/scheduler-options.ts';
export { Schedulers } from './scheduler/schedulers.ts';
export type { TriggerOptions } from './scheduler/trigger-options.ts';
export type { EndReason } from './spec/schedule-state.ts';
