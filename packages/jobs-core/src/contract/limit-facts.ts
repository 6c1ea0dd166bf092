import { isSameLimits, type JobLimits, mergeLimits } from './job-limits.ts';
import type { LimitFacts, StoredLimits } from './limit-store.ts';

/** Describes the limits of a name by what the store keeps of them, if anything. */
export function storedLimits(facts: LimitFacts = { revision: 0, paused: false }): StoredLimits {
  const { published, override, revision, paused } = facts;
  return {
    limits: mergeLimits(published, override),
    ...(published !== undefined && { published }),
    ...(override !== undefined && { override }),
    revision,
    paused,
  };
}

/** Describes a change of published limits, and those that it replaces, if there were any. */
export interface LimitChange {
  /** The limits published before. */
  readonly before?: JobLimits;
}

/** Decides whether published limits change what the store keeps of a name, if anything; `undefined` if they do not. */
export function changeOfLimits(
  facts: Pick<LimitFacts, 'published' | 'wasPublished'> | undefined,
  published: JobLimits | undefined,
): LimitChange | undefined {
  if (facts === undefined && published === undefined) return undefined;
  if (!facts?.wasPublished) return {};
  const { published: before = {} } = facts;
  return isSameLimits(before, published) ? undefined : { before };
}
