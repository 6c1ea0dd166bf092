import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Dashboard } from '../dashboard/create-dashboard.ts';

/** Answers requests as Node's own server and Express give them. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

type FetchCallback = Parameters<typeof getRequestListener>[0];

/** What Express and body parsers leave on a request. */
type Handled = IncomingMessage & {
  readonly originalUrl?: string;
  readonly body?: unknown;
  rawBody?: Buffer;
};

/**
 * Makes a handler for `node:http`, Express and whatever else takes one of theirs.
 *
 * @example
 * app.use('/jobs', toNodeHandler(dashboard));             // Express
 * createServer(toNodeHandler(dashboard)).listen(3000);    // node:http
 */
export function toNodeHandler(dashboard: Pick<Dashboard, 'fetch'>): NodeHandler {
  const answer: FetchCallback = async (request, { incoming }) => {
    const response = await dashboard.fetch(request);
    // HTTP/2 knows no such header, and Node warns of each.
    if (incoming.httpVersionMajor > 1) response.headers.delete('connection');
    return response;
  };
  const listener = getRequestListener(answer, { overrideGlobalObjects: false });
  return (request: Handled, response) => {
    // Express cuts off where it is mounted; the dashboard finds that out from the whole address.
    if (request.originalUrl !== undefined) request.url = request.originalUrl;
    // A body parser that ran before has taken the body; what it made of it is as good.
    if (request.readableEnded && request.body !== undefined && request.rawBody === undefined) {
      request.rawBody = Buffer.from(JSON.stringify(request.body));
    }
    void listener(request, response);
  };
}
