import type { Backend } from '../contract/backend.ts';
import type { JobLimits } from '../contract/job-limits.ts';
import { splitKey } from '../contract/limit-owner.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { LimitDefaults } from '../job/limits-of.ts';
import { publishedLimits } from '../job/shared-limits.ts';
import type { Logger } from '../logger/logger.ts';

/**
 * Publishes the limits of definitions to a backend that enforces limits, and warns if other limits were published
 * before: two versions of a program may be running, and the last one wins.
 */
export async function publishLimits(
  { limits: store }: Pick<Backend, 'limits'>,
  definitions: readonly JobDefinition[],
  defaults: LimitDefaults,
  logger: Logger,
): Promise<void> {
  if (store === undefined || definitions.length === 0) return;
  const limits = new Map<string, JobLimits | undefined>();
  for (const definition of definitions) {
    for (const [owner, of] of publishedLimits(definition, defaults)) limits.set(owner, of);
  }
  for (const { name: owner, before } of await store.publish({ limits })) {
    const now: JobLimits = limits.get(owner) ?? {};
    const { limit, key: name } = splitKey(owner);
    const what =
      limit === undefined
        ? `The limits of jobs named \`${name}\` have`
        : `The limit \`${limit}\` has`;
    logger.warn(
      `${what} changed: this worker's definition says otherwise than the one published before. ` +
        'If both are in use, deploy one of them, or override both with `queue.setLimits`.',
      { ...(limit === undefined ? { name } : { limit }), before, now },
    );
  }
}
