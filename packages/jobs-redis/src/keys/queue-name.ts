import { invalidArgument } from '@philjs/jobs-core/backend';

/**
 * Checks a name that becomes part of every key. BullMQ separates the parts of a key by colons, and a
 * Cluster reads braces.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkQueueName(name: string): string {
  if (!/[:{}]/.test(name)) return name;
  const expected = 'the name of a queue on Redis, without `:`, `{` or `}`';
  throw invalidArgument('name', expected, name, 'Use `-` or `.` instead.');
}

/**
 * Makes the prefix of all keys, in braces unless `hashTag` is `false`.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function keyPrefix(prefix: unknown = 'philjs', hashTag: unknown = true): string {
  if (typeof prefix !== 'string' || prefix === '' || prefix.length > 200) {
    throw invalidArgument('prefix', 'a string of 1 to 200 characters', prefix);
  }
  if (typeof hashTag !== 'boolean') throw invalidArgument('hashTag', 'true or false', hashTag);
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
  const expected =
    'a text with a part in braces on a Cluster, so that all keys are in one hash slot';
  throw invalidArgument('prefix', expected, prefix, 'Leave `hashTag` on, or give `{app}`.');
}
