import type { JsonObject } from '@philjs/jobs-core';
import type { AddResult, ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import { KEPT_TICKS } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import type { Row } from '../connection/connection.ts';
import { areKeyed, toNewJobs } from '../jobs/to-new-job.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { toEntry, toSchedule } from './schedule-rows.ts';

type Fire = Parameters<ScheduleStore['fire']>[0];

/** Describes the result of a `fire`. */
export interface FireResult {
  readonly fired: boolean;
  readonly schedule?: ScheduleRecord;
  readonly results?: readonly AddResult[];
}

/** Claims ticks in a call of their own. */
export async function fireAlone(store: PostgresStore, fire: Fire): Promise<FireResult> {
  return (await fireTogether(store, [fire]))[0] ?? { fired: false };
}

/** Claims ticks of several schedules in one transaction, in the order of their jobs, as all others add jobs. */
export async function fireTogether(
  store: PostgresStore,
  fires: readonly Fire[],
): Promise<readonly FireResult[]> {
  const order = [...fires.keys()].sort((a, b) => compare(firstJob(fires[a]), firstJob(fires[b])));
  const given = order.map((index) => toJson(fires[index] as Fire));
  const columns = `number, (schedule).id, (schedule).job_name, (schedule).spec, (schedule).state, (schedule).next_at,
    (schedule).revision, place, outcome, job_id`;
  const rows = await store.call('fire_schedules', [`[${given.join(',')}]`], columns);
  const rowsOf: Row[][] = fires.map(() => []);
  for (const row of rows) rowsOf[order[Number(row['number']) - 1] ?? 0]?.push(row);
  return fires.map((fire, index) => toResult(fire, rowsOf[index] ?? []));
}

function firstJob(fire: Fire | undefined): string {
  return fire?.jobs[0]?.id ?? '';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Writes a claim as JSON: its jobs and entries as they are, which is JSON already. */
function toJson({ jobs, keep = KEPT_TICKS, track = false, ifDuplicate, ...fire }: Fire): string {
  const parts = {
    id: toText(fire.id),
    expected: fire.expectedRevision,
    next_at: fire.nextAt ?? null,
    state: JSON.stringify(fire.state),
    keyed: areKeyed(jobs),
    entries: fire.entries.map(toEntry),
    keep,
    track,
    duplicate: ifDuplicate === undefined ? null : toAlternative(ifDuplicate),
  };
  return `${JSON.stringify(parts).slice(0, -1)},"jobs":${toNewJobs(jobs)}}`;
}

function toAlternative({ nextAt, state, entries }: NonNullable<Fire['ifDuplicate']>): JsonObject {
  return {
    next_at: nextAt ?? null,
    state: JSON.stringify(state),
    entries: entries.map(toEntry),
  };
}

function toResult({ jobs }: Fire, [first, ...others]: readonly Row[]): FireResult {
  if (first === undefined) return { fired: false };
  const known = new Map(others.map((row) => [Number(row['place']), row]));
  const results = jobs.map((job, index): AddResult => {
    const row = known.get(index + 1);
    if (row === undefined) return { id: job.id, outcome: 'added' };
    const outcome = row['outcome'] as AddResult['outcome'];
    return { id: fromText(String(row['job_id'])), outcome };
  });
  return { fired: true, schedule: toSchedule(first), results };
}
