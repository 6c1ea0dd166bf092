import { createServer } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { prepareOwnServer } from './own-server.ts';

/** Prepares a server, which is never started; returns its port. */
async function portOf(): Promise<number> {
  const server = await prepareOwnServer();
  await server.stop();
  return Number(new URL(server.url).port);
}

it('listens later on a port that no program gets meanwhile which asks for any', async () => {
  expect(await portOf()).toBeLessThan(32_768);
});

it('passes by a port that something listens on', async () => {
  const random = vi.spyOn(Math, 'random');
  onTestFinished(() => random.mockRestore());
  random.mockReturnValueOnce(0.5);
  const port = await portOf();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    taken.close();
  });
  random.mockReturnValueOnce(0.5);
  expect(await portOf()).not.toBe(port);
});
