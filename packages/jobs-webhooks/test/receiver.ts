import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A secret of the length that the specification recommends. */
export const SECRET: string = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
/** Options that let messages go to a receiver of a test. */
export const ALLOW: { readonly http: boolean; readonly addresses: readonly string[] } = {
  http: true,
  addresses: ['127.0.0.0/8'],
};

/** A message that arrived. */
export interface Received {
  readonly id: string;
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly message: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: { readonly [name: string]: unknown };
  };
}

/** A receiver over HTTP that verifies with the package of the specification. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Messages whose signature was refused. */
  readonly refused: string[];
  close(): Promise<void>;
}

/** Answers a message. */
export type Answering = (message: Received, response: ServerResponse, count: number) => void;

/** Starts a receiver, which answers each verified message as `answer` does. @default 204 */
export async function startReceiver(
  answer: Answering = (_message, response) => void response.writeHead(204).end(),
  secret: string = SECRET,
): Promise<Receiver> {
  const received: Received[] = [];
  const refused: string[] = [];
  const webhook = new Webhook(secret);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const headers = request.headers as Record<string, string>;
    try {
      const message = webhook.verify(body, headers) as Received['message'];
      const id = headers['webhook-id'] ?? '';
      const one = { id, at: performance.now(), headers, body, message };
      received.push(one);
      answer(one, response, received.length);
    } catch (error) {
      refused.push(String(error));
      response.writeHead(401).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    refused,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
