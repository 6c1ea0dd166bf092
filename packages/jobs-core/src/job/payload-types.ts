import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSafe } from '../json/json-safe.ts';
import type { Codec } from './codec.ts';

/** The payload `enqueue` takes: the schema's input, or the handler's payload where there is no schema. */
export type InputOf<TSchema, TPayload> = TSchema extends StandardSchemaV1
  ? StandardSchemaV1.InferInput<TSchema>
  : TPayload;

/** The payload the handler gets: the schema's output, or its own parameter where there is no schema. */
export type OutputOf<TSchema, TPayload> = TSchema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<TSchema>
  : TPayload;

/** Is required when the type of a payload, or of a schema's input, holds something JSON cannot carry. */
export interface PayloadNeedsSchemaOrCodec {
  /** Carries the payload: its type holds a `Date`, `Map`, function or the like, which JSON cannot carry. */
  readonly codec: Codec;
}

/** Is required when the type of a result holds something JSON cannot carry. */
export interface ResultNeedsCodec {
  /** Carries the result: its type holds a `Date`, `Map`, function or the like, which JSON cannot carry. */
  readonly codec: Codec;
}

/** Requires a codec where JSON cannot carry the payload or the result; otherwise nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a payload of `void` is none
export type CarriedByJson<TInput, TResult> = ([TInput] extends [JsonSafe<TInput> | void]
  ? unknown
  : PayloadNeedsSchemaOrCodec) &
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing returns void
  ([TResult] extends [JsonSafe<TResult> | void] ? unknown : ResultNeedsCodec);

/**
 * Requires a handler that fits the hooks, keys and middleware beside it, where they expect another payload or result.
 */
export type FittingHooks<TPayload, TResult, THookPayload, THookResult> = [TPayload] extends [
  THookPayload,
]
  ? [TResult] extends [THookResult]
    ? unknown
    : HooksOfAnotherResult<THookResult>
  : HooksOfAnotherPayload<THookPayload>;

/** Is required when a hook, a key or a middleware takes another payload than the handler. */
export interface HooksOfAnotherPayload<THookPayload> {
  /** Takes the payload that a hook, a key or a middleware beside it takes. */
  readonly handler: (payload: THookPayload, ctx: never) => unknown;
}

/** Is required when `onComplete` takes another result than the handler returns. */
export interface HooksOfAnotherResult<THookResult> {
  /** Returns the result that `onComplete` takes. */
  readonly handler: (payload: never, ctx: never) => THookResult | Promise<THookResult>;
}

/**
 * Requires a batch handler that fits the hooks, keys and middleware beside it. Each of them takes one job of the batch, so
 * their types do not follow from those of the handler, which has arrays.
 */
export type FittingBatchHooks<TPayload, TResult, THookPayload, THookResult> = [TPayload] extends [
  THookPayload,
]
  ? [TResult] extends [THookResult]
    ? unknown
    : HooksOfAnotherResult<NoInfer<readonly THookResult[]>>
  : HooksOfAnotherPayload<NoInfer<readonly THookPayload[]>>;

/** The result of a job of a batch; `unknown` to a hook that stands before the handler, from which it is inferred. */
export type BatchResult<TItem> = [TItem] extends [undefined] ? unknown : Exclude<TItem, Error>;
