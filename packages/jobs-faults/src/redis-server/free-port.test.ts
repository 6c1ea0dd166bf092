import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freePort } from './free-port.ts';

const HERE = new URL('./free-port.ts', import.meta.url).href;

test('finds ports that the system gives to nobody who asks for any, each once', async () => {
  const ports = await Promise.all(Array.from({ length: 10 }, freePort));
  expect(new Set(ports).size).toBe(10);
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(11_000);
  expect(Math.max(...ports)).toBeLessThan(32_768 - 10_000);
});

test('passes by a port that something listens on', async () => {
  const next = (await freePort()) + 1;
  const taken = createServer().listen(next, '127.0.0.1');
  await once(taken, 'listening');
  expect(await freePort()).not.toBe(next);
  taken.close();
});

test('finds other ports in a process that would begin to look at the same ones', async () => {
  const own = await Promise.all(Array.from({ length: 30 }, freePort));
  const program = `Object.defineProperty(process, 'pid', { value: ${process.pid} });
  import(${JSON.stringify(HERE)}).then(async ({ freePort }) => {
    for (let n = 0; n < 30; n++) console.log(await freePort());
  })`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program]);
  const theirs = stdout.trim().split('\n').map(Number);
  expect(new Set(theirs).size).toBe(30);
  expect(theirs.filter((port) => own.includes(port))).toEqual([]);
});
