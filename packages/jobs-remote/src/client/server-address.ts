import { checkFunction, invalidArgument } from '@philjs/jobs-core/producer';

/** Says where a server is, and who calls it. */
export interface ServerOptions {
  /** The address of the server, such as `https://jobs.example.com`, with the path below which it is mounted. */
  readonly url: string | URL;
  /** The token that opens it. Keep it out of the code: read it from the environment. */
  readonly token: string;
  /** Makes the requests. @default the global `fetch` */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

/** Is a {@link ServerOptions}, checked. */
export interface ServerAddress {
  /** The address below which `/v1` is, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly fetch: (request: Request) => Promise<Response>;
}

/** Checks where a server is. @throws JobsError `JOBS_INVALID_ARGUMENT`, without the token */
export function serverAddress(options: ServerOptions): ServerAddress {
  const { url, token, fetch = globalThis.fetch } = options;
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
  };
}
