import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/** The partner's server: it verifies each message, and prints what it says. */
export async function startReceiver(secret: string): Promise<{
  readonly url: string;
  readonly told: (messages: number) => Promise<void>;
  readonly close: () => void;
}> {
  let messages = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    new Webhook(secret).verify(body, request.headers as Record<string, string>);
    const { data } = JSON.parse(body);
    console.log(`partner was told: ${data.jobId} ${data.result}`);
    messages += 1;
    response.writeHead(204).end();
    server.emit('message');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const told = async (count: number): Promise<void> => {
    while (messages < count) await once(server, 'message');
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, told, close: () => server.close() };
}
