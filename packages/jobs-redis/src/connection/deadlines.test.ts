import { type AddressInfo, createConnection, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { Deadlines } from './deadlines.ts';

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('expires what got no answer', async () => {
  const deadlines = new Deadlines();
  const at = performance.now() + 20;
  await new Promise<void>((resolve) => deadlines.add(at, resolve));
  expect(performance.now()).toBeGreaterThanOrEqual(at);
});

it('spares a call whose answer came while the process was blocked', async () => {
  const server = createServer((socket) => {
    socket.end('answer');
    block(400);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const deadlines = new Deadlines();
    const outcome = await new Promise((resolve) => {
      const socket = createConnection(port, '127.0.0.1');
      const deadline = deadlines.add(performance.now() + 200, () => resolve('expired'));
      socket.on('data', (data) => {
        deadlines.delete(deadline);
        resolve(String(data));
      });
    });
    expect(outcome).toBe('answer');
  } finally {
    server.close();
  }
});
