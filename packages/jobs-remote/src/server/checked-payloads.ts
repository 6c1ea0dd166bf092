import { type IQueue, isJobsError, JobsError } from '@philjs/jobs-core';
import type { NewJob } from '@philjs/jobs-core/backend';
import { internalsOf, PAYLOAD_FROM } from '@philjs/jobs-core/internal';

/**
 * Checks the payloads of jobs that a client made by the schemas of the server's queue, where it knows them. One of another
 * version is the worker's to migrate, and one that is completed when it runs cannot be checked before.
 *
 * @throws JobsError `JOBS_INVALID_PAYLOAD`, `JOBS_PAYLOAD_TOO_LARGE`, with the index
 */
export async function checkPayloads(queue: IQueue, jobs: readonly NewJob[]): Promise<void> {
  for (const [index, { name, payload, version, metadata }] of jobs.entries()) {
    const definition = queue.getDefinition(name);
    const isKnown =
      definition?.schema !== undefined && version === (definition.options.version ?? 1);
    if (!isKnown || metadata[PAYLOAD_FROM] !== undefined) continue;
    try {
      const read = internalsOf(queue).decodePayload(name, payload);
      await queue.prepare(definition, read, { deduplicate: false });
    } catch (error) {
      if (!isJobsError(error)) throw error;
      const details = { ...error.details, index };
      throw new JobsError(error.code, `jobs[${index}]: ${error.message}`, { details });
    }
  }
}
