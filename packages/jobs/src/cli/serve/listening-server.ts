import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JobsError } from '@philjs/jobs-core';
import { checkInteger } from '@philjs/jobs-core/internal';
import { toNodeHandler } from '@philjs/jobs-monitor';

/** Where a server listens. */
export interface ListeningOptions {
  /** The port; 0 is any free one. */
  readonly port: number;
  /** The address. @default all of this machine */
  readonly host?: string | undefined;
}

/** Controls a server that listens. */
export interface ListeningServer {
  /** The address for programs on this machine. */
  readonly url: string;
  /**
   * Takes no new connections, and ends once each call under way has its answer, after `grace` milliseconds at the latest.
   *
   * @param endWaits - ends the calls that wait; called when no new ones come
   */
  close(options: { readonly grace: number; readonly endWaits: () => Promise<void> }): Promise<void>;
}

/**
 * Serves over HTTP.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` where it cannot listen
 */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { port, host }: ListeningOptions,
): Promise<ListeningServer> {
  checkInteger('--port', port, { min: 0, max: 65_535 });
  const server = createServer(toNodeHandler({ fetch }));
  const answers = new Set<ServerResponse>();
  let isClosing = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    // A connection that is kept would bring further calls to a server that ends.
    if (isClosing) response.shouldKeepAlive = false;
    answers.add(response);
    response.once('close', () => answers.delete(response));
  });
  server.listen(port, host);
  await once(server, 'listening').catch((cause: Error) => {
    const message = `Cannot listen on --port ${port}: ${cause.message}`;
    throw new JobsError('JOBS_INVALID_ARGUMENT', message, { cause, details: { field: '--port' } });
  });
  return {
    url: `http://${hostIn(host)}:${(server.address() as AddressInfo).port}`,
    close: async ({ grace, endWaits }) => {
      isClosing = true;
      const closed = once(server, 'close');
      server.close();
      for (const response of answers) response.shouldKeepAlive = false;
      await endWaits();
      const timer = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearTimeout(timer);
    },
  };
}

function hostIn(host = 'localhost'): string {
  return host.includes(':') ? `[${host}]` : host;
}
