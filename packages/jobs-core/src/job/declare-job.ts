import type { StandardSchemaV1 } from '@standard-schema/spec';
import { checkOptions } from '../check/argument.ts';
import { processWide } from '../check/process-wide.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { Codec } from './codec.ts';
import { defineJob } from './define-job.ts';
import type { JobDefinition, JobHandler } from './job-definition.ts';
import type { DeduplicateResult, JobHooks, JobOptions } from './job-options.ts';
import type { CarriedByJson, InputOf, OutputOf } from './payload-types.ts';
import { freezeDefinition, withoutUndefined } from './vary-definition.ts';

/** Holds the options of {@link JobDeclaration.handle} that only a worker needs. */
export interface HandlingOptions<TPayload, TResult>
  extends JobHooks<TPayload, TResult>,
    Pick<
      JobOptions<TPayload, TResult>,
      'middleware' | 'backoff' | 'retryIf' | 'maxStalledCount' | 'timeout' | 'migrate'
    > {}

/** Describes a job to {@link declareJob}: all that `defineJob` takes but the handler. */
export interface DeclaredJobSpec<TName extends string, TSchema, TPayload, TResult>
  extends JobOptions<OutputOf<TSchema, TPayload>, TResult> {
  /** Unique in a queue; 1 to 200 characters. It is stored with each job, so renaming orphans stored ones. */
  readonly name: TName;
  /** Checks and converts payloads: any Standard Schema (zod, valibot, arktype). */
  readonly schema?: TSchema | undefined;
  /** Turns payloads and results into JSON and back. @default the queue's codec, or none */
  readonly codec?: Codec | undefined;
  /** Makes the deduplication key from the payload as the handler gets it: at most one job of its name holds it. */
  readonly deduplicate?: ((payload: OutputOf<TSchema, TPayload>) => DeduplicateResult) | undefined;
}

/**
 * Describes a type of job without its handler, for producers to import. A queue that knows only the declaration
 * enqueues such jobs with all their options, and leaves them to workers that have the handler.
 */
export interface JobDeclaration<
  TName extends string = string,
  // biome-ignore lint/suspicious/noExplicitAny: as in JobDefinition
  TInput = any,
  // biome-ignore lint/suspicious/noExplicitAny: as in JobDefinition
  TResult = any,
  // biome-ignore lint/suspicious/noExplicitAny: as in JobDefinition
  TOutput = any,
> extends JobDefinition<TName, TInput, TResult, TOutput> {
  /**
   * Adds the handler: makes the definition that a worker lists in `jobs`.
   *
   * @param options - options only a worker needs: hooks, middleware, the retry decision
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  handle<TReturned extends TResult>(
    handler: JobHandler<TOutput, TReturned>,
    options?: HandlingOptions<TOutput, TReturned>,
  ): JobDefinition<TName, TInput, TReturned, TOutput>;
}

const declarations = processWide(
  'declarations',
  () => new WeakMap<JobDefinition, JobDeclaration | undefined>(),
);

/** Returns whether a definition has no handler yet. */
export function isDeclaration(definition: JobDefinition): boolean {
  return declarations.has(definition) && declarations.get(definition) === undefined;
}

/** Finds the declaration of a definition, if it has one. */
export function declarationOf(definition: JobDefinition): JobDeclaration | undefined {
  return declarations.get(definition);
}

type DefiningSpec = Parameters<typeof defineJob>[0];

const HANDLING = [
  'middleware',
  'backoff',
  'retryIf',
  'maxStalledCount',
  'timeout',
  'migrate',
  'onBefore',
];
const HOOKS = ['onComplete', 'onFail', 'onCancel', 'onRetry', 'onProgress', 'onFinally'];

/**
 * Declares a type of job without its handler, so that a process that only enqueues it does not load the handler's
 * dependencies. `declared.handle(fn)` adds the handler; `defineJob` does both at once. The schema types the payload;
 * without one, the type arguments do: payload, result, and the name if the compiler is to know it as well.
 * @example
 * // jobs/send-email.ts, imported by the web process
 * export const sendEmail = declareJob<{ to: string }, { sent: string }, 'send-email'>({
 *   name: 'send-email',
 *   attempts: 5,
 * });
 * // worker.ts
 * const queue = createQueue({ jobs: [sendEmail.handle(async ({ to }) => ({ sent: await send(to) }))] });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
 */
export function declareJob<
  TPayload,
  TResult = unknown,
  const TName extends string = string,
  TSchema extends StandardSchemaV1 | undefined = undefined,
>(
  spec: DeclaredJobSpec<TName, TSchema, TPayload, TResult> &
    CarriedByJson<InputOf<TSchema, TPayload>, TResult>,
): JobDeclaration<TName, InputOf<TSchema, TPayload>, TResult, OutputOf<TSchema, TPayload>> {
  return declareFilled(spec, (whole) => whole) as unknown as JobDeclaration<
    TName,
    InputOf<TSchema, TPayload>,
    TResult,
    OutputOf<TSchema, TPayload>
  >;
}

/** Declares a job whose description, and what adds its handler, `fill` completes, as a template does. */
export function declareFilled(
  spec: object,
  fill: (whole: DefiningSpec) => DefiningSpec,
): JobDeclaration {
  const handler = (): never => {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Job \`${declaration.name}\` is only declared. Add its handler with \`.handle(…)\`, and use what that returns.`,
      { details: { field: 'handler' } },
    );
  };
  const define = (parts: object): JobDefinition =>
    defineJob(fill({ ...spec, ...parts } as DefiningSpec));
  const declaration: JobDeclaration = freezeDefinition({
    ...define({ handler }),
    handle: (handle: unknown, options: object = {}) => {
      checkOptions('handle', options, [...HANDLING, ...HOOKS]);
      const handled = define({ ...withoutUndefined(options), handler: handle });
      declarations.set(handled, declaration);
      return handled;
    },
  });
  declarations.set(declaration, undefined);
  return declaration;
}
