import type { MonitoredSchedule } from './monitored-scheduler.ts';

/** Returns how long a schedule has been due without firing, in milliseconds; 0 when it is on time. */
export function overdueMs({ nextRun, active, paused }: MonitoredSchedule, now: number): number {
  if (active === false || paused === true || !nextRun) return 0;
  return Math.max(0, now - nextRun.getTime());
}
