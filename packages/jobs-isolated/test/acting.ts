import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { type IsolatedOptions, isolated } from '../src/index.ts';
import type { Act } from './handlers/act.ts';

export const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Returns the URL of a handler for tests. */
export function handlerAt(file: string): URL {
  return new URL(`handlers/${file}`, import.meta.url);
}

/** Defines a job whose handler does what its payload says, in a thread or a process. */
export function acting(
  options: IsolatedOptions,
  more: { readonly attempts?: number; readonly timeout?: number } = {},
): JobDefinition<'act', Act, unknown> {
  return defineJob({
    name: 'act',
    attempts: 1,
    ...more,
    handler: isolated<Act, unknown>(handlerAt('act.ts'), options),
    codec: { encode: (value) => value as never, decode: (value) => value },
  });
}
