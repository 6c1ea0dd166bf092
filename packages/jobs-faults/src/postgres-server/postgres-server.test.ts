import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { PostgresServer } from './postgres-server.ts';

let server: PostgresServer | undefined;
afterEach(() => server?.stop());

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () =>
      resolve(false),
    );
    socket.once('connect', () => socket.destroy());
  });
}

it('runs on a port of its own, ends at once, and runs again with what it had', async () => {
  server = await PostgresServer.start();
  expect(server.url).toContain(`127.0.0.1:${server.port}/`);
  expect(await isOpen(server.port)).toBe(true);
  const { pid } = server;
  await server.kill();
  expect(await isOpen(server.port)).toBe(false);
  expect(() => server?.pid).toThrow();
  await server.run();
  expect(server.pid).not.toBe(pid);
  expect(await isOpen(server.port)).toBe(true);
});

it('fails when the program ends by itself', async () => {
  await expect(PostgresServer.start({ config: { no_such_setting: '1' } })).rejects.toThrow();
});

it('has a standby with its data, which takes writes once it is promoted', async () => {
  server = await PostgresServer.start();
  const standby = await server.startStandby();
  try {
    expect(standby.port).not.toBe(server.port);
    await server.kill();
    await standby.promote();
    expect(await isOpen(standby.port)).toBe(true);
  } finally {
    await standby.stop();
  }
});
