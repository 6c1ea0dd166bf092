import type { JsonValue } from './json-value.ts';

/**
 * Maps a type to itself if JSON can carry it, and types JSON cannot carry (functions, `Date`, `Map`, `bigint` …) to
 * `never`, so that `T extends JsonSafe<T>` tells them apart.
 */
export type JsonSafe<T> = unknown extends T
  ? T
  : T extends JsonValue | undefined
    ? T
    : T extends NotJson
      ? never
      : T extends object
        ? { [K in keyof T]: JsonSafe<T[K]> }
        : never;

type NotJson =
  | bigint
  | symbol
  | ((...args: never) => unknown)
  | { toJSON(key?: never): unknown }
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<WeakKey, unknown>
  | WeakSet<WeakKey>
  | Promise<unknown>
  | RegExp
  | Error
  | ArrayBufferLike
  | ArrayBufferView;
