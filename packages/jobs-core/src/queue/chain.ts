import { checkObject, checkOptions, invalidArgument } from '../check/argument.ts';
import type { DependencyFailure } from '../contract/workflow-store.ts';
import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';
import type { JobDefinitions } from './known-jobs.ts';
import type { EnqueueItem, EnqueueItems } from './queue-interface.ts';
import { STEP_AFTER, type StepItem } from './step-item.ts';

/** Says how a step of a workflow is enqueued. */
export type StepOptions = Omit<
  EnqueueOptions,
  'dependsOn' | 'onDependencyFailure' | keyof EnqueueManyOptions
>;

/** Is one step of a workflow: a job, and the part of its payload that the caller gives. Made by {@link step}. */
export interface Step<TJob extends JobDefinition = JobDefinition, TGiven = unknown> {
  /** The definition. */
  readonly job: TJob;
  /** The payload, or the part of it that does not come from the step before. */
  readonly payload: TGiven;
  /** The options. */
  readonly options?: StepOptions | undefined;
}

/** Marks a step with a missing field: neither the step nor the one before gives it. */
export interface StepLacksField<TField> {
  /** Names the field: give it to `step`, or return it from the step before. */
  readonly lacksField: TField;
}

/** Marks a step that gets a field, or its whole payload, of the wrong type from the step before. */
export interface StepGetsOtherType<TField, TExpected, TGot> {
  /** Names the field. */
  readonly field: TField;
  /** The type that the step expects. */
  readonly expected: TExpected;
  /** The type that it gets. */
  readonly got: TGot;
}

/** Is the payload that a step gets: the result of the one before, and over it what was given to `step`. */
export type MergedPayload<TResult, TGiven> = [TGiven] extends [undefined]
  ? TResult
  : [TResult, Extract<TResult, readonly unknown[]>] extends [object, never]
    ? Merged<TResult, TGiven>
    : TGiven;

/** Merges each of the types that a result may be of. */
type Merged<TResult, TGiven> = TResult extends unknown
  ? Omit<TResult, keyof TGiven> & TGiven
  : never;

/** Is what a handler returns, as the next step gets it: of nothing, that is `undefined`. */
type Returned<TResult> = TResult extends void ? undefined : TResult;

/** Is the type of a literal given to {@link step} without `readonly`: a payload is a copy, which the handler may change. */
type Writable<TGiven> = unknown extends TGiven
  ? TGiven
  : TGiven extends Unchanging
    ? TGiven
    : TGiven extends readonly unknown[]
      ? WritableList<TGiven>
      : WritableObject<TGiven>;
/** Looks into the lists of literals alone, whose lengths are known: a type like that of JSON has no end. */
type WritableList<TList extends readonly unknown[]> = number extends TList['length']
  ? { -readonly [K in keyof TList]: TList[K] }
  : { -readonly [K in keyof TList]: Writable<TList[K]> };
/** Leaves alone what is no literal: records, and instances of classes with private parts, which a copy of the form is not. */
type WritableObject<TObject> = string extends keyof TObject
  ? TObject
  : { [K in keyof TObject]: TObject[K] } extends TObject
    ? { -readonly [K in keyof TObject]: Writable<TObject[K]> }
    : TObject;
type Unchanging =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | ((...args: never) => unknown);

type RequiredKeys<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? never : K;
}[keyof T];
type OtherKeys<TGot, TExpected> = {
  [K in keyof TExpected & keyof TGot]-?: [TGot[K]] extends [TExpected[K]] ? never : K;
}[keyof TExpected & keyof TGot];
type FirstOf<T extends PropertyKey> = T & string;

/** Is empty for a step whose payload fits; otherwise has a property whose type names the field. */
export type FittingStep<TGot, TExpected> = [TGot] extends [TExpected]
  ? unknown
  : [TExpected, TGot] extends [object, object]
    ? MisfittingFields<TGot, TExpected>
    : StepGetsOtherType<'the payload', TExpected, TGot>;

type MisfittingFields<TGot, TExpected> = [Exclude<RequiredKeys<TExpected>, keyof TGot>] extends [
  never,
]
  ? [OtherKeys<TGot, TExpected>] extends [never]
    ? StepGetsOtherType<'the payload', TExpected, TGot>
    : StepGetsOtherType<
        FirstOf<OtherKeys<TGot, TExpected>>,
        TExpected[OtherKeys<TGot, TExpected>],
        TGot[OtherKeys<TGot, TExpected> & keyof TGot]
      >
  : StepLacksField<FirstOf<Exclude<RequiredKeys<TExpected>, keyof TGot> & PropertyKey>>;

/** Checks the payload of each step: the result of the step before, merged with the fields that the caller gives. */
export type FittingSteps<
  TSteps extends readonly Step[],
  TBefore = never,
> = TSteps extends readonly [infer TFirst extends Step, ...infer TRest extends readonly Step[]]
  ? readonly [
      TFirst &
        FittingStep<
          [TBefore] extends [never]
            ? Writable<TFirst['payload']>
            : MergedPayload<Returned<Awaited<TBefore>>, Writable<TFirst['payload']>>,
          JobInput<TFirst['job']>
        >,
      ...FittingSteps<TRest, JobResult<TFirst['job']>>,
    ]
  : readonly [];

/** Types the items of a {@link chain}, each by its own job; their payloads are not whole before they run. */
export type ChainItems<TSteps extends readonly Step[]> = {
  -readonly [K in keyof TSteps]: EnqueueItem<TSteps[K]['job'], never>;
};

/** Types the items of a {@link batch}, and the job that runs last. */
export type BatchItems<TItemJobs extends readonly JobDefinition[], TThen extends Step> = [
  ...EnqueueItems<JobDefinitions, TItemJobs>,
  EnqueueItem<TThen['job'], JobInput<TThen['job']>>,
];

/** Makes a step of a {@link chain}, or the last job of a {@link batch}. */
export function step<TJob extends JobDefinition>(job: TJob): Step<TJob, undefined>;
/**
 * Makes a step of a {@link chain}, or the last job of a {@link batch}.
 *
 * @param payload - in a chain, the fields that the step before does not return; a field given here wins
 */
export function step<TJob extends JobDefinition, const TGiven>(
  job: TJob,
  payload: TGiven,
  options?: StepOptions,
): Step<TJob, TGiven>;
export function step(job: JobDefinition, payload?: unknown, options?: StepOptions): Step {
  return { job, payload, options };
}

/**
 * Makes jobs for `enqueueMany` that run one after the other: the result of a step is the payload of the next, merged
 * with what is given to that. Its schema checks the whole when it starts. Types are checked from step to step.
 *
 * @example
 * const [first, second] = await queue.enqueueMany(chain([step(readOrder, { id: 7 }), step(sendInvoice)]));
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function chain<const TSteps extends readonly [Step, ...Step[]]>(
  steps: TSteps & FittingSteps<TSteps>,
): ChainItems<TSteps> {
  const given: readonly Step[] = steps;
  if (!Array.isArray(given) || given.length === 0) {
    throw invalidArgument('steps', 'an array of at least one `step(…)`', steps);
  }
  const items: StepItem[] = [];
  for (const [index, one] of given.entries()) {
    const { job, payload, options } = checkStep(`steps[${index}]`, one);
    const before = items.at(-1);
    items.push(
      before === undefined
        ? { job, payload, options }
        : { job, payload, options: { ...options, dependsOn: [before] }, [STEP_AFTER]: before },
    );
  }
  return items as unknown as ChainItems<TSteps>;
}

/** Describes the last job of a batch, and when it runs. */
export interface BatchOptions {
  /** The job that runs once all have ended, made by {@link step}. It reads their results in order. */
  readonly then: Step;
  /** Whether it fails as soon as a member fails, or runs when all have ended. @default 'fail' */
  readonly onFailure?: DependencyFailure | undefined;
}

/**
 * Makes jobs for `enqueueMany` of which the last, `then`, runs once when all the others have ended: up to 10,000. It
 * reads their results, in the order of the items, by `ctx.dependencies()`, or `ctx.dependencyPages()` where they are
 * many; its own `dependencies` count how many have ended.
 *
 * @example
 * const items = orders.map((id) => ({ job: bill, payload: { id } }));
 * await queue.enqueueMany(batch(items, { then: step(report), onFailure: 'continue' }));
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function batch<TItemJobs extends readonly JobDefinition[], TThen extends Step>(
  items: EnqueueItems<JobDefinitions, TItemJobs>,
  options: BatchOptions & {
    readonly then: TThen & FittingStep<Writable<TThen['payload']>, JobInput<TThen['job']>>;
  },
): BatchItems<TItemJobs, TThen> {
  if (!Array.isArray(items)) throw invalidArgument('items', 'an array of items', items);
  checkOptions('batch', options, ['then', 'onFailure']);
  const { then, onFailure: onDependencyFailure } = options;
  if (!['fail', 'continue', undefined].includes(onDependencyFailure)) {
    throw invalidArgument('onFailure', "'fail' or 'continue'", onDependencyFailure);
  }
  const { job, payload, options: own } = checkStep('then', then);
  const dependsOn = items as readonly EnqueueItem[];
  const last = { job, payload, options: { ...own, dependsOn, onDependencyFailure } };
  return [...dependsOn, last] as unknown as BatchItems<TItemJobs, TThen>;
}

function checkStep(field: string, given: Step): Step {
  if (typeof given !== 'object' || given === null || !('job' in given)) {
    throw invalidArgument(field, 'a job, made by `step(job, payload)`', given);
  }
  if (given.options === undefined) return given;
  // They are taken apart before `enqueueMany` could check them.
  const options: Readonly<Record<string, unknown>> = {
    ...checkObject(`${field}.options`, given.options),
  };
  for (const name of ['dependsOn', 'onDependencyFailure']) {
    if (options[name] === undefined) continue;
    const advice =
      'A step waits for the one before, and `then` for the items: other jobs to wait for take `item(job, payload, options)`.';
    throw invalidArgument(`${field}.options.${name}`, 'absent', options[name], advice);
  }
  return given;
}
