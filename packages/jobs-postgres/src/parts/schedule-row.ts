import type { JsonObject, ScheduleRecord } from '@philjs/jobs-core';
import type { Row } from '../connection/connection.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { fromText } from '../store/text.ts';

/** Makes the record of a row of the table `schedules`. */
export function toSchedule(row: Row): ScheduleRecord {
  return {
    id: fromText(String(row['id'])),
    jobName: fromText(String(row['job_name'])),
    spec: JSON.parse(String(row['spec'])) as JsonObject,
    state: JSON.parse(String(row['state'])) as JsonObject,
    nextAt: row['next_at'] === null ? undefined : Number(row['next_at']),
    revision: Number(row['revision']),
  };
}

/** Reads the number that grows with every change of a schedule of the queue. */
export async function readRevision(store: PostgresStore): Promise<number> {
  const sql = 'SELECT schedule_revision AS revision FROM @.queues WHERE queue = $1';
  const [row] = await store.query(sql);
  return Number(row?.['revision']);
}
