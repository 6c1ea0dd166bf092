import { isOver, type StoredSchedule } from '../spec/stored-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import { LATE_MS } from './due-ticks.ts';
import { planStep } from './plan-step.ts';
import { Step } from './step.ts';

/**
 * Finds the ticks a schedule fires next, as if it were not paused and each run ended before the next: the due ticks
 * that its policy fires, the waiting ticks, and then the coming ticks, without those that ran already.
 */
export async function upcomingTicks(
  stored: StoredSchedule,
  now: number,
  count: number,
): Promise<readonly number[]> {
  const { spec } = stored;
  const { paused, ...state } = stored.state;
  if (isOver(state)) return [];
  const found: number[] = [];
  let schedule: StoredSchedule = { ...stored, state };
  if (paused !== undefined) {
    // Ticks in a pause are skipped.
    const tickAt = timetableOf(spec).next(now);
    const { tickAt: _, leftovers: __, ...rest } = state;
    schedule = { ...stored, state: { ...rest, ...(tickAt !== undefined && { tickAt }) } };
  }
  const facts = { now, missedBefore: now - LATE_MS, seen: undefined, process: '' };
  while (found.length < count && isDue(schedule, now)) {
    const { step } = await planStep({ ...facts, schedule });
    found.push(...step.runs.map(({ tickAt }) => tickAt));
    schedule = { ...schedule, state: { ...step.state } };
  }
  const step = new Step(schedule, now, '');
  const left = Math.min(count, found.length + step.runsLeft);
  for (let tick = schedule.state.tickAt; tick !== undefined && found.length < left; ) {
    if (!step.hasRan(tick)) found.push(tick);
    tick = timetableOf(spec).next(tick);
  }
  return found.slice(0, count);
}

function isDue({ state }: StoredSchedule, now: number): boolean {
  const { tickAt, leftovers, buffered, ended } = state;
  if (ended !== undefined) return buffered !== undefined;
  return (
    (tickAt !== undefined && tickAt <= now) || leftovers !== undefined || buffered !== undefined
  );
}
