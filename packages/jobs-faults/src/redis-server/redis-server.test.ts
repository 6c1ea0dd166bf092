import { expect, test, vi } from 'vitest';
import { RedisServer } from './redis-server.ts';

test('is refused where the program is not, or ends at once', async () => {
  await expect(RedisServer.start({ program: 'no-such-server' })).rejects.toThrow();
  await expect(RedisServer.start({ program: 'false' })).rejects.toThrow();
});

test('starts where the environment asks for a locale that is not there', async () => {
  vi.stubEnv('LC_ALL', 'xx_XX.UTF-8');
  const server = await RedisServer.start();
  await server.stop();
});

test('answers on a port of its own, can be ended, started again and stopped twice', async () => {
  const server = await RedisServer.start();
  expect(server.url).toContain(String(server.port));
  const first = server.pid;
  await server.kill();
  expect(() => server.pid).toThrow();
  await server.run();
  expect(server.pid).not.toBe(first);
  server.freeze();
  server.thaw();
  await server.stop();
  await server.stop();
});
