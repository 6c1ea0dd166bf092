import type { Backend, ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import type { BackendTrial } from './backend-trial.ts';

/** When the first schedule of a test is due. */
export const T0 = 1_700_000_000_000;

/** Opens a backend, as another process would, and returns its store of schedules. */
export async function openStore(
  trial: BackendTrial,
): Promise<{ backend: Backend; store: ScheduleStore }> {
  const backend = await trial.open();
  return { backend, store: backend.schedules as ScheduleStore };
}

/** Describes a schedule. */
export function schedule(id: string, nextAt?: number): Omit<ScheduleRecord, 'revision'> {
  return { id, jobName: 'report', spec: { cron: '* * * * *', of: id }, state: { runs: 0 }, nextAt };
}

/** Stores a schedule. */
export async function put(
  store: ScheduleStore,
  id: string,
  nextAt?: number,
): Promise<ScheduleRecord> {
  const record = await store.put({ schedule: schedule(id, nextAt) });
  if (record === undefined) throw new Error(`Schedule \`${id}\` was refused`);
  return record;
}
