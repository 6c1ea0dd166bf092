import { type Capabilities, defineCapabilities, invalidArgument } from '@philjs/jobs-core/backend';
import { checkFunction, checkOptions } from '@philjs/jobs-core/internal';

/** Says which server keeps the jobs. */
export interface RemoteBackendOptions {
  /** The address of the server, such as `https://jobs.example.com`, with the path below which it is mounted. */
  readonly url: string | URL;
  /** The token that opens it. Keep it out of the code: read it from the environment. */
  readonly token: string;
  /** Makes the requests. @default the global `fetch` */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
  /**
   * The capabilities of the store behind the server that differ from those of Redis, SQLite and PostgreSQL. The server
   * refuses a call that its store lacks, with `JOBS_NOT_SUPPORTED`. @default all but `transactions` and `virtualTime`
   */
  readonly capabilities?: Partial<Capabilities> | undefined;
}

/** The names of {@link RemoteBackendOptions}. */
export const REMOTE_OPTION_NAMES: readonly string[] = ['url', 'token', 'fetch', 'capabilities'];

/** Is a {@link RemoteBackendOptions}, checked. */
export interface CheckedRemoteOptions {
  /** The address below which `/v1` is, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly capabilities: Capabilities;
}

/** Checks the options of a backend. @throws JobsError `JOBS_INVALID_ARGUMENT`, without the token */
export function checkRemoteOptions(options: RemoteBackendOptions): CheckedRemoteOptions {
  checkOptions('remoteBackend', options, REMOTE_OPTION_NAMES);
  const { url, token, fetch = globalThis.fetch, capabilities } = options;
  const address = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw invalidArgument('url', 'an address such as `https://jobs.example.com`', url);
  }
  if (address.username !== '' || address.password !== '' || address.search !== '') {
    const advice = 'Give the token as `token`.';
    throw invalidArgument(
      'url',
      'an address without a password and a query',
      'another one',
      advice,
    );
  }
  if (typeof token !== 'string' || !/^\S+$/.test(token)) {
    const got = typeof token === 'string' ? 'a text with spaces, or none' : typeof token;
    throw invalidArgument('token', `the token of the server`, got, 'Read it from the environment.');
  }
  checkFunction('fetch', fetch);
  return {
    url: address.href.replace(/\/+$/, ''),
    token,
    fetch: (request) => fetch(request),
    capabilities: defineCapabilities({ ...CAPABILITIES, ...capabilities }),
  };
}

const CAPABILITIES: Partial<Capabilities> = {
  events: true,
  rateLimits: true,
  concurrencyLimits: true,
  limits: true,
  orders: true,
  deduplication: true,
  workflows: true,
  deadLetters: true,
  schedules: true,
  metrics: true,
  logs: true,
  workers: true,
  updates: true,
  keys: true,
  diagnostics: true,
  durable: true,
  multiProcess: true,
};
