import { type Capabilities, defineCapabilities } from '@philjs/jobs-core/backend';
import { checkOptions } from '@philjs/jobs-core/internal';
import { type ServerAddress, type ServerOptions, serverAddress } from './server-address.ts';

/** Says which server keeps the jobs. */
export interface RemoteBackendOptions extends ServerOptions {
  /**
   * The capabilities of the store behind the server that differ from those of Redis, SQLite and PostgreSQL. The server
   * refuses a call that its store lacks, with `JOBS_NOT_SUPPORTED`. @default all but `transactions` and `virtualTime`
   */
  readonly capabilities?: Partial<Capabilities> | undefined;
}

/** The names of {@link RemoteBackendOptions}. */
export const REMOTE_OPTION_NAMES: readonly string[] = ['url', 'token', 'fetch', 'capabilities'];

/** Is a {@link RemoteBackendOptions}, checked. */
export interface CheckedRemoteOptions extends ServerAddress {
  readonly capabilities: Capabilities;
}

/** Checks the options of a backend. @throws JobsError `JOBS_INVALID_ARGUMENT`, without the token */
export function checkRemoteOptions(options: RemoteBackendOptions): CheckedRemoteOptions {
  checkOptions('remoteBackend', options, REMOTE_OPTION_NAMES);
  return {
    ...serverAddress(options),
    capabilities: defineCapabilities({ ...CAPABILITIES, ...options.capabilities }),
  };
}

const CAPABILITIES: Partial<Capabilities> = {
  events: true,
  rateLimits: true,
  concurrencyLimits: true,
  limits: true,
  sharedLimits: true,
  strictOrder: true,
  orders: true,
  deduplication: true,
  workflows: true,
  deadLetters: true,
  schedules: true,
  metrics: true,
  logs: true,
  steps: true,
  workers: true,
  updates: true,
  keys: true,
  diagnostics: true,
  durable: true,
  multiProcess: true,
};
