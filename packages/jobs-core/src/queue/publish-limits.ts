import type { Backend } from '../contract/backend.ts';
import type { JobLimits } from '../contract/job-limits.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { limitsOf } from '../job/limits-of.ts';
import type { Logger } from '../logger/logger.ts';

/**
 * Publishes the limits of definitions to a backend that enforces limits, and warns if other limits were published
 * before: two versions of a program may be running, and the last one wins.
 */
export async function publishLimits(
  { limits: store }: Pick<Backend, 'limits'>,
  definitions: readonly JobDefinition[],
  logger: Logger,
): Promise<void> {
  if (store === undefined || definitions.length === 0) return;
  const limits = new Map(definitions.map(({ name, options }) => [name, limitsOf(options)]));
  for (const { name, before } of await store.publish({ limits })) {
    const now: JobLimits = limits.get(name) ?? {};
    logger.warn(
      `The limits of jobs named \`${name}\` have changed: this worker's definition limits them otherwise than the one published before. ` +
        'If both are in use, deploy one of them, or override both with `queue.setLimits`.',
      { name, before, now },
    );
  }
}
