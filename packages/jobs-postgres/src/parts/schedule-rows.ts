import type { JsonObject } from '@philjs/jobs-core';
import type { ScheduleRecord, TickEntry } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import type { Row } from '../connection/connection.ts';

/** Makes the JSON of ledger entries for the functions of the schema. */
export function toEntries(entries: readonly TickEntry[]): string {
  return JSON.stringify(entries.map(toEntry));
}

/** Makes what the functions of the schema take for one ledger entry. */
export function toEntry({ scheduleId, tickAt, detail }: TickEntry): JsonObject {
  return { schedule: toText(scheduleId), tick_at: tickAt, detail: JSON.stringify(detail) };
}

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
