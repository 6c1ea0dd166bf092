import type { JobDefinition } from '../job/job-definition.ts';
import type { RateLimit } from '../job/job-options.ts';
import { hasLimitKeys } from '../job/limit-keys.ts';
import { type LimitOptions, withDefaults } from '../job/limits-of.ts';
import { hasEndHooks } from './end-of-attempt.ts';
import type { RunServices } from './run-services.ts';

/** Holds the facts that every run of a definition needs, computed once. */
export interface RunPlan {
  readonly definition: JobDefinition;
  /** How long an attempt may take, in milliseconds. */
  readonly timeout: number | undefined;
  /** Whether hooks follow the outcome. */
  readonly hasHooks: boolean;
  /** The limits of its jobs. */
  readonly limits: LimitOptions;
  /** Whether the store limits the starts of its jobs by keys. */
  readonly needsKeys: boolean;
  /** The rate limit that core itself enforces, where the store does not. */
  readonly rateLimit: Pick<RateLimit, 'max' | 'per'> | undefined;
}

/** Makes the plans of definitions, and keeps them. */
export class RunPlans {
  readonly #services: RunServices;
  readonly #plans = new Map<JobDefinition, RunPlan>();
  /** The plan found last: the next job most often has the same definition. */
  #last: RunPlan | undefined;

  constructor(services: RunServices) {
    this.#services = services;
  }

  /** Returns the plan of a definition. */
  of(definition: JobDefinition): RunPlan {
    if (this.#last?.definition === definition) return this.#last;
    const plan = this.#plans.get(definition) ?? this.#make(definition);
    this.#last = plan;
    return plan;
  }

  #make(definition: JobDefinition): RunPlan {
    const { backend, defaults } = this.#services;
    const { limits: isLimited } = backend.capabilities;
    const limits = withDefaults(definition.options, defaults);
    const plan: RunPlan = {
      definition,
      timeout: definition.options.timeout ?? defaults.timeout,
      hasHooks: hasEndHooks(definition),
      limits,
      needsKeys: isLimited && hasLimitKeys(limits),
      // Where the store decides which jobs may start, there is no reservation to make.
      rateLimit: isLimited ? undefined : definition.options.rateLimit,
    };
    this.#plans.set(definition, plan);
    return plan;
  }
}
