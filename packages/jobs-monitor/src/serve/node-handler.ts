import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Dashboard } from '../dashboard/create-dashboard.ts';

/** Handles requests of Node's own server and of Express. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

type FetchCallback = Parameters<typeof getRequestListener>[0];

/** Describes a request with the fields that Express and body parsers add. */
type Handled = IncomingMessage & {
  readonly originalUrl?: string;
  readonly body?: unknown;
  rawBody?: Buffer;
};

/**
 * Makes a handler for `node:http`, Express and other frameworks that accept such handlers.
 *
 * @example
 * app.use('/jobs', toNodeHandler(dashboard));             // Express
 * createServer(toNodeHandler(dashboard)).listen(3000);    // node:http
 */
export function toNodeHandler(dashboard: Pick<Dashboard, 'fetch'>): NodeHandler {
  const answer: FetchCallback = async (request, { incoming }) => {
    const response = await dashboard.fetch(request);
    // HTTP/2 has no such header, and Node warns about it.
    if (incoming.httpVersionMajor > 1) response.headers.delete('connection');
    return response;
  };
  const listener = getRequestListener(answer, { overrideGlobalObjects: false });
  return (request: Handled, response) => {
    // Express cuts the mount off the address; the dashboard needs the whole address to find it.
    if (request.originalUrl !== undefined) request.url = request.originalUrl;
    // A body parser that ran before has read the body; its result serves as well.
    if (request.readableEnded && request.body !== undefined && request.rawBody === undefined) {
      request.rawBody = Buffer.from(JSON.stringify(request.body));
    }
    void listener(request, response);
  };
}
