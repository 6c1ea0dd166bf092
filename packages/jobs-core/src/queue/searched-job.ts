import type { JobRecord } from '../contract/job-record.ts';
import type { Codec } from '../job/codec.ts';
import { copyJson } from '../json/copy-json.ts';
import type { JsonValue } from '../json/json-value.ts';
import { workerNameOf } from '../run/worker-name.ts';
import type { SearchedJob } from '../search/matches-search.ts';
import type { DeadLetter } from './dead-letters.ts';
import { decode } from './to-job.ts';

/** Returns a stored job as a search reads it. */
export function searchedJob(record: JobRecord, codec: Codec | undefined): SearchedJob {
  const { id, name, status, metadata, priority, attemptsMade, tags, error, failures } = record;
  const { createdAt, processedAt, finishedAt, worker } = record;
  return {
    ...{ id, name, status, metadata, priority, attemptsMade },
    payload: decodedCopy(codec, record.payload),
    createdAt: new Date(createdAt),
    ...(processedAt !== undefined && { processedAt: new Date(processedAt) }),
    ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt) }),
    ...(worker !== undefined && { worker: workerNameOf(worker) }),
    ...(tags !== undefined && { tags }),
    ...(error !== undefined && { error }),
    ...(failures !== undefined && { failures }),
  };
}

/** Returns the failed job of a dead letter as a search reads it: as it was in its own queue. */
export function failedJobOf(letter: DeadLetter, codec?: Codec): SearchedJob {
  const { jobId, name, metadata, priority, attemptsMade, tags, error, failures } = letter;
  const { createdAt, startedAt, failedAt } = letter;
  return {
    ...{ id: jobId, name, status: 'failed', metadata, priority, attemptsMade, error, failures },
    payload: decodedCopy(codec, letter.payload),
    createdAt,
    finishedAt: failedAt,
    ...(startedAt !== undefined && { processedAt: startedAt }),
    ...(tags !== undefined && { tags }),
  };
}

/** Decodes a payload, and leaves it as it is: a codec may change what it reads. */
function decodedCopy(codec: Codec | undefined, stored: JsonValue | undefined): unknown {
  return codec === undefined ? stored : decode(codec, copyJson(stored));
}
