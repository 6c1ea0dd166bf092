import type { JsonObject, ScheduleRecord } from '@philjs/jobs-core';
import type { Row } from '../database/sqlite-file.ts';
import { fromText } from '../database/text.ts';

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
