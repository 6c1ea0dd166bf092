import type { StandardSchemaV1 } from '@standard-schema/spec';
import { checkJobSpec } from './check-job-spec.ts';
import type { Codec } from './codec.ts';
import type { JobDefinition, JobHandler } from './job-definition.ts';
import type { DeduplicateResult, JobOptions } from './job-options.ts';
import type { CarriedByJson, FittingHooks, InputOf, OutputOf } from './payload-types.ts';
import { type DefinitionParts, freezeDefinition } from './vary-definition.ts';

/** Describes a job to {@link defineJob}. */
export interface JobSpec<TName extends string, TInput, TResult, TOutput>
  extends JobOptions<TOutput, TResult> {
  /** Unique in a queue; 1 to 200 characters. It is stored with each job, so renaming orphans stored ones. */
  readonly name: TName;
  /** Does the work. At least once: it must be safe to run again. */
  readonly handler: JobHandler<TOutput, TResult>;
  /** Checks and converts payloads: any Standard Schema (zod, valibot, arktype). */
  readonly schema?: StandardSchemaV1<TInput, TOutput> | undefined;
  /** Turns payloads and results into JSON and back. @default the queue's codec, or none */
  readonly codec?: Codec | undefined;
  /** Makes the deduplication key from the payload as the handler gets it: at most one job of its name holds it. */
  readonly deduplicate?: ((payload: TOutput) => DeduplicateResult) | undefined;
}

/** Describes a job whose schema types its payload. */
export interface SchemaJobSpec<TName extends string, TInput, TResult, TOutput>
  extends JobSpec<TName, TInput, TResult, TOutput> {
  /** Checks and converts payloads: any Standard Schema (zod, valibot, arktype). */
  readonly schema: StandardSchemaV1<TInput, TOutput>;
}

/**
 * Describes a job to {@link defineJob}, which infers the payload from the schema, or from the handler where there is
 * none. Hooks have type parameters of their own, which follow the handler's: otherwise hooks that stand before it
 * would decide its payload type.
 */
export interface InferredJobSpec<
  TName extends string,
  TSchema,
  TPayload,
  TResult,
  THookPayload = TPayload,
  THookResult = TResult,
> extends JobOptions<OutputOf<TSchema, THookPayload>, THookResult> {
  /** Unique in a queue; 1 to 200 characters. It is stored with each job, so renaming orphans stored ones. */
  readonly name: TName;
  /** Does the work. At least once: it must be safe to run again. */
  readonly handler: JobHandler<OutputOf<TSchema, TPayload>, TResult>;
  /** Checks and converts payloads: any Standard Schema (zod, valibot, arktype). */
  readonly schema?: TSchema | undefined;
  /** Turns payloads and results into JSON and back. @default the queue's codec, or none */
  readonly codec?: Codec | undefined;
  /** Makes the deduplication key from the payload as the handler gets it: at most one job of its name holds it. */
  readonly deduplicate?:
    | ((payload: OutputOf<TSchema, THookPayload>) => DeduplicateResult)
    | undefined;
}

/**
 * Defines a type of job. Payload and result are inferred from the handler, or from the schema. Types that JSON
 * cannot carry do not compile without a `codec`. Nor does a payload that holds a type parameter (`<T>() => defineJob(…)`),
 * whose type is not known there: let the function take the codec, or give one that changes nothing,
 * `{ encode: (value) => value as JsonValue, decode: (json) => json }`. With that one a `Map` or a function
 * is refused when it is enqueued, and a `Date` arrives as text.
 *
 * @example
 * const sendEmail = defineJob({
 *   name: 'send-email',
 *   handler: async (payload: { to: string; subject: string }, ctx) => {
 *     await ctx.updateProgress(50);
 *     return { sent: true };
 *   },
 * });
 * await queue.enqueue(sendEmail, { to: 'ada@example.org', subject: 'Hello' });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
 */
export function defineJob<
  const TName extends string,
  TPayload,
  TResult,
  TSchema extends StandardSchemaV1 | undefined = undefined,
  THookPayload = TPayload,
  THookResult = TResult,
>(
  spec: InferredJobSpec<TName, TSchema, TPayload, TResult, THookPayload, THookResult> &
    CarriedByJson<InputOf<TSchema, TPayload>, TResult> &
    FittingHooks<
      OutputOf<TSchema, TPayload>,
      TResult,
      OutputOf<TSchema, THookPayload>,
      THookResult
    >,
): JobDefinition<TName, InputOf<TSchema, TPayload>, TResult, OutputOf<TSchema, TPayload>> {
  const checked = checkJobSpec(spec as unknown as JobSpec<string, unknown, unknown, unknown>);
  const { name, handler, schema, codec, deduplicate, ...options } = checked;
  const parts = { name, handler, schema, codec, deduplicate, options: Object.freeze(options) };
  return freezeDefinition(parts as DefinitionParts) as unknown as JobDefinition<
    TName,
    InputOf<TSchema, TPayload>,
    TResult,
    OutputOf<TSchema, TPayload>
  >;
}
