import type { JobProgress, SerializedError } from '@philjs/jobs-core';
import type { BackendEvent } from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';
import { decodeJobId } from '../keys/job-id.ts';
import { decodeResult, parseOwn } from '../record/stored-json.ts';

/** One entry of BullMQ's event stream. */
export interface StreamEntry {
  /** The stream's id: the time in epoch milliseconds, and a number. */
  readonly id: string;
  /** The event and its job, as BullMQ wrote them. */
  readonly fields: Readonly<Partial<Record<string, string>>>;
}

/** Holds the facts about an entry that it does not contain itself. */
export interface EntryFacts {
  /** The name of the job. */
  readonly name: string | undefined;
  /** Why it failed. */
  readonly error: SerializedError | undefined;
  /** Its result as stored, if that is too large for the stream. */
  readonly result?: string | undefined;
}

/** Reads the answer to `XREAD`: each key that has entries, and those. */
export function toStreams(answer: unknown): (readonly [key: string, StreamEntry[]])[] {
  // Every connection asks for this form; see `FORM` of connect.ts.
  const streams = (answer ?? []) as [string, [string, string[]][]][];
  return streams.map(([key, entries]) => [key, entries.map(toEntry)]);
}

function toEntry([id, flat]: readonly [string, readonly string[]]): StreamEntry {
  const fields: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] as string] = flat[i + 1] as string;
  return { id, fields };
}

/** Returns whether an entry came after another. */
export function isAfter(id: string, other: string): boolean {
  const [time = 0, number = 0] = id.split('-').map(Number);
  const [otherTime = 0, otherNumber = 0] = other.split('-').map(Number);
  return time > otherTime || (time === otherTime && number > otherNumber);
}

/** Turns an entry into an event of core's; returns nothing for entries that only concern BullMQ. */
export function toBackendEvent(entry: StreamEntry, facts: EntryFacts): BackendEvent | undefined {
  const { fields } = entry;
  const at = Number(entry.id.split('-')[0]);
  const type = fields['event'];
  if (type === 'drained' || type === 'paused' || type === 'resumed') return { type, at };
  const { name } = facts;
  const base = {
    jobId: decodeJobId(fields['jobId'] ?? ''),
    at,
    ...(name !== undefined && { name }),
  };
  const ends = fields['pj:last'] && { endsWorkflow: true as const };
  const error = facts.error ?? { name: 'Error', message: fields['failedReason'] ?? '' };
  switch (type) {
    case 'waiting':
    case 'active':
    case 'stalled':
    case 'removed':
      return { type, ...base };
    case 'deduplicated':
      return { type, ...base, ...readDeduplication(fields) };
    case 'delayed':
      return { type, ...base, runAt: Number(fields['delay']) };
    case 'progress':
      return { type, ...base, progress: parseOwn<JobProgress>(fields['data'] ?? '0', 0) };
    case 'completed': {
      const result = decodeResult(facts.result ?? fields['returnvalue'] ?? 'null');
      return { type, ...base, ...ends, result };
    }
    case 'failed': {
      // BullMQ has no cancelled state: its stream says that the job failed.
      const ended = fields['state'] === 'cancelled' ? 'cancelled' : type;
      return { type: ended, ...base, error, ...ends };
    }
    case 'pj:failure':
      if (!fields['runAt']) return undefined;
      return { type: 'retrying', ...base, error, runAt: Number(fields['runAt']) };
    default:
      return undefined;
  }
}

function readDeduplication({
  deduplicatedJobId = '',
  deduplicationId = '',
}: StreamEntry['fields']): {
  readonly deduplicatedJobId: string;
  readonly key: string;
} {
  return { deduplicatedJobId: decodeJobId(deduplicatedJobId), key: fromText(deduplicationId) };
}
