import type { EnqueueOptions } from '@philjs/jobs-core';
import type { Deduplication } from '@philjs/jobs-core/backend';
import { readStoredKey } from '@philjs/jobs-core/internal';
import type { JobTemplate } from './job-template.ts';

/** The options of `enqueue` that a definition else works out from the payload. */
const FROM_PAYLOAD = ['deduplicate', 'tags', 'fairKey', 'weight', 'deadline'] as const;

/** Names an option that was given, so that the definition does not work it out from the payload. */
export type GivenOption = (typeof FROM_PAYLOAD)[number];

/** Names those of the options that were given. */
export function givenOptions(options: EnqueueOptions): readonly GivenOption[] {
  return FROM_PAYLOAD.filter((name) => options[name] !== undefined);
}

/** Makes the options that were given again, from the template they are stored in. */
export function optionsGiven(template: JobTemplate): Pick<EnqueueOptions, GivenOption> {
  const { name, given = [], deduplication, tags, order, deadlineAt } = template;
  const values = {
    deduplicate: deduplication === undefined ? false : deduplicateOf(name, deduplication),
    tags,
    fairKey: order?.fairKey,
    // A weight of 1 is not stored.
    weight: order?.weight ?? 1,
    deadline: deadlineAt === undefined ? undefined : new Date(deadlineAt),
  } as const;
  return Object.fromEntries(given.map((option) => [option, values[option]]));
}

function deduplicateOf(
  name: string,
  stored: NonNullable<JobTemplate['deduplication']>,
): NonNullable<EnqueueOptions['deduplicate']> {
  const { key, mode, ttlMs, maxWaitMs } = stored as unknown as Deduplication;
  return {
    ...readStoredKey(key, name),
    mode,
    ...(ttlMs !== undefined && { ttl: ttlMs }),
    ...(maxWaitMs !== undefined && { maxWait: maxWaitMs }),
  };
}
