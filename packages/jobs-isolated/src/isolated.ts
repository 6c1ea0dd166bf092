import { fileURLToPath } from 'node:url';
import type { JobHandler } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { SharedPool } from './host/shared-pool.ts';
import type { IsolatedHandler } from './isolated-handler.ts';
import { checkIsolatedOptions, type IsolatedOptions } from './isolated-options.ts';

/** Is a module whose default export is the handler: `typeof import('./encode.ts')`. */
export interface IsolatedModule {
  /** The handler. */
  // biome-ignore lint/suspicious/noExplicitAny: a handler of any payload
  readonly default: IsolatedHandler<any, unknown>;
}

/**
 * Makes a handler that runs in a thread or process of its own: what loops, exits or crashes there fails one attempt, and
 * the worker goes on. The handler is the default export of a module, which each thread or process loads once; it may be
 * TypeScript where Node takes that. Payload and result are copied, as `structuredClone` does. Threads and processes are
 * kept for the next run, and end with the queue. Nothing is started before the first run.
 *
 * @example
 * const encode = defineJob({
 *   name: 'encode',
 *   timeout: 60_000,
 *   handler: isolated<typeof import('./encode.ts')>(new URL('./encode.ts', import.meta.url)),
 * });
 *
 * @param module - the URL of the module, made from that of the file that names it
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function isolated<TModule extends IsolatedModule>(
  module: URL,
  options?: IsolatedOptions,
): JobHandler<Parameters<TModule['default']>[0], Awaited<ReturnType<TModule['default']>>>;
/**
 * Makes the same of a module whose types are not to be loaded here.
 *
 * @typeParam TPayload - the payload
 * @typeParam TResult - the result
 */
export function isolated<TPayload, TResult>(
  module: URL,
  options?: IsolatedOptions,
): JobHandler<TPayload, TResult>;
export function isolated(module: URL, options: IsolatedOptions = {}): JobHandler<unknown, unknown> {
  const pool = new SharedPool(checkModule(module), checkIsolatedOptions(options));
  return (payload, ctx) => pool.for(ctx).run(payload, ctx);
}

function checkModule(module: unknown): string {
  try {
    const { href } = module as URL;
    fileURLToPath(href);
    return href;
  } catch {
    const advice = "Write `new URL('./handler.ts', import.meta.url)`.";
    throw invalidArgument('module', 'the URL of a file', module, advice);
  }
}
