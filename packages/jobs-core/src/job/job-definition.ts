import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Codec } from './codec.ts';
import type { JobContext } from './job-context.ts';
import type { DeduplicateResult, JobOptions, SharedJobOptions } from './job-options.ts';

/** Does the work of a job. Its return value is the job's result. */
export type JobHandler<TPayload, TResult> = (
  payload: TPayload,
  ctx: JobContext<TPayload>,
) => TResult | Promise<TResult>;

/**
 * Describes a type of job: the return value of `defineJob`. Frozen, and without state: the same definition may be
 * given to any number of queues.
 *
 * @typeParam TName - the name, as a literal
 * @typeParam TInput - the payload `enqueue` takes
 * @typeParam TResult - the handler's result
 * @typeParam TOutput - the payload the handler gets: the same, or the schema's output
 */
export interface JobDefinition<
  TName extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: definitions of any payload go in one list
  TInput = any,
  // biome-ignore lint/suspicious/noExplicitAny: definitions of any result go in one list
  TResult = any,
  // biome-ignore lint/suspicious/noExplicitAny: definitions of any payload go in one list
  TOutput = any,
> {
  /** Unique in a queue; stored with each job. */
  readonly name: TName;
  /** Does the work. */
  readonly handler: JobHandler<TOutput, TResult>;
  /** Checks and converts payloads. */
  readonly schema: StandardSchemaV1<TInput, TOutput> | undefined;
  /** Turns payloads and results into JSON and back; otherwise the queue's codec does. */
  readonly codec: Codec | undefined;
  /** Makes the deduplication key from the payload as the handler gets it: at most one job of its name holds it. */
  readonly deduplicate: ((payload: TOutput) => DeduplicateResult) | undefined;
  /** The remaining options, as given. */
  // biome-ignore lint/suspicious/noExplicitAny: hooks take what the handler returns, also `never`
  readonly options: JobOptions<any, any>;
  /**
   * Makes a variant to enqueue: the same job with other options at `enqueue`, where what is given wins over the
   * definition's. It is no second definition: it is not listed in `jobs`, and a queue that enqueues it knows what
   * it was made of, whose options go with the name. Those of `enqueue` itself win over both.
   *
   * @example
   * const urgent = sendEmail.with({ priority: 5 });
   * await queue.enqueue(urgent, { to: 'ada@example.org' });
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
   */
  with(options: SharedJobOptions): JobDefinition<TName, TInput, TResult, TOutput>;
}

/** The payload that `enqueue` takes for a definition. */
export type JobInput<TJob> =
  TJob extends JobDefinition<string, infer TInput, infer _R, infer _O> ? TInput : never;

/** The result of a definition's handler. */
export type JobResult<TJob> =
  TJob extends JobDefinition<string, infer _I, infer TResult, infer _O> ? TResult : never;
