import { type Capabilities, defineCapabilities } from '@philjs/jobs-core/backend';

/** Says where the jobs are kept. */
export interface EngineOptions {
  /** Keeps queues of one name apart. @default 'default' */
  readonly namespace?: string | undefined;
}

/** The engine's name in messages. */
export const engineName = 'my-engine';

/** The abilities of the engine; it has no others. */
export const capabilities: Capabilities = defineCapabilities({
  updates: true,
  virtualTime: true,
  timeResolutionMs: 1,
});

/** How often to look for what other processes did, in milliseconds; `undefined` where there are none. */
export const pollInterval: number | undefined = undefined;
