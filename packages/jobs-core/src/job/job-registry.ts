import { invalidArgument } from '../check/argument.ts';
import { suggestionFor } from '../check/suggestion.ts';
import type { JobLimits } from '../contract/job-limits.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { checkName } from './check-name.ts';
import { declarationOf, isDeclaration } from './declare-job.ts';
import type { JobDefinition } from './job-definition.ts';
import type { LimitDefaults } from './limits-of.ts';
import { SharedLimits } from './shared-limits.ts';
import { freezeDefinition, originalOf } from './vary-definition.ts';

/** Holds the definitions of one queue by name, and what its workers need from them. */
export class JobRegistry {
  readonly #definitions = new Map<string, JobDefinition>();
  readonly #declared = new Map<string, JobDefinition>();
  readonly #concurrencyLimits = new Map<string, number>();
  readonly #limits = new Map<string, JobLimits>();
  readonly #shared: SharedLimits;
  readonly #maxStalledCounts = new Map<string, number>();
  readonly #versions: { [name: string]: number } = {};
  readonly #queueName: string;
  #lastResolved: JobDefinition | undefined;
  #lastHandled: JobDefinition | undefined;

  readonly #onUnknown: ((name: string) => void) | undefined;
  readonly #admit: (definition: JobDefinition) => void;

  /**
   * Makes an empty registry. With `onUnknown`, which is called with them, names without a definition may be enqueued;
   * `admit` is called with each definition before it becomes known, and throws to refuse it. `defaults` are the limits of
   * definitions without.
   */
  constructor(
    queueName: string,
    onUnknown?: (name: string) => void,
    admit: (definition: JobDefinition) => void = () => undefined,
    defaults: LimitDefaults = {},
  ) {
    this.#queueName = queueName;
    this.#onUnknown = onUnknown;
    this.#admit = admit;
    this.#shared = new SharedLimits(defaults);
  }

  /** The concurrency limits by name. Grows as definitions become known. */
  get concurrencyLimits(): ReadonlyMap<string, number> {
    return this.#concurrencyLimits;
  }

  /** The limits of each job that has any, and those that jobs share, by the names that stores keep them by. Grows as definitions become known. */
  get limits(): ReadonlyMap<string, JobLimits> {
    return this.#limits;
  }

  /** How often jobs may lose their worker, by the names that say so. Grows as definitions become known. */
  get maxStalledCounts(): ReadonlyMap<string, number> {
    return this.#maxStalledCounts;
  }

  /** The payload version known of each job, by name. Grows as definitions become known. */
  get versions(): { readonly [name: string]: number } {
    return this.#versions;
  }

  /** All definitions, in the order they became known: those with a handler, then those only declared. */
  get all(): readonly JobDefinition[] {
    return [...this.#definitions.values(), ...this.#declared.values()];
  }

  /** All definitions with a handler, in the order they became known. */
  get allHandled(): readonly JobDefinition[] {
    return [...this.#definitions.values()];
  }

  /**
   * Makes a definition known. The same one again changes nothing.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` for a variant, since to enqueue by name would lose its options,
   * and when another definition has its name; `JOBS_CONFLICT` when others give a limit that it shares other numbers; what
   * `admit` throws
   */
  register(definition: JobDefinition): void {
    if (originalOf(definition) !== definition) throw this.#variantOf(definition.name);
    this.#know(definition);
  }

  #know(definition: JobDefinition): void {
    if (!isDefinition(definition)) {
      throw invalidArgument('job', 'a definition made by `defineJob`, or a name', definition);
    }
    const known = this.get(definition.name);
    if (known === definition) return;
    const { queue = this.#queueName, maxStalledCount } = definition.options;
    if (queue !== this.#queueName) throw this.#elsewhere(definition.name, queue);
    const isDeclared = isDeclaration(definition);
    const [handled, declared] = isDeclared ? [known, definition] : [definition, known];
    if (known !== undefined && declarationOf(handled as JobDefinition) !== declared) {
      throw this.#twoOf(definition.name);
    }
    if (!isDeclared) this.#admit(definition);
    const limits = this.#shared.add(definition);
    if (maxStalledCount !== undefined) this.#maxStalledCounts.set(definition.name, maxStalledCount);
    if (isDeclared) {
      if (known === undefined) this.#declared.set(definition.name, definition);
      return;
    }
    this.#declared.delete(definition.name);
    this.#definitions.set(definition.name, definition);
    const { version = 1 } = definition.options;
    this.#versions[definition.name] = version;
    for (const [name, of] of limits) if (of !== undefined) this.#limits.set(name, of);
    const concurrency = limits.get(definition.name)?.concurrency;
    if (concurrency !== undefined) this.#concurrencyLimits.set(definition.name, concurrency);
  }

  /** Finds a definition by name, also one that is only a declaration. */
  get(name: string): JobDefinition | undefined {
    return this.#definitions.get(name) ?? this.#declared.get(name);
  }

  /** Finds a definition that has a handler, by name. */
  handled(name: string): JobDefinition | undefined {
    // Most often it is the same as before. A definition, once known, does not change.
    if (this.#lastHandled?.name === name) return this.#lastHandled;
    const definition = this.#definitions.get(name);
    this.#lastHandled = definition;
    return definition;
  }

  /**
   * Finds the definition to enqueue: a definition that is passed becomes known (of a variant, the original); a name must
   * be known already.
   *
   * @throws JobsError `JOBS_UNKNOWN_JOB`, `JOBS_INVALID_ARGUMENT`
   */
  resolve(job: JobDefinition | string): JobDefinition {
    if (typeof job !== 'string') {
      // Most often it is the same as before, and then it is known.
      if (job !== undefined && job === this.#lastResolved) return job;
      this.#know(originalOf(job));
      this.#lastResolved = job;
      return job;
    }
    const known = this.get(job);
    if (known !== undefined) return known;
    if (this.#onUnknown === undefined) throw this.#unknown(job);
    const name = checkName('job', job);
    this.#onUnknown(name);
    return nameOnly(name);
  }

  /**
   * Returns the error for a name that is most likely a slip: others have a definition here, it has none, and such names
   * may not be enqueued.
   */
  slipOf(name: string): JobsError | undefined {
    const mayBeUnknown = this.#onUnknown !== undefined || this.all.length === 0;
    return mayBeUnknown || this.get(name) !== undefined ? undefined : this.#unknown(name);
  }

  #variantOf(name: string): JobsError {
    return new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected definitions in queue \`${this.#queueName}\`, got what \`.with(…)\` made of \`${name}\`. ` +
        'List the definition itself; its variants are enqueued without being listed.',
      { details: { field: 'jobs', name } },
    );
  }

  #elsewhere(name: string, queue: string): JobsError {
    return new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected a job of queue \`${this.#queueName}\`, got \`${name}\`, whose \`queue\` is \`${queue}\`. ` +
        '`createQueues`, `ctx.queues` in a handler and `Schedulers` find its queue; or give this queue that name.',
      { details: { field: 'queue', name } },
    );
  }

  #twoOf(name: string): JobsError {
    return new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected one definition named \`${name}\` in queue \`${this.#queueName}\`, got two. ` +
        'Rename one, or share the definition: a module that is loaded twice makes two.',
      { details: { field: 'jobs', name } },
    );
  }

  #unknown(name: string): JobsError {
    const text = name.slice(0, 200);
    const names = this.all.map((definition) => definition.name);
    const suggestion = suggestionFor(text, names);
    const known = names.slice(0, 10).join(', ') || 'none';
    return new JobsError(
      'JOBS_UNKNOWN_JOB',
      `Queue \`${this.#queueName}\` has no job named \`${text}\`${
        suggestion === undefined ? ` (known: ${known}).` : `, did you mean \`${suggestion}\`?`
      } List it in \`jobs\`, or call \`register(job)\`.`,
      { details: { name: text } },
    );
  }
}

/** Returns whether a value has the parts of a definition: one that another copy of this package made has no other mark. */
function isDefinition(value: Partial<JobDefinition> | null | undefined): boolean {
  if (typeof value?.handler !== 'function' || typeof value.name !== 'string') return false;
  return typeof value.options === 'object' && value.options !== null;
}

/** Stands for a definition when only its name is known here. */
function nameOnly(name: string): JobDefinition {
  return freezeDefinition({
    name,
    handler: () => undefined,
    schema: undefined,
    codec: undefined,
    deduplicate: undefined,
    options: {},
  });
}
