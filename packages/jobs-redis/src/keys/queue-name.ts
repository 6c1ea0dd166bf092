import { JobsError } from '@philjs/jobs-core';

/**
 * Checks a name that becomes part of every key. BullMQ separates the parts of a key by colons, and a
 * Cluster reads braces.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkQueueName(name: string): string {
  if (!/[:{}]/.test(name)) return name;
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected the name of a queue on Redis to hold no \`:\`, \`{\` or \`}\`, got \`${JSON.stringify(name)}\`. Use \`-\` or \`.\` instead.`,
    { details: { field: 'name' } },
  );
}

/**
 * Makes the prefix of all keys, in braces unless `hashTag` is `false`.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function keyPrefix(prefix: unknown = 'philjs', hashTag: unknown = true): string {
  if (typeof prefix !== 'string' || prefix === '' || prefix.length > 200) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      'Expected `prefix` to be a string of 1 to 200 characters.',
      { details: { field: 'prefix' } },
    );
  }
  if (typeof hashTag !== 'boolean') {
    throw new JobsError('JOBS_INVALID_ARGUMENT', 'Expected `hashTag` to be true or false.', {
      details: { field: 'hashTag' },
    });
  }
  return !hashTag || /\{[^{}]+\}/.test(prefix) ? prefix : `{${prefix}}`;
}

/**
 * Ensures that all keys of a prefix are in one hash slot of a Cluster, since a script reaches no other.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refuseManySlots(prefix: string): void {
  // A Cluster hashes what is between the first brace and the first one that closes, unless that is nothing.
  if (/^[^{]*\{[^}]+\}/.test(prefix)) return;
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`prefix\` to have a part in braces on a Cluster, so that all keys are in one hash slot, got \`${JSON.stringify(prefix)}\`. Leave \`hashTag\` on, or give a prefix such as \`{app}\`.`,
    { details: { field: 'prefix', expected: 'a part in braces' } },
  );
}
