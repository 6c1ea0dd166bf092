import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSafe } from '../json/json-safe.ts';
import type { Backoff } from './job-options.ts';

/** Sets the tries of one step. */
export interface StepTries {
  /** How many tries it has in each attempt of the job: 1 to 1,000. @default 1: an error of the step is one of the handler */
  readonly attempts?: number | undefined;
  /**
   * How long it waits between two of them. A delay of more than 5 seconds ends the run, gives its slot to others, and uses
   * no attempt of the job. @default 1 s, 2 s, 4 s …
   */
  readonly backoff?: Backoff | undefined;
}

/** Says how `ctx.waitFor` waits for a signal. */
export interface SignalOptions<TSchema extends StandardSchemaV1 | undefined = undefined> {
  /** How long it waits in all, over all runs, in milliseconds. @default for ever */
  readonly timeout?: number | undefined;
  /** A Standard Schema of the payload, as that of a job: its output is what `ctx.waitFor` returns. @default any payload */
  readonly schema?: TSchema | undefined;
}

/** Types what `ctx.waitFor` returns: the output of its schema; without one, not known. */
export type SignalPayload<TSchema> = TSchema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<TSchema>
  : unknown;

/**
 * Types what a step gives back: its result, where JSON carries that. Where it does not, as a `Date`, the result is not known: it comes
 * back as JSON has it, or as the job's codec makes it.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a step that returns nothing returns void
export type StepResult<TResult> = [TResult] extends [JsonSafe<TResult> | void] ? TResult : unknown;

/** Describes a try of a step to what is put around it. */
export interface StepTry {
  /** The name of the step. */
  readonly name: string;
  /** The number of this try in this attempt of the job, counted from 1. */
  readonly number: number;
}

/** Is put around each try of the steps of a run: calls `next` once, and returns what it returns. */
export type AroundStep = (step: StepTry, next: () => Promise<unknown>) => Promise<unknown>;
