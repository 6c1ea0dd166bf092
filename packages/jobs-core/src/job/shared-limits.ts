import { isSameLimits, type JobLimits } from '../contract/job-limits.ts';
import { splitKey } from '../contract/limit-owner.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { JobDefinition } from './job-definition.ts';
import { sharedLimitsOf } from './limits-of.ts';

/** Keeps the limits that definitions of a queue share, so that one name means the same to all of them. */
export class SharedLimits {
  readonly #limits = new Map<string, { readonly limits: JobLimits; readonly from: string }>();

  /**
   * Takes over the shared limits of a definition.
   *
   * @throws JobsError `JOBS_CONFLICT` when another one gives a limit of the same name other numbers
   */
  add({ name, options }: JobDefinition): void {
    for (const [owner, limits] of sharedLimitsOf(options)) {
      const known = this.#limits.get(owner);
      if (known === undefined) this.#limits.set(owner, { limits, from: name });
      else if (!isSameLimits(known.limits, limits)) {
        throw conflict(owner, [known.from, known.limits], [name, limits]);
      }
    }
  }
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
