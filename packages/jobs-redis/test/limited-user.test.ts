import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RedisServer } from '@philjs/jobs-faults';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'support/two-queues.ts');

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

it.each(['-client|id', '-client|unblock', '-client|id -client|unblock'])(
  'runs the jobs of several queues as a user with %s, and reports no error',
  async (rules) => {
    const admin = new Redis(server.url);
    await admin.acl(
      'SETUSER',
      'limited',
      'reset',
      'on',
      '>secret',
      '~*',
      '&*',
      '+@all',
      ...rules.split(' '),
    );
    admin.disconnect();
    const url = server.url.replace('redis://', 'redis://limited:secret@');
    // In a process of its own: one that spins answers no timer of a test.
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, url];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      timeout: 100_000,
      killSignal: 'SIGKILL',
    });
    expect(stdout.trim().split('\n')).toEqual(['one', 'two', 'three']);
    expect(stderr).toBe('');
  },
);
