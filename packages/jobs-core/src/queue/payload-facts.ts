import type { NewJob } from '../contract/new-job.ts';
import type { JobOrder } from '../contract/order-store.ts';
import type { JobUpdate } from '../contract/update-store.ts';
import { hasTagFunction, tagsOf } from '../job/check-tags.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { hasKeyFunction } from '../job/limit-keys.ts';
import type { LimitOptions } from '../job/limits-of.ts';
import { computeOrder, hasOrderFunction } from '../job/order-facts.ts';
import type { EnqueueOptions } from './enqueue-options.ts';

// What a definition makes from a payload (the deduplication key, tags, keys of limits, the place in an order), it makes
// from the payload as the handler gets it, for every call that stores a job: a schema may trim and convert what is enqueued.

/** Returns whether a job needs its payload as the handler will get it before it is stored. */
export function isRead(definition: JobDefinition, limits: LimitOptions): boolean {
  const { schema, deduplicate } = definition;
  if ((schema ?? deduplicate) !== undefined || hasKeyFunction(limits)) return true;
  return hasTagFunction(definition) || hasOrderFunction(definition);
}

/** Adds the tags and the place in the order that the definition makes to options without them. */
export function withFacts(
  definition: JobDefinition,
  options: EnqueueOptions,
  payload: unknown,
): EnqueueOptions {
  const tagged = withTags(definition, options, payload);
  if (!hasOrderFunction(definition)) return tagged;
  return { ...tagged, ...computeOrder(definition, payload, tagged) };
}

/** Adds the definition's tags to options without any. */
export function withTags(
  definition: JobDefinition,
  options: EnqueueOptions,
  payload?: unknown,
): EnqueueOptions {
  if (options.tags !== undefined || definition.options.tags === undefined) return options;
  return { ...options, tags: tagsOf(definition, payload) };
}

/**
 * Returns what a stored job takes over of a job that was prepared with its new payload. What the definition does not
 * make from the payload stays: that was given to the job alone.
 */
export function payloadChange(
  definition: JobDefinition,
  { order: stored }: { readonly order?: JobOrder },
  made: NewJob,
): NonNullable<JobUpdate['payload']> {
  const { payload: value, version, concurrencyKey, rateKey, tags = [], deduplication } = made;
  return {
    value,
    version,
    ...(concurrencyKey !== undefined && { concurrencyKey }),
    ...(rateKey !== undefined && { rateKey }),
    ...(hasOrderFunction(definition) && { order: orderOf(definition, stored, made.order) }),
    ...(hasTagFunction(definition) && { tags }),
    ...(definition.deduplicate !== undefined && { deduplication: deduplication ?? null }),
  };
}

/** Returns the place to store: what the new payload tells, and what was given to the job alone. */
function orderOf(
  { options }: JobDefinition,
  { fairKey, weight, deadlineAt }: JobOrder = {},
  made?: JobOrder,
): JobOrder {
  return {
    ...made,
    ...(options.fairKey === undefined && fairKey !== undefined && { fairKey }),
    ...(typeof options.weight !== 'function' && weight !== undefined && { weight }),
    ...(options.deadline === undefined && deadlineAt !== undefined && { deadlineAt }),
  };
}
