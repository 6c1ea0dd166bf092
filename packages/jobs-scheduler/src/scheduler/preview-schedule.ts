import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { checkInteger } from '@philjs/jobs-core/internal';
import { checkScheduleOptions } from '../options/check-schedule-options.ts';
import type {
  ScheduleOptions,
  ScheduleSettings,
  ScheduleTiming,
} from '../options/schedule-options.ts';
import { upcomingTicks } from '../plan/upcoming-ticks.ts';
import type { JobTemplate } from '../spec/job-template.ts';
import { readSchedule } from '../spec/stored-schedule.ts';
import { declareSchedule } from '../store/declare-schedule.ts';
import { checkScheduleId } from './make-spec.ts';

/** Describes when a schedule would tick: its times and its settings, without its payload. */
export type SchedulePreview = ScheduleTiming & ScheduleSettings;

/** Stands for the job of a schedule that is not stored: no tick depends on it. */
const NO_JOB: JobTemplate = {
  name: '',
  version: 1,
  priority: 0,
  maxAttempts: 1,
  delayMs: 0,
  keepCompleted: { count: 0, ageMs: 0 },
  keepFailed: { count: 0, ageMs: 0 },
  keepCancelled: { count: 0, ageMs: 0 },
  metadata: {},
};

/** Finds the ticks that a declaration would fire, without storing it. */
export async function previewSchedule(
  store: ScheduleStore,
  options: SchedulePreview,
  count: number,
  now: number,
): Promise<readonly Date[]> {
  const wanted = checkInteger('count', count, { min: 1, max: 10_000 });
  const checked = checkScheduleOptions(options as ScheduleOptions, now);
  const { immediately, revision } = options;
  const id = options.id === undefined ? '' : checkScheduleId(options.id);
  const record = id === '' ? undefined : await store.get({ id });
  const stored = record && readSchedule(record);
  const { computed, job = NO_JOB } = stored?.spec ?? {};
  const spec = { ...checked, ...(computed && ({ v: 2, computed } as const)), job };
  const declaration = {
    ...{ id, spec, now, replaces: false },
    ...(immediately !== undefined && { immediately }),
    ...(revision !== undefined && { edition: revision }),
  };
  const after = declareSchedule(declaration, stored) ?? stored;
  if (after === undefined) return [];
  const ticks = await upcomingTicks(
    { id, revision: 0, spec: after.spec, state: after.state },
    now,
    wanted,
  );
  return ticks.map((tick) => new Date(tick));
}
