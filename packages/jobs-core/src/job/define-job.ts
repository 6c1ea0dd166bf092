import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSafe } from '../json/json-safe.ts';
import { checkJobSpec } from './check-job-spec.ts';
import type { Codec } from './codec.ts';
import type { JobDefinition, JobHandler } from './job-definition.ts';
import type { DeduplicateResult, JobOptions } from './job-options.ts';

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
  /** Makes the key of which at most one job of the queue holds one. */
  readonly deduplicate?: ((payload: TInput) => DeduplicateResult) | undefined;
}

/** Describes a job whose schema types its payload. */
export interface SchemaJobSpec<TName extends string, TInput, TResult, TOutput>
  extends JobSpec<TName, TInput, TResult, TOutput> {
  /** Checks and converts payloads: any Standard Schema (zod, valibot, arktype). */
  readonly schema: StandardSchemaV1<TInput, TOutput>;
}

/** Is asked for when a payload's type holds what JSON cannot carry. */
export interface PayloadNeedsSchemaOrCodec {
  /** Carries the payload: its type holds a `Date`, `Map`, function or the like, which JSON cannot carry. */
  readonly codec: Codec;
}

/**
 * Defines a type of job. Payload and result are inferred from the handler, or from the schema.
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
export function defineJob<const TName extends string, TInput, TOutput, TResult>(
  spec: SchemaJobSpec<TName, TInput, TResult, TOutput>,
): JobDefinition<TName, TInput, TResult, TOutput>;
export function defineJob<const TName extends string, TPayload, TResult>(
  spec: JobSpec<TName, TPayload, TResult, TPayload> & {
    readonly schema?: undefined;
  } & ([TPayload] extends [JsonSafe<TPayload>] ? unknown : PayloadNeedsSchemaOrCodec),
): JobDefinition<TName, TPayload, TResult, TPayload>;
export function defineJob(spec: JobSpec<string, unknown, unknown, unknown>): JobDefinition {
  const { name, handler, schema, codec, deduplicate, ...options } = checkJobSpec(spec);
  return Object.freeze({
    name,
    handler,
    schema,
    codec,
    deduplicate,
    options: Object.freeze(options),
  });
}
