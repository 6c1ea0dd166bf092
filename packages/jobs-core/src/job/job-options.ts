import type { TimeValue } from '../check/time-value.ts';
import type { DeduplicationMode } from '../contract/deduplication.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { JobContext } from './job-context.ts';

/**
 * Computes the delay before the next attempt: milliseconds, or `false` for no further attempt.
 * `attempt` counts the attempts that failed, from 1.
 */
export type BackoffFunction = (attempt: number, error: unknown) => number | false;

/** Says how long to wait between attempts. */
export type Backoff =
  | BackoffFunction
  | {
      /** `fixed`: always `delay`. `exponential`: `delay · 2^(attempt − 1)`. */
      readonly type: 'exponential' | 'fixed';
      /** The first delay in milliseconds. */
      readonly delay: number;
      /** The random share of the delay, 0 to 1: with 0.2 it is 80 % to 100 %. @default 0 */
      readonly jitter?: number | undefined;
      /** The longest delay in milliseconds. @default 86_400_000 (one day) */
      readonly maxDelay?: number | undefined;
    };

/**
 * Says which finished jobs of a name are kept: `false` keeps the default (completed and cancelled: 24 h and 1,000;
 * failed: 7 days and 10,000), `true` none, a number that many, an object an age in milliseconds and a count. A limit that
 * is not given does not hold: a number keeps jobs of any age, `{ age }` any number of jobs.
 */
export type RetentionOption =
  | boolean
  | number
  | { readonly age?: number | undefined; readonly count?: number | undefined };

/** Limits how often jobs of a type start, over all workers together. */
export interface RateLimit<TPayload = unknown> {
  /** How many may start in any window of `per` milliseconds. 1 to 100,000. */
  readonly max: number;
  /** The window in milliseconds. */
  readonly per: number;
  /**
   * Counts the limit separately for each key, such as a tenant. Gets the payload as the handler does, and returns 1
   * to 256 bytes.
   */
  readonly key?: ((payload: TPayload) => string) | undefined;
  /** Which jobs count: those of the type. @default 'name' */
  readonly scope?: 'name' | undefined;
  /** Is left out: only a limit that jobs share has a name. */
  readonly name?: undefined;
}

/**
 * Limits how often jobs start that share the limit, over all types and workers of the queue. Definitions that name the same
 * limit must give it the same numbers.
 */
export interface SharedRateLimit<TPayload = unknown> {
  /** How many may start in any window of `per` milliseconds. 1 to 100,000. */
  readonly max: number;
  /** The window in milliseconds. */
  readonly per: number;
  /** Counts the limit separately for each key; with the limit's name it may have 254 bytes. @default all jobs together */
  readonly key?: ((payload: TPayload) => string) | undefined;
  /** Which jobs count: all of the queue whose definitions name this limit. */
  readonly scope: 'queue';
  /** The name of the limit, for `setLimits({ limit })`: 1 to 64 characters, none of them a control character. */
  readonly name: string;
}

/** Limits how many jobs of a type with the same key run at once, over all workers together. */
export interface KeyedConcurrency<TPayload = unknown> {
  /** How many of one key may run at once. 1 to 100,000. */
  readonly max: number;
  /** Makes the key of a job, such as its tenant, from the payload as the handler gets it: 1 to 256 bytes. */
  readonly key: (payload: TPayload) => string;
  /**
   * Keeps the order of each key: a job that waits for its retry, a step or a signal keeps the others of its key waiting until
   * it has ended. Needs a `max` of 1. @default false
   */
  readonly strict?: boolean | undefined;
  /** Whether a job of a `strict` key that failed for good keeps the others waiting until it is retried or removed. @default 'continue' */
  readonly onFailure?: 'continue' | 'hold' | undefined;
  /** Which jobs count: those of the type. @default 'name' */
  readonly scope?: 'name' | undefined;
  /** Is left out: only a limit that jobs share has a name. */
  readonly name?: undefined;
}

/**
 * Limits how many jobs run at once that share the limit, over all types and workers of the queue. Definitions that name the
 * same limit must give it the same number.
 */
export interface SharedConcurrency<TPayload = unknown> {
  /** How many may run at once, or of each key, if there is one. 1 to 100,000. */
  readonly max: number;
  /** Counts the limit separately for each key; with the limit's name it may have 254 bytes. @default all jobs together */
  readonly key?: ((payload: TPayload) => string) | undefined;
  /**
   * Keeps the order of each key: a job that waits for its retry, a step or a signal keeps the others of its key waiting until
   * it has ended. Needs a `max` of 1 and a `key`. @default false
   */
  readonly strict?: boolean | undefined;
  /** Whether a job of a `strict` key that failed for good keeps the others waiting until it is retried or removed. @default 'continue' */
  readonly onFailure?: 'continue' | 'hold' | undefined;
  /** Which jobs count: all of the queue whose definitions name this limit. */
  readonly scope: 'queue';
  /** The name of the limit, for `setLimits({ limit })`: 1 to 64 characters, none of them a control character. */
  readonly name: string;
}

/**
 * Limits how many jobs of a type run at once, over all workers together: a number for all of them, a
 * limit for each key or one that other types share, or a number and one of those (`[20, { max: 1, key }]`).
 */
export type Concurrency<TPayload = unknown> =
  | number
  | KeyedConcurrency<TPayload>
  | SharedConcurrency<TPayload>
  | readonly [number, KeyedConcurrency<TPayload> | SharedConcurrency<TPayload>];

/** The return value of a `deduplicate` function. */
export type DeduplicateResult =
  | string
  | {
      /** The deduplication key: at most one job of its name holds it, or one of the queue with `scope: 'queue'`. */
      readonly key: string;
      /** How long the key is held, in milliseconds. */
      readonly ttl?: number | undefined;
      /** The effect of a second job with the key. @default 'drop' */
      readonly mode?: DeduplicationMode | undefined;
      /**
       * How long after the first job was enqueued `extend` may delay it at most, in milliseconds: without it a job
       * under steady traffic never runs. @default for ever
       */
      readonly maxWait?: number | undefined;
      /** The scope in which the key is unique: jobs of the same name, or the whole queue. @default 'name' */
      readonly scope?: 'name' | 'queue' | undefined;
    };

/**
 * The hooks of a job. A throw in any but `onBefore` is reported as an `error` event and changes nothing.
 *
 * Those that follow an attempt run after its outcome is recorded, so at most once: never for a lease that was lost,
 * and not at all when the process dies in between. A caller waiting for the job may see its end before the hooks run.
 */
export interface JobHooks<TPayload, TResult> {
  /** Runs before the handler, inside the timeout; a throw fails the attempt. */
  readonly onBefore?: ((payload: TPayload, ctx: JobContext<TPayload>) => unknown) | undefined;
  /** Runs when the job has completed. */
  readonly onComplete?: ((result: TResult, ctx: JobContext<TPayload>) => unknown) | undefined;
  /**
   * Runs when the job has failed for good. After too many stalls it runs on the worker that took the job back, if the
   * definition is known there and the failed job is kept (otherwise an `error` event reports it).
   */
  readonly onFail?: ((error: unknown, ctx: JobContext<TPayload>) => unknown) | undefined;
  /**
   * Runs when the job was cancelled: where it ran, or, if it had not started, where `cancelJob` was called, if
   * the definition is known there.
   */
  readonly onCancel?: ((error: unknown, ctx: JobContext<TPayload>) => unknown) | undefined;
  /** Runs when an attempt failed and another follows. */
  readonly onRetry?: ((error: unknown, ctx: JobContext<TPayload>) => unknown) | undefined;
  /** Runs when the handler reports progress. */
  readonly onProgress?:
    | ((progress: number | object, ctx: JobContext<TPayload>) => unknown)
    | undefined;
  /**
   * Runs last after every attempt that was recorded, whatever its outcome. To clean up, use `finally` in the handler.
   */
  readonly onFinally?: ((ctx: JobContext<TPayload>) => unknown) | undefined;
}

/** Makes the tags of a job from its payload, as the handler gets it. */
export type TagsFunction<TPayload = unknown> = (payload: TPayload) => readonly string[];

/** The options of a job that may also be given when it is enqueued. */
export interface SharedJobOptions {
  /** The number of attempts in all. 1 to 1,000. @default 3 */
  readonly attempts?: number | undefined;
  /** Higher runs first: an integer from −1,000,000 to 1,000,000. @default 0 */
  readonly priority?: number | undefined;
  /** The delay before the first attempt, in milliseconds. @default none */
  readonly delay?: number | undefined;
  /**
   * How long one attempt may take, in milliseconds; then it fails with `JOBS_TIMEOUT`. One given when the job is
   * enqueued is stored with it, and counts for it in place of the definition's. @default for ever
   */
  readonly timeout?: number | undefined;
  /** The retention of completed jobs of this name. @default false: 24 h and 1,000 */
  readonly removeOnComplete?: RetentionOption | undefined;
  /** The retention of failed jobs of this name. @default false: 7 days and 10,000 */
  readonly removeOnFail?: RetentionOption | undefined;
  /** The retention of cancelled jobs of this name. @default false: 24 h and 1,000 */
  readonly removeOnCancel?: RetentionOption | undefined;
  /**
   * How long the job may be waiting, once ready, before it fails unstarted with `JOBS_EXPIRED`, in milliseconds.
   * @default for ever
   */
  readonly expiresIn?: number | undefined;
}

/** The options of a job besides its name, its handler and its types. */
export interface JobOptions<TPayload, TResult>
  extends SharedJobOptions,
    JobHooks<TPayload, TResult> {
  /**
   * The name of its queue: `createQueues` sends these jobs there, and a queue of another name refuses them.
   * @default any queue
   */
  readonly queue?: string | undefined;
  /**
   * The tags of its jobs, to find them by: at most 20, each of 1 to 100 characters; an array, or a function of the
   * payload. Those given when a job is enqueued count in place of them. @default none
   */
  readonly tags?: readonly string[] | TagsFunction<TPayload> | undefined;
  /**
   * The name of a queue of the same store that keeps the jobs that fail for good: see `deadLetters`.
   * @default the queue's `deadLetter`
   */
  readonly deadLetter?: string | undefined;
  /** How long to wait between attempts. @default exponential from 1,000 ms */
  readonly backoff?: Backoff | undefined;
  /**
   * How many times these jobs may lose their worker and be redelivered before they fail with `JOBS_STALLED`: 0 to
   * 1,000. The worker that takes a job back decides; one that does not have the definition goes by its queue's.
   * @default the queue's `maxStalledCount`
   */
  readonly maxStalledCount?: number | undefined;
  /** Decides whether an error is worth another attempt. @default every error is */
  readonly retryIf?: ((error: unknown, ctx: JobContext<TPayload>) => boolean) | undefined;
  /**
   * How many of these jobs may run at once, over all workers together: a number, a limit for each key (`{ max: 1,
   * key: ({ tenant }) => tenant }`), or both (`[20, { max: 1, key }]`). With `scope: 'queue'` and a `name` other types
   * share the limit that is not a number.
   * @default no limit but the workers' own
   */
  readonly concurrency?: Concurrency<TPayload> | undefined;
  /**
   * How often these jobs may start, over all workers together, alone or with the other types that share the limit.
   * @default no limit
   */
  readonly rateLimit?: RateLimit<TPayload> | SharedRateLimit<TPayload> | undefined;
  /**
   * Makes the key whose jobs take turns with those of other keys in a `fair` queue, such as a tenant, from the payload
   * as the handler gets it: 1 to 256 bytes, or `undefined` for none. @default one key for all jobs without any
   */
  readonly fairKey?: ((payload: TPayload) => string | undefined) | undefined;
  /**
   * The weight of a job in a `fair` queue, 0.001 to 1,000, or a function of the payload: twice the weight, twice the
   * starts. @default 1
   */
  readonly weight?: number | ((payload: TPayload) => number | undefined) | undefined;
  /**
   * Makes the time by which a job is to start in a `deadline` queue, from the payload as the handler gets it, or
   * `undefined` for none. A missed deadline fails nothing. @default none: it goes last
   */
  readonly deadline?: ((payload: TPayload) => TimeValue | undefined) | undefined;
  /** The version of the payload's shape: a positive integer. @default 1 */
  readonly version?: number | undefined;
  /**
   * For each older version, the function that converts its stored payload to the next version.
   *
   * @example
   * version: 2, migrate: { 1: ({ address }: { address: string }) => ({ to: address }) }
   */
  readonly migrate?: { readonly [fromVersion: number]: (payload: never) => unknown } | undefined;
  /** Middleware around each run, outermost first. */
  readonly middleware?: Middleware<TPayload> | readonly Middleware<TPayload>[] | undefined;
}

/**
 * Holds the options that the jobs of a template share: all but those of one payload (`schema`, `codec`,
 * `deduplicate`, `version`, `migrate`). Its functions serve every job, so they take any payload.
 */
export interface TemplateOptions extends Omit<JobOptions<unknown, unknown>, 'version' | 'migrate'> {
  /** Middleware around each run of its jobs, within the queue's and around the job's own, outermost first. */
  readonly middleware?: Middleware<unknown> | readonly Middleware<unknown>[] | undefined;
}
