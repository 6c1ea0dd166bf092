import type { JobDefinition } from '../job/job-definition.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { IQueue } from './queue-interface.ts';

/** How long the key of a redriven job is held, in milliseconds: longer than a redrive holds a letter that it has read. */
const HELD_MS = 3_600_000;

/** Describes a job that is made of a letter. */
interface RedrivenJob {
  readonly jobId: string;
  readonly definition: JobDefinition;
  readonly payload: unknown;
  /** Whether it waits for others. */
  readonly waits: boolean;
}

/**
 * Returns the deduplication key of a redriven job, where that is not what its definition says. A job without a key gets
 * one that outlives it: another redrive may have read its letter, and would store it again when it has ended and is not
 * kept. One that waits for others takes no key that could let it start before those.
 */
export async function redrivenKey(
  queue: IQueue,
  { jobId, definition, payload, waits }: RedrivenJob,
): Promise<Pick<EnqueueOptions, 'deduplicate'>> {
  const { deduplication: own } = await queue.prepare(definition, payload);
  if (own !== undefined && (!waits || own.mode === 'drop')) return {};
  if (!queue.backend.capabilities.deduplication) return {};
  return { deduplicate: { key: jobId, mode: 'drop', ttl: HELD_MS } };
}
