/**
 * PhilJS Jobs on my engine.
 *
 * @packageDocumentation
 */

export { myBackend } from './backend.ts';
export type { EngineOptions } from './engine.ts';
