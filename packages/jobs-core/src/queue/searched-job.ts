import type { JobRecord } from '../contract/job-record.ts';
import type { Codec } from '../job/codec.ts';
import { copyJson } from '../json/copy-json.ts';
import type { JsonValue } from '../json/json-value.ts';
import { workerNameOf } from '../run/worker-name-of.ts';
import type { SearchedJob } from '../search/searched-text.ts';
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

/** Decodes a payload, and leaves it as it is: a codec may change what it reads. */
export function decodedCopy(codec: Codec | undefined, stored: JsonValue | undefined): unknown {
  return codec === undefined ? stored : decode(codec, copyJson(stored));
}
