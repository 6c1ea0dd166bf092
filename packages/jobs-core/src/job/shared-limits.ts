import { isSameLimits, type JobLimits } from '../contract/job-limits.ts';
import { splitKey } from '../contract/limit-owner.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { JobDefinition } from './job-definition.ts';
import { type LimitDefaults, limitsOf, sharedLimitsOf, withDefaults } from './limits-of.ts';

/** Keeps the limits that definitions of a queue share, so that one name means the same to all of them. */
export class SharedLimits {
  readonly #limits = new Map<string, { readonly limits: JobLimits; readonly from: string }>();

  readonly #defaults: LimitDefaults;

  constructor(defaults: LimitDefaults) {
    this.#defaults = defaults;
  }

  /**
   * Takes over the shared limits of a definition; returns all its limits, by the names that stores keep them by.
   *
   * @throws JobsError `JOBS_CONFLICT` when another one gives a limit of the same name other numbers
   */
  add(definition: JobDefinition): ReadonlyMap<string, JobLimits | undefined> {
    const { name, options } = definition;
    for (const [owner, limits] of sharedLimitsOf(withDefaults(options, this.#defaults))) {
      const known = this.#limits.get(owner);
      if (known === undefined) this.#limits.set(owner, { limits, from: name });
      else if (!isSameLimits(known.limits, limits)) {
        throw conflict(owner, [known.from, known.limits], [name, limits]);
      }
    }
    return publishedLimits(definition, this.#defaults);
  }
}

/** Computes the limits that a definition publishes, by the names that stores keep them by. */
export function publishedLimits(
  { name, options }: JobDefinition,
  defaults: LimitDefaults,
): ReadonlyMap<string, JobLimits | undefined> {
  const limits = withDefaults(options, defaults);
  return new Map([[name, limitsOf(limits)], ...sharedLimitsOf(limits)]);
}

type Said = readonly [job: string, limits: JobLimits];

function conflict(owner: string, [first, known]: Said, [second, limits]: Said): JobsError {
  const { limit = owner } = splitKey(owner);
  return new JobsError(
    'JOBS_CONFLICT',
    `Expected one limit named \`${limit}\` in a queue, got ${describe(known)} in \`${first}\` and ${describe(limits)} in \`${second}\`. ` +
      'Give both the same numbers, or name one of them otherwise.',
    { details: { limit, jobs: [first, second] } },
  );
}

function describe({ concurrencyPerKey, rate }: JobLimits): string {
  if (rate !== undefined) return `a \`rateLimit\` of ${rate.max} in ${rate.per} ms`;
  return `a \`concurrency\` of ${concurrencyPerKey}`;
}
