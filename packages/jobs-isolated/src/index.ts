/**
 * Exports handlers that run in threads and processes of their own.
 *
 * @packageDocumentation
 */
export { type IsolatedModule, isolated } from './isolated.ts';
export type { IsolatedContext } from './isolated-context.ts';
export type { IsolatedHandler } from './isolated-handler.ts';
export type { IsolatedOptions } from './isolated-options.ts';
