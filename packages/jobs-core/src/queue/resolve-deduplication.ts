import {
  checkDuration,
  checkOptions,
  invalidArgument,
  MAX_DURATION_MS,
} from '../check/argument.ts';
import { refusePromise } from '../check/refuse-promise.ts';
import type { Deduplication } from '../contract/deduplication.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { checkId } from '../job/check-name.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { DeduplicateResult } from '../job/job-options.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import { storedKeyOf } from './key-scope.ts';

/**
 * Computes the deduplication key of a job: from its options, else by its definition from the payload as its handler
 * gets it; none if neither has one.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function resolveDeduplication(
  definition: JobDefinition,
  payload: unknown,
  options: EnqueueOptions,
): Deduplication | undefined {
  if (options.deduplicate === false) return undefined;
  const wanted = options.deduplicate ?? askForKey(definition, payload);
  if (wanted === undefined) return undefined;
  refusePromise('deduplicate', 'a key', wanted);
  const { name } = definition;
  if (typeof wanted === 'string') {
    return { key: storedKeyOf(checkId('deduplicate', wanted), name, 'name'), mode: 'drop' };
  }
  checkOptions('deduplicate', wanted, ['key', 'ttl', 'mode', 'maxWait', 'scope']);
  const { ttl, mode = 'drop', maxWait, scope = 'name' } = wanted;
  if (scope !== 'name' && scope !== 'queue') {
    throw invalidArgument('deduplicate.scope', "'name' or 'queue'", scope);
  }
  const key = storedKeyOf(checkId('deduplicate.key', wanted.key), name, scope);
  if (mode !== 'drop' && mode !== 'replace' && mode !== 'extend') {
    throw invalidArgument('deduplicate.mode', "'drop', 'replace' or 'extend'", mode);
  }
  if (maxWait !== undefined && mode !== 'extend') {
    throw invalidArgument('deduplicate.maxWait', "absent unless `mode` is 'extend'", maxWait);
  }
  const length = { min: 1, max: MAX_DURATION_MS };
  return {
    key,
    mode,
    ...(ttl !== undefined && { ttlMs: checkDuration('deduplicate.ttl', ttl, length) }),
    ...(maxWait !== undefined && {
      maxWaitMs: checkDuration('deduplicate.maxWait', maxWait, length),
    }),
  };
}

function askForKey(definition: JobDefinition, payload: unknown): DeduplicateResult | undefined {
  try {
    return definition.deduplicate?.(payload);
  } catch (cause) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`deduplicate\` of job \`${definition.name}\` to return a key, but it threw. It gets the payload as the handler does.`,
      { cause, details: { field: 'deduplicate' } },
    );
  }
}
