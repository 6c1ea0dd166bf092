import { type Capabilities, defineCapabilities } from '@philjs/jobs-core/backend';

/** Says where the jobs are kept. */
export interface EngineOptions {
  /** Keeps queues of one name apart. @default 'default' */
  readonly namespace?: string | undefined;
}

/** What the engine is called in messages. */
export const engineName = 'my-engine';

/** What the engine can do; what is not named here it cannot. */
export const capabilities: Capabilities = defineCapabilities({
  updates: true,
  virtualTime: true,
  timeResolutionMs: 1,
});

/** How often to look for what other processes did, in milliseconds; `undefined` where there are none. */
export const pollInterval: number | undefined = undefined;
