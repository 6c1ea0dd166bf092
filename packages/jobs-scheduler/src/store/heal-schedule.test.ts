import { describe, expect, it } from 'vitest';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';
import type { ScheduleState } from '../spec/schedule-state.ts';
import { tickToHeal } from './heal-schedule.ts';

const MINUTE = 60_000;
const T = Date.UTC(2026, 0, 1, 12);

const spec = { timing: { kind: 'cron', cron: '* * * * *', timezone: 'UTC' } } as ScheduleSpec;
const waitingFor = (tickAt: number): ScheduleState => ({
  createdAt: 0,
  runsCount: 0,
  recent: [],
  failures: 0,
  tickAt,
});

describe('a schedule that waits for a later tick than its next one', () => {
  it('is healed, with its next tick', () => {
    expect(tickToHeal(spec, waitingFor(T + 60 * MINUTE), T)).toBe(T + MINUTE);
    expect(tickToHeal(spec, waitingFor(T + 60 * MINUTE), T - 1)).toBe(T);
  });

  it('is left alone where another process has just skipped the tick between', () => {
    expect(tickToHeal(spec, waitingFor(T + MINUTE), T - 5_000)).toBeUndefined();
    expect(tickToHeal(spec, waitingFor(T + MINUTE), T - 15_000)).toBe(T);
  });
});
