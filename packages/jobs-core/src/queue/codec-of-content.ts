import type { JobRecord } from '../contract/job-record.ts';
import type { Codec } from '../job/codec.ts';
import { DEAD_LETTER, type StoredLetter } from '../run/dead-letter.ts';
import { internalsOf, type QueueInternals } from '../run/queue-internals.ts';
import type { IQueue } from './queue-interface.ts';

/**
 * Finds the codec of what a job holds. A dead letter holds the payload and the steps of its failed job, as the codec of that job's
 * own queue stored them.
 */
export function codecOfContent(
  { codecOf }: Pick<QueueInternals, 'codecOf'>,
  { name, payload }: Pick<JobRecord, 'name' | 'payload'>,
  queueOf: (name: string) => IQueue | undefined,
): Codec | undefined {
  if (name !== DEAD_LETTER) return codecOf(name);
  const letter = (payload ?? {}) as Partial<StoredLetter>;
  const own = queueOf(letter.queue ?? '');
  return own && internalsOf(own).codecOf(letter.name);
}
